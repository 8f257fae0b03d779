/**
 * Every step of the goal machine by itself: from a goal all of whose values say where they came from, exactly what each event
 * changes, and exactly which events are let through.
 */
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { blankGoal, type GoalContext, type GoalEvent, type GoalEventType } from '../../machines/goal.context.ts';
import { goalMachine, goalMachineVersion, type GoalSnapshot } from '../../machines/goal.machine.ts';
import { maxRefusals } from '../../machines/goal.rules.ts';
import { step, transitionsTaken } from '../../machines/step.ts';
import type { GoalState } from '../../src/protocol/goals.ts';
import { changesOf } from '../support/changes-of.ts';

const at = 1_000;
/** No two columns are alike, so that one that is written from another is found out. `cancelled`: nothing resumes to that. */
const full: GoalContext = {
  resumesTo: 'cancelled',
  pauseReason: 'cost',
  failure: 'an old failure',
  planTries: 1,
  deliverTries: 1,
  problem: 'an old problem',
  activeSince: 400,
  activeMs: 70,
  endedAt: 113,
};
/** Its time stands still: 600 ms have passed since it was under way. */
const rested = { activeSince: null, activeMs: 670 };
const blank = { resumesTo: null, pauseReason: null, failure: null, planTries: 0, deliverTries: 0, problem: null };
const ended = { ...blank, ...rested, endedAt: at };
const anew = { ...blank, endedAt: null };
const failed = (failure: string, resumesTo: GoalState | null) => ({
  ...rested,
  failure,
  resumesTo,
  pauseReason: null,
  endedAt: at,
});
const idle = { activeSince: null };
const planned = { planTries: 0, problem: null };

const PLANNED = (automatic: boolean): GoalEvent => ({ type: 'PLANNED', at, automatic });
const PLAN_REFUSED: GoalEvent = { type: 'PLAN_REFUSED', at, problems: 'no plan' };
const DELIVERY_REFUSED: GoalEvent = { type: 'DELIVERY_REFUSED', at, problem: 'no document' };
const FAIL: GoalEvent = { type: 'FAIL', at, reason: 'the call failed' };
const PAUSE: GoalEvent = { type: 'PAUSE', at, reason: 'user' };
const by = (type: 'APPROVE' | 'REPLAN' | 'WORK_DONE' | 'DELIVERED' | 'RESUME' | 'REOPEN' | 'CANCEL'): GoalEvent => ({
  type,
  at,
});

/** [from, what the goal has of its own, event, to, what that changes] */
type Case = [
  from: GoalState,
  more: Partial<GoalContext>,
  event: GoalEvent,
  to: GoalState,
  changes: Partial<GoalContext>,
];

