/**
 * Every step of the task machine by itself: from a task all of whose values say where they came from, exactly what each event
 * changes, and exactly which events are let through.
 */
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { blankTask, type TaskContext, type TaskEvent, type TaskEventType } from '../../machines/task.context.ts';
import { taskMachine, taskMachineVersion, type TaskSnapshot } from '../../machines/task.machine.ts';
import { maxAutomaticRetries, maxUnusableAnswers } from '../../machines/task.rules.ts';
import { step, transitionsTaken } from '../../machines/step.ts';
import type { TaskState } from '../../src/protocol/goals.ts';
import { changesOf } from '../support/changes-of.ts';

const at = 1_000;
/** Every column has something in it that an event could forget, or clear. */
const full: TaskContext = {
  openDependencies: 3,
  sendBacks: 1,
  tries: 1,
  retries: 0,
  question: 'Which one?',
  problem: 'an old problem',
  reviewReasons: [['It was too long.']],
  failure: 'an old failure',
  startedAt: 400,
  endedAt: 113,
};
const usable = { tries: 0, problem: null };
const ended = { endedAt: at, question: null };
const failed = (failure: string) => ({ failure, endedAt: at });

const reasons = ['It is wrong.', 'It is late.'];
const withReasons = { reviewReasons: [['It was too long.'], reasons] };

const START: TaskEvent = { type: 'START', at };
const RESULT = (review: boolean): TaskEvent => ({ type: 'RESULT', at, review });
const UNUSABLE: TaskEvent = { type: 'UNUSABLE', at, reason: 'it is empty' };
const FAIL = (final: boolean): TaskEvent => ({ type: 'FAIL', at, reason: 'the call failed', final });
const SEND_BACK = (maxSendBacks: number): TaskEvent => ({ type: 'SEND_BACK', at, reasons, maxSendBacks });
const RETRY: TaskEvent = { type: 'RETRY', at, open: 5 };
const SKIP = (reason: string): TaskEvent => ({ type: 'SKIP', at, reason });

/** [from, what the task has of its own, event, to, what that changes] */
type Case = [
  from: TaskState,
  more: Partial<TaskContext>,
  event: TaskEvent,
  to: TaskState,
  changes: Partial<TaskContext>,
];

const open = ['waiting', 'working', 'inReview', 'needsInput', 'sentBack'] as const;
const startable = [
  'working',
  'inReview',
  'needsInput',
  'sentBack',
  'accepted',
  'failed',
  'skipped',
  'cancelled',
] as const;

const cases: Case[] = [
  // What it waits for.
  ['waiting', {}, { type: 'DEPENDENCY_SETTLED', at }, 'waiting', { openDependencies: 2 }],
  ['waiting', { openDependencies: 0 }, { type: 'DEPENDENCY_SETTLED', at }, 'waiting', {}],
  ['waiting', {}, { type: 'DEPENDENCIES_SET', at, open: 7 }, 'waiting', { openDependencies: 7 }],
  ['waiting', { openDependencies: 0 }, START, 'working', {}],
  ['waiting', { openDependencies: 0, startedAt: null }, START, 'working', { startedAt: at }],
  // What its agent answers.
  ['working', {}, RESULT(true), 'inReview', usable],
  ['working', {}, RESULT(false), 'accepted', { ...usable, ...ended }],
  ['working', {}, { type: 'ASK', at, question: 'How?' }, 'needsInput', { ...usable, question: 'How?' }],
  ['working', {}, { type: 'SPLIT', at, children: 2 }, 'waiting', { ...usable, openDependencies: 2 }],
  ['working', {}, { type: 'TAKE_BACK', at }, 'waiting', {}],
  ['needsInput', {}, { type: 'ANSWER', at }, 'waiting', { question: null }],
  // What its reviewer says.
  ['inReview', {}, { type: 'ACCEPT', at }, 'accepted', { ...usable, ...ended }],
  ['inReview', {}, SEND_BACK(2), 'sentBack', { ...usable, ...withReasons, sendBacks: 2 }],
  ['inReview', {}, SEND_BACK(1), 'waiting', { ...usable, ...withReasons, sendBacks: 0, retries: 1 }],
  [
    'inReview',
    { retries: maxAutomaticRetries },
    SEND_BACK(1),
    'failed',
    {
      ...withReasons,
      failure: 'The reviewer sent it back too often. The last time: It is wrong. It is late.',
      endedAt: at,
    },
  ],
  ['sentBack', {}, START, 'working', {}],
  ['sentBack', { startedAt: null }, START, 'working', { startedAt: at }],
  // An answer that cannot be used, or none: its job is made anew, and so is a review's, for a result that is there.
  ...(['working', 'inReview'] as const).flatMap((from): Case[] => {
    const again = from === 'working' ? 'waiting' : from;
    return [
      [from, { tries: maxUnusableAnswers - 1 }, UNUSABLE, again, { tries: maxUnusableAnswers, problem: 'it is empty' }],
      [from, { tries: maxUnusableAnswers }, UNUSABLE, 'failed', failed('it is empty')],
      [from, { retries: maxAutomaticRetries - 1 }, FAIL(false), again, { ...usable, retries: maxAutomaticRetries }],
      [from, { retries: maxAutomaticRetries }, FAIL(false), 'failed', failed('the call failed')],
      [from, {}, FAIL(true), 'failed', failed('the call failed')],
    ];
  }),
  // By hand.
  ...startable.map((from): Case => [from, {}, RETRY, 'waiting', { ...blankTask, openDependencies: 5 }]),
  ...([...open, 'failed'] as const).flatMap((from): Case[] => [
    [from, {}, SKIP('not needed'), 'skipped', failed('not needed')],
    [from, {}, SKIP(''), 'skipped', { failure: null, endedAt: at }],
  ]),
  ...open.map((from): Case => [from, {}, { type: 'CANCEL', at }, 'cancelled', ended]),
];

