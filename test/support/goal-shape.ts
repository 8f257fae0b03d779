/**
 * Goals as graphs with what happens at each task, and what such a goal must come to: worked out from the graph alone, without a
 * word of the engine.
 */
import type { FailurePolicy, GoalState, Plan, TaskState } from '../../src/protocol/goals.ts';
import { planOf } from './goals.ts';

/** What an agent, or its reviewer, does with a task; after it, all goes well. */
export const behaviours = [
  'well',
  'fails once',
  'fails always',
  'sent back once',
  'sent back always',
  'unusable once',
  'asks',
  'splits',
] as const;
export type Behaviour = (typeof behaviours)[number];

export interface PlannedBehaviour {
  readonly behaviour: Behaviour;
  /** Places in the list of those before it. */
  readonly after: readonly number[];
}

export interface GoalShape {
  readonly tasks: readonly PlannedBehaviour[];
  readonly review: boolean;
  readonly onTaskFailure: FailurePolicy;
}

/** One more after the first, by itself. */
const triesOfFailing = 2;
export const maxSendBacks = 1;

const keyOf = (at: number): string => `t${at}`;

/** The tasks stand in another order than they depend on each other: nothing may count on that. */
export function planOfShape({ tasks }: GoalShape): Plan {
  return planOf(Object.fromEntries(tasks.map(({ after }, at) => [keyOf(at), after.map(keyOf)] as const).toReversed()));
}

export interface ExpectedEnd {
  readonly states: Readonly<Record<string, TaskState>>;
  readonly goal: GoalState;
  /** How often the agent of each task was asked. */
  readonly works: Readonly<Record<string, number>>;
}

/** What the graph says, where every question is answered and nobody else does anything. Not for the policy `stop`. */
export function expectedEnd({ tasks, review, onTaskFailure }: GoalShape): ExpectedEnd {
  const states: Record<string, TaskState> = {};
  const works: Record<string, number> = {};
  for (const [at, { behaviour, after }] of tasks.entries()) {
    const key = keyOf(at);
    if (after.some((one) => states[keyOf(one)] === 'failed' || states[keyOf(one)] === 'waiting')) {
      states[key] = 'waiting';
      continue;
    }
    const fails = failsForGood(behaviour, review);
    states[key] = fails ? (onTaskFailure === 'skip' ? 'skipped' : 'failed') : 'accepted';
    works[key] = worksOf(behaviour, review);
    if (behaviour === 'splits') {
      for (const child of ['x', 'y']) {
        states[`${key}/${child}`] = 'accepted';
        works[`${key}/${child}`] = 1;
      }
    }
  }
  const all = Object.values(states);
  const isDone = all.every((state) => state === 'accepted' || state === 'skipped');
  return { states, works, goal: isDone ? (all.includes('accepted') ? 'delivered' : 'failed') : 'working' };
}

export function failsForGood(behaviour: Behaviour, review: boolean): boolean {
  return behaviour === 'fails always' || (review && behaviour === 'sent back always');
}

function worksOf(behaviour: Behaviour, review: boolean): number {
  switch (behaviour) {
    case 'well':
      return 1;
    case 'fails always':
      return triesOfFailing;
    case 'sent back once':
      return review ? 2 : 1;
    case 'sent back always':
      return review ? triesOfFailing * (maxSendBacks + 1) : 1;
    case 'fails once':
    case 'unusable once':
    case 'asks':
    case 'splits':
      return 2;
    default:
      return behaviour satisfies never;
  }
}