const cases: Case[] = [
  // A plan.
  ['planning', {}, PLANNED(true), 'working', planned],
  ['planning', {}, PLANNED(false), 'awaitingApproval', { ...planned, ...rested }],
  [
    'planning',
    { planTries: maxRefusals - 1 },
    PLAN_REFUSED,
    'planning',
    { planTries: maxRefusals, problem: 'no plan' },
  ],
  ['planning', { planTries: maxRefusals }, PLAN_REFUSED, 'failed', failed('no plan', 'planning')],
  ['awaitingApproval', idle, by('APPROVE'), 'working', { activeSince: at }],
  ['awaitingApproval', {}, by('APPROVE'), 'working', {}],
  ['awaitingApproval', idle, by('REPLAN'), 'planning', { ...anew, activeSince: at }],
  // The deliverable.
  ['working', {}, by('WORK_DONE'), 'delivering', { deliverTries: 0, problem: null }],
  ['delivering', {}, by('DELIVERED'), 'delivered', ended],
  [
    'delivering',
    { deliverTries: maxRefusals - 1 },
    DELIVERY_REFUSED,
    'delivering',
    { deliverTries: maxRefusals, problem: 'no document' },
  ],
  ['delivering', { deliverTries: maxRefusals }, DELIVERY_REFUSED, 'failed', failed('no document', 'delivering')],
  // What fails can be tried again from where it was; a task that failed cannot.
  ['planning', {}, FAIL, 'failed', failed('the call failed', 'planning')],
  ['working', {}, FAIL, 'failed', failed('the call failed', null)],
  ['delivering', {}, FAIL, 'failed', failed('the call failed', 'delivering')],
  ...(['planning', 'delivering'] as const).map((resumesTo): Case => [
    'failed',
    { resumesTo, ...idle },
    by('RESUME'),
    resumesTo,
    { ...anew, activeSince: at },
  ]),
  ['failed', { resumesTo: 'planning', ...idle }, by('REPLAN'), 'planning', { ...anew, activeSince: at }],
  // A pause keeps where it interrupts, and the time stands still.
  ...(['planning', 'awaitingApproval', 'working', 'delivering'] as const).map((from): Case => [
    from,
    {},
    PAUSE,
    'paused',
    { ...rested, resumesTo: from, pauseReason: 'user' },
  ]),
  ['working', idle, PAUSE, 'paused', { resumesTo: 'working', pauseReason: 'user' }],
  // The clock was set back.
  [
    'working',
    { activeSince: at + 5 },
    PAUSE,
    'paused',
    { resumesTo: 'working', pauseReason: 'user', activeSince: null },
  ],
  ...(['planning', 'working', 'delivering'] as const).map((resumesTo): Case => [
    'paused',
    { resumesTo, ...idle },
    by('RESUME'),
    resumesTo,
    { resumesTo: null, pauseReason: null, activeSince: at },
  ]),
  [
    'paused',
    { resumesTo: 'awaitingApproval', ...idle },
    by('RESUME'),
    'awaitingApproval',
    { resumesTo: null, pauseReason: null },
  ],
  // Calls that were under way go on to their end.
  ['paused', { resumesTo: 'planning' }, PLANNED(true), 'paused', { ...planned, resumesTo: 'working' }],
  ['paused', { resumesTo: 'planning' }, PLANNED(false), 'paused', { ...planned, resumesTo: 'awaitingApproval' }],
  [
    'paused',
    { resumesTo: 'planning', planTries: maxRefusals - 1 },
    PLAN_REFUSED,
    'paused',
    { planTries: maxRefusals, problem: 'no plan' },
  ],
  ['paused', { resumesTo: 'planning', planTries: maxRefusals }, PLAN_REFUSED, 'failed', failed('no plan', 'planning')],
  [
    'paused',
    { resumesTo: 'working', planTries: maxRefusals },
    PLAN_REFUSED,
    'paused',
    { planTries: maxRefusals + 1, problem: 'no plan' },
  ],
  ['paused', { resumesTo: 'delivering' }, by('DELIVERED'), 'delivered', ended],
  [
    'paused',
    { resumesTo: 'delivering', deliverTries: maxRefusals - 1 },
    DELIVERY_REFUSED,
    'paused',
    { deliverTries: maxRefusals, problem: 'no document' },
  ],
  [
    'paused',
    { resumesTo: 'delivering', deliverTries: maxRefusals },
    DELIVERY_REFUSED,
    'failed',
    failed('no document', 'delivering'),
  ],
  [
    'paused',
    { resumesTo: 'working', deliverTries: maxRefusals },
    DELIVERY_REFUSED,
    'paused',
    { deliverTries: maxRefusals + 1, problem: 'no document' },
  ],
  ...(['planning', 'delivering'] as const).map((resumesTo): Case => [
    'paused',
    { resumesTo },
    FAIL,
    'failed',
    failed('the call failed', resumesTo),
  ]),
  ['paused', { resumesTo: 'working' }, FAIL, 'failed', failed('the call failed', null)],
  ['paused', { resumesTo: 'delivering' }, by('REOPEN'), 'paused', { resumesTo: 'working' }],
  // From its end, and to it.
  ...(['delivering', 'delivered', 'failed', 'cancelled'] as const).flatMap((from): Case[] => [
    [from, idle, by('REOPEN'), 'working', { ...anew, activeSince: at }],
    [from, {}, by('REOPEN'), 'working', anew],
  ]),
  ...(['planning', 'awaitingApproval', 'working', 'delivering', 'paused'] as const).map((from): Case => [
    from,
    {},
    by('CANCEL'),
    'cancelled',
    ended,
  ]),
];