const letThrough: Record<TaskState, TaskEventType[]> = {
  waiting: ['DEPENDENCY_SETTLED', 'DEPENDENCIES_SET', 'START', 'SKIP', 'CANCEL'],
  working: ['RESULT', 'ASK', 'SPLIT', 'UNUSABLE', 'FAIL', 'TAKE_BACK', 'RETRY', 'SKIP', 'CANCEL'],
  inReview: ['ACCEPT', 'SEND_BACK', 'UNUSABLE', 'FAIL', 'RETRY', 'SKIP', 'CANCEL'],
  needsInput: ['ANSWER', 'RETRY', 'SKIP', 'CANCEL'],
  sentBack: ['START', 'RETRY', 'SKIP', 'CANCEL'],
  accepted: ['RETRY'],
  failed: ['RETRY', 'SKIP'],
  skipped: ['RETRY'],
  cancelled: ['RETRY'],
};
const everyEvent: TaskEvent[] = [
  { type: 'DEPENDENCY_SETTLED', at },
  { type: 'DEPENDENCIES_SET', at, open: 7 },
  START,
  RESULT(true),
  { type: 'ASK', at, question: 'How?' },
  { type: 'ANSWER', at },
  { type: 'SPLIT', at, children: 2 },
  UNUSABLE,
  FAIL(true),
  { type: 'TAKE_BACK', at },
  { type: 'ACCEPT', at },
  SEND_BACK(1),
  RETRY,
  SKIP(''),
  { type: 'CANCEL', at },
];
const states = Object.keys(letThrough) as TaskState[];

function taskIn(value: TaskState, more: Partial<TaskContext> = {}): TaskSnapshot {
  return taskMachine.resolveState({ value, context: { ...full, ...more } });
}

const worded = ({ type, ...more }: TaskEvent): string => `${type} ${JSON.stringify(more)}`;

describe('a step of a task', () => {
  it.each(cases.map(([from, more, event, to, changes]) => ({ from, more, event, to, changes, what: worded(event) })))(
    'from $from ($more) by $what to $to',
    ({ from, more, event, to, changes }) => {
      const before = taskIn(from, more);
      const next = step(taskMachine, before, event);
      expect(next.value).toBe(to);
      // What is written as it was is no change.
      expect(changesOf(before.context, next.context)).toEqual(
        changesOf(before.context, { ...before.context, ...changes }),
      );
      expect(transitionsTaken(taskMachine, before, event)).toHaveLength(1);
    },
  );

  it.each(states)('is let through from %s by these events alone', (state) => {
    const ready = taskIn(state, { openDependencies: 0 });
    const taken = everyEvent.filter((event) => transitionsTaken(taskMachine, ready, event).length > 0);
    expect(taken.map(({ type }) => type).toSorted()).toEqual(letThrough[state].toSorted());
  });

  it('begins with nothing left to wait for', () => {
    expect([0, 1, 2].map((openDependencies) => taskIn('waiting', { openDependencies }).can(START))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('a task', () => {
  it('is open until it ends, and settled only where what depends on it may go on', () => {
    const tagged = (tag: 'open' | 'settled'): TaskState[] => states.filter((state) => taskIn(state).hasTag(tag));
    expect(tagged('open')).toEqual([...open]);
    expect(tagged('settled')).toEqual(['accepted', 'skipped']);
  });

  it('that is new has nothing behind it', () => {
    expect(blankTask).toEqual({
      openDependencies: 0,
      sendBacks: 0,
      tries: 0,
      retries: 0,
      question: null,
      problem: null,
      reviewReasons: [],
      failure: null,
      startedAt: null,
      endedAt: null,
    });
    expect([maxUnusableAnswers, maxAutomaticRetries]).toEqual([2, 1]);
    expect(taskMachineVersion).toBe(1);
  });

  it('begins by waiting, from nothing or from what is given', () => {
    for (const [input, context] of [
      [undefined, blankTask],
      [full, full],
    ] as const) {
      expect(createActor(taskMachine, { input }).getSnapshot()).toMatchObject({ value: 'waiting', context });
    }
  });
});
