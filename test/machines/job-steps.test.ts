/**
 * Every step of the job machine by itself: from a job all of whose values say where they came from, exactly what each event
 * changes, and exactly which events are let through.
 */
import { describe, expect, it } from 'vitest';
import { blankJob, queueDeadline, type JobContext, type JobEvent } from '../../machines/job.context.ts';
import { jobMachine, jobMachineVersion } from '../../machines/job.machine.ts';
import {
  crashesBeforeQuarantine,
  expiry,
  jobDeadlineMs,
  maxQuarantineDeaths,
  poison,
  queuedTooLong,
  ranTooLong,
} from '../../machines/job.rules.ts';
import { transitionsTaken } from '../../machines/step.ts';
import { changesOf } from '../support/changes-of.ts';
import { after, at, attempt, failureOf, jobIn, lost, ranOut, timeOut, type Value } from '../support/job-steps.ts';
import { cases } from './job-step-cases.ts';

/** What is let through in no state, or not in this one, or not yet. */
const refused: [from: Value, more: Partial<JobContext>, event: JobEvent][] = [
  ['delayed', { runAt: at + 1 }, { type: 'DUE', at, rank: 99 }],
  ['delayed', { deadlineAt: at + 1 }, { type: 'EXPIRE', at }],
  ['delayed', { deadlineAt: null }, { type: 'EXPIRE', at }],
  ['delayed', { queueDeadlineAt: at }, { type: 'EXPIRE', at }],
  ['waiting', { deadlineAt: at + 1, queueDeadlineAt: at + 1 }, { type: 'EXPIRE', at }],
  ['waiting', { deadlineAt: null, queueDeadlineAt: null }, { type: 'EXPIRE', at }],
  ['blocked', { deadlineAt: at }, { type: 'EXPIRE', at }],
  ['streaming', { deadlineAt: at }, { type: 'EXPIRE', at }],
  ['streaming', {}, { type: 'FIRST_CONTENT', at, attempt }],
  ['streaming', { runDeadlineAt: at + 1 }, timeOut],
  ['streaming', { runDeadlineAt: null }, timeOut],
  ['failed', { processedBy: null }, { type: 'STOPPED', at, attempt }],
  ['cancelled', {}, { type: 'SKIP', at }],
  ['waiting', {}, { type: 'PROMOTE', at, rank: 99 }],
  ['blocked', {}, { type: 'CLAIM', at, workerId: 'worker:9' }],
  ['delayed', {}, { type: 'CLAIM', at, workerId: 'worker:9' }],
  ['starting', {}, { type: 'CLAIM', at, workerId: 'worker:9' }],
  ['starting', {}, { type: 'FALL_BACK', at, provider: 'other', model: 'other/m' }],
  ['starting', {}, { type: 'SET_LANE', at, lane: 'high', rank: 99 }],
];

const worded = ({ type, ...more }: JobEvent): string => `${type} ${JSON.stringify(more)}`;

describe('a step of a job', () => {
  it.each(cases.map(([from, more, event, to, changes]) => ({ from, more, event, to, changes, what: worded(event) })))(
    'from $from ($more) by $what to $to',
    ({ from, more, event, to, changes }) => {
      const before = jobIn(from, more);
      // What is written as it was is no change.
      const wanted = changesOf(before.context, { ...before.context, ...changes });
      expect(after(before, event)).toEqual([to, wanted]);
      expect(transitionsTaken(jobMachine, before, event)).toHaveLength(1);
    },
  );

  it.each(refused.map(([from, more, event]) => ({ from, more, event, what: worded(event) })))(
    'is none from $from ($more) by $what',
    ({ from, more, event }) => {
      expect(after(jobIn(from, more), event)).toBeUndefined();
      expect(transitionsTaken(jobMachine, jobIn(from, more), event)).toEqual([]);
    },
  );

  it('is none for an attempt before or after the running one', () => {
    const running = jobIn('starting', { ...ranOut });
    const of = (other: number): JobEvent[] => [
      { type: 'FIRST_CONTENT', at, attempt: other },
      { type: 'COMPLETE', at, attempt: other },
      ...(['cancelled', 'provider-down', 'retryable', 'rejected'] as const).map((kind): JobEvent => ({
        type: 'FAIL',
        at,
        attempt: other,
        failure: failureOf(kind),
        random: 0.5,
        rank: 9,
      })),
      { type: 'LOST', at, attempt: other, reason: 'worker-crashed', rank: 9 },
      { type: 'TIME_OUT', at, attempt: other, random: 0.5 },
    ];
    for (const other of [attempt - 1, attempt + 1]) {
      for (const event of of(other)) expect(after(running, event), worded(event)).toBeUndefined();
      const poisoned = { quarantined: true, quarantineDeaths: maxQuarantineDeaths - 1 };
      expect(
        after(jobIn('starting', poisoned), { ...lost('worker-crashed'), attempt: other } as JobEvent),
      ).toBeUndefined();
      expect(after(jobIn('cancelled'), { type: 'STOPPED', at, attempt: other })).toBeUndefined();
      const last = jobIn('starting', { ...ranOut, maxAttempts: 1 });
      expect(after(last, { type: 'TIME_OUT', at, attempt: other, random: 0.5 })).toBeUndefined();
    }
  });
});

describe('a job', () => {
  it('is open until it is at rest', () => {
    const open = (['blocked', 'delayed', 'waiting', 'starting', 'streaming'] as const).map((value) => jobIn(value));
    const atRest = (['completed', 'failed', 'cancelled'] as const).map((value) => jobIn(value));
    expect(open.every((job) => job.hasTag('open') && !job.hasTag('atRest'))).toBe(true);
    expect(atRest.every((job) => job.hasTag('atRest') && !job.hasTag('open'))).toBe(true);
    expect(jobIn('completed').status).toBe('done');
    expect(jobIn('failed').status).toBe('active');
  });

  it('that is new has nothing behind it, and one attempt', () => {
    expect(blankJob).toEqual({
      provider: '',
      fallbackModel: null,
      lane: 'low',
      rank: 0,
      maxAttempts: 1,
      backoff: { type: 'exponential', delayMs: 1_000, maxDelayMs: 60_000 },
      attemptsStarted: 0,
      attemptsMade: 0,
      stalledCounter: 0,
      quarantined: false,
      quarantineDeaths: 0,
      openDependencies: 0,
      heldDependencies: 0,
      timeouts: {},
      runAt: null,
      deadlineAt: null,
      waitingSince: null,
      queueDeadlineAt: null,
      runDeadlineAt: null,
      processedBy: null,
      processedOn: null,
      firstContentAt: null,
      finishedOn: null,
      stoppedOn: null,
      failure: null,
    });
    expect(jobDeadlineMs).toBe(86_400_000);
    expect([crashesBeforeQuarantine, maxQuarantineDeaths]).toEqual([2, 2]);
    expect(jobMachineVersion).toBe(1);
  });

  it('may wait for as long as it is given, from when it enters the queue', () => {
    expect([queueDeadline({ queuedMs: 5 }, 10), queueDeadline({ queuedMs: 0 }, 10), queueDeadline({}, 10)]).toEqual([
      15,
      10,
      null,
    ]);
  });

  it('that failed of itself says so in a class and a code of its own', () => {
    expect([expiry, queuedTooLong, ranTooLong, poison].map((failure) => `${failure.class}/${failure.code}`)).toEqual([
      'retryable/expired',
      'retryable/queued-too-long',
      'retryable/run-timeout',
      'rejected/poison',
    ]);
  });
});