/** Every event that is let through, wherever the goal resumes to: no other is in that state. */
const letThrough: Record<GoalState, GoalEventType[]> = {
  planning: ['PLANNED', 'PLAN_REFUSED', 'FAIL', 'PAUSE', 'CANCEL'],
  awaitingApproval: ['APPROVE', 'REPLAN', 'PAUSE', 'CANCEL'],
  working: ['WORK_DONE', 'FAIL', 'PAUSE', 'CANCEL'],
  delivering: ['DELIVERED', 'DELIVERY_REFUSED', 'FAIL', 'PAUSE', 'REOPEN', 'CANCEL'],
  paused: ['PLANNED', 'PLAN_REFUSED', 'DELIVERED', 'DELIVERY_REFUSED', 'FAIL', 'RESUME', 'REOPEN', 'CANCEL'],
  delivered: ['REOPEN'],
  failed: ['REPLAN', 'RESUME', 'REOPEN'],
  cancelled: ['REOPEN'],
};
const everyEvent: GoalEvent[] = [
  PLANNED(true),
  PLAN_REFUSED,
  by('APPROVE'),
  by('REPLAN'),
  by('WORK_DONE'),
  by('DELIVERED'),
  DELIVERY_REFUSED,
  FAIL,
  PAUSE,
  by('RESUME'),
  by('REOPEN'),
  by('CANCEL'),
];
const states = Object.keys(letThrough) as GoalState[];

function goalIn(value: GoalState, more: Partial<GoalContext> = {}): GoalSnapshot {
  return goalMachine.resolveState({ value, context: { ...full, ...more } });
}

const worded = ({ type, ...more }: GoalEvent): string => `${type} ${JSON.stringify(more)}`;

describe('a step of a goal', () => {
  it.each(cases.map(([from, more, event, to, changes]) => ({ from, more, event, to, changes, what: worded(event) })))(
    'from $from ($more) by $what to $to',
    ({ from, more, event, to, changes }) => {
      const before = goalIn(from, more);
      const next = step(goalMachine, before, event);
      expect(next.value).toBe(to);
      // What is written as it was is no change.
      expect(changesOf(before.context, next.context)).toEqual(
        changesOf(before.context, { ...before.context, ...changes }),
      );
      expect(transitionsTaken(goalMachine, before, event)).toHaveLength(1);
    },
  );

  it.each(states)('is let through from %s by these events alone', (state) => {
    const taken = everyEvent.filter((event) =>
      states.some((resumesTo) => transitionsTaken(goalMachine, goalIn(state, { resumesTo }), event).length > 0),
    );
    expect(taken.map(({ type }) => type).toSorted()).toEqual(letThrough[state].toSorted());
  });

  it('leads back only to where something has failed', () => {
    const leads = (from: GoalState, event: GoalEvent): GoalState[] =>
      states.filter((resumesTo) => goalIn(from, { resumesTo }).can(event));
    expect(leads('failed', by('RESUME'))).toEqual(['planning', 'delivering']);
    expect(leads('failed', by('REPLAN'))).toEqual(['planning']);
    expect(leads('paused', by('REOPEN'))).toEqual(['delivering']);
  });
});

describe('a goal', () => {
  it('is under way while something is done for it, and at rest when it has ended', () => {
    const tagged = (tag: 'underWay' | 'atRest'): GoalState[] => states.filter((state) => goalIn(state).hasTag(tag));
    expect(tagged('underWay')).toEqual(['planning', 'working', 'delivering']);
    expect(tagged('atRest')).toEqual(['delivered', 'failed', 'cancelled']);
  });

  it('that is new has nothing behind it', () => {
    expect(blankGoal).toEqual({ ...blank, activeSince: null, activeMs: 0, endedAt: null });
    expect(maxRefusals).toBe(2);
    expect(goalMachineVersion).toBe(1);
  });

  it('begins with the planning, from nothing or from what is given', () => {
    for (const [input, context] of [
      [undefined, blankGoal],
      [full, full],
    ] as const) {
      expect(createActor(goalMachine, { input }).getSnapshot()).toMatchObject({ value: 'planning', context });
    }
  });
});
