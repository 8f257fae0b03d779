/** A job in any state, all of whose values say where they came from; and what an event does to it. */
import type { JobContext, JobEvent } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import { step } from '../../machines/step.ts';
import type { Failure } from '../../src/protocol/job.ts';
import { changesOf } from './changes-of.ts';

export type Value = 'blocked' | 'delayed' | 'waiting' | 'starting' | 'streaming' | 'completed' | 'failed' | 'cancelled';

export const failureOf = (of: Failure['class'], more: Partial<Failure> = {}): Failure => ({
  class: of,
  code: 'server-error',
  message: `a failure of class ${of}`,
  ...more,
});
const old = failureOf('bug');

/** No two columns are alike, so that one that is written from another is found out. */
export const full: JobContext = {
  provider: 'demo',
  fallbackModel: null,
  lane: 'medium',
  rank: 11,
  maxAttempts: 5,
  backoff: { type: 'exponential', delayMs: 100, maxDelayMs: 60_000 },
  attemptsStarted: 3,
  attemptsMade: 2,
  stalledCounter: 0,
  quarantined: false,
  quarantineDeaths: 0,
  openDependencies: 4,
  heldDependencies: 2,
  timeouts: { queuedMs: 40, runMs: 50 },
  runAt: 101,
  deadlineAt: 10_000,
  waitingSince: 103,
  queueDeadlineAt: 9_000,
  runDeadlineAt: 8_000,
  processedBy: 'worker:7',
  processedOn: 107,
  firstContentAt: 109,
  finishedOn: 113,
  stoppedOn: 127,
  failure: old,
};

export function jobIn(value: Value, more: Partial<JobContext> = {}): JobSnapshot {
  const inside = value === 'starting' || value === 'streaming' ? { active: value } : value;
  return jobMachine.resolveState({ value: inside, context: { ...full, ...more } });
}

const nameOf = ({ value }: JobSnapshot): Value => (typeof value === 'string' ? value : value.active) as Value;

/** Where the event leads, and the columns that it changes; undefined when it is not let through. */
export function after(before: JobSnapshot, event: JobEvent): [Value, Partial<JobContext>] | undefined {
  const next = step(jobMachine, before, event);
  if (next === before) return undefined;
  return [nameOf(next), changesOf(before.context, next.context)];
}

export const at = 1_000;
export const attempt = full.attemptsStarted;
export const met = (wasHeld: boolean): JobEvent => ({ type: 'DEPENDENCY_MET', at, rank: 99, wasHeld });
export const fail = (failure: Failure): JobEvent => ({ type: 'FAIL', at, attempt, failure, random: 0.5, rank: 99 });
export const lost = (
  reason: 'worker-crashed' | 'worker-unresponsive' | 'worker-drained' | 'host-restarted',
): JobEvent => ({
  type: 'LOST',
  at,
  attempt,
  reason,
  rank: 99,
});
export const timeOut: JobEvent = { type: 'TIME_OUT', at, attempt, random: 0.5 };
export const ranOut = { runDeadlineAt: at };
