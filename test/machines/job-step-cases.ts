/** What each event does to a job in each state that lets it through, column by column: the table of `job-steps.test.ts`. */
import type { JobContext, JobEvent } from '../../machines/job.context.ts';
import {
  crashesBeforeQuarantine,
  expiry,
  jobDeadlineMs,
  maxQuarantineDeaths,
  poison,
  queuedTooLong,
  ranTooLong,
} from '../../machines/job.rules.ts';
import { at, attempt, fail, failureOf, lost, met, ranOut, timeOut, type Value } from '../support/job-steps.ts';

/** What entering the queue writes, on top of what the row says already. */
const entered = {
  rank: 99,
  waitingSince: at,
  queueDeadlineAt: at + 40,
  runDeadlineAt: null,
  runAt: null,
  processedBy: null,
};
const ended = {
  finishedOn: at,
  rank: 0,
  runAt: null,
  waitingSince: null,
  queueDeadlineAt: null,
  runDeadlineAt: null,
  processedBy: null,
};
const stopped = { finishedOn: at, rank: 0, runAt: null, runDeadlineAt: null };
const begun = {
  attemptsMade: 0,
  deadlineAt: null,
  firstContentAt: null,
  finishedOn: null,
  stoppedOn: null,
  failure: null,
};
const retriable = failureOf('retryable');
const backedOff = { rank: 0, processedBy: null, runDeadlineAt: null };

/** [from, what the job has of its own, event, to, what that changes] */
export type Case = [from: Value, more: Partial<JobContext>, event: JobEvent, to: Value, changes: Partial<JobContext>];

export const cases: Case[] = [
  // Dependencies.
  ['blocked', {}, met(false), 'blocked', { openDependencies: 3 }],
  ['blocked', {}, met(true), 'blocked', { openDependencies: 3, heldDependencies: 1 }],
  ['blocked', { heldDependencies: 0 }, met(true), 'blocked', { openDependencies: 3 }],
  [
    'blocked',
    { openDependencies: 1, runAt: at },
    met(true),
    'waiting',
    { openDependencies: 0, heldDependencies: 1, ...entered },
  ],
  ['blocked', { openDependencies: 1, runAt: null }, met(false), 'waiting', { openDependencies: 0, ...entered }],
  ['blocked', { openDependencies: 1, runAt: at + 1 }, met(false), 'delayed', { openDependencies: 0 }],
  ['blocked', { openDependencies: 0, runAt: at + 1 }, met(false), 'delayed', {}],
  ['blocked', { openDependencies: 2, runAt: at + 1 }, met(false), 'blocked', { openDependencies: 1 }],
  ['blocked', {}, { type: 'DEPENDENCY_FAILED', at, failure: retriable }, 'failed', { ...ended, failure: retriable }],
  ['blocked', {}, { type: 'DEPENDENCY_ADDED', at }, 'blocked', { openDependencies: 5 }],
  ['blocked', {}, { type: 'DEPENDENCY_HELD', at }, 'blocked', { heldDependencies: 3 }],
  ['blocked', {}, { type: 'DEPENDENCY_RETRIED', at }, 'blocked', { heldDependencies: 1 }],
  ['blocked', { heldDependencies: 0 }, { type: 'DEPENDENCY_RETRIED', at }, 'blocked', {}],
  ['blocked', {}, { type: 'SET_LANE', at, lane: 'high', rank: 99 }, 'blocked', { lane: 'high' }],
  // Times.
  ['delayed', { runAt: at }, { type: 'DUE', at, rank: 99 }, 'waiting', entered],
  ['delayed', { runAt: null }, { type: 'DUE', at, rank: 99 }, 'waiting', { ...entered }],
  ['delayed', { timeouts: {} }, { type: 'DUE', at, rank: 99 }, 'waiting', { ...entered, queueDeadlineAt: null }],
  ['delayed', { runAt: at + 1 }, { type: 'PROMOTE', at, rank: 99 }, 'waiting', entered],
  ['delayed', {}, { type: 'SET_LANE', at, lane: 'high', rank: 99 }, 'delayed', { lane: 'high' }],
  ['delayed', { deadlineAt: at }, { type: 'EXPIRE', at }, 'failed', { ...ended, failure: expiry }],
  ['waiting', { deadlineAt: at }, { type: 'EXPIRE', at }, 'failed', { ...ended, failure: expiry }],
  ['waiting', { queueDeadlineAt: at }, { type: 'EXPIRE', at }, 'failed', { ...ended, failure: queuedTooLong }],
  ['waiting', { deadlineAt: at, queueDeadlineAt: at }, { type: 'EXPIRE', at }, 'failed', { ...ended, failure: expiry }],
  // The queue.
  [
    'waiting',
    {},
    { type: 'FALL_BACK', at, provider: 'other', model: 'other/m' },
    'waiting',
    { provider: 'other', fallbackModel: 'other/m' },
  ],
  ['waiting', {}, { type: 'SET_LANE', at, lane: 'high', rank: 99 }, 'waiting', { lane: 'high', rank: 99 }],
  [
    'waiting',
    {},
    { type: 'CLAIM', at, workerId: 'worker:9' },
    'starting',
    {
      attemptsStarted: 4,
      processedBy: 'worker:9',
      processedOn: at,
      firstContentAt: null,
      waitingSince: null,
      queueDeadlineAt: null,
      runDeadlineAt: at + 50,
      stoppedOn: null,
    },
  ],
  [
    'waiting',
    { timeouts: {}, deadlineAt: null },
    { type: 'CLAIM', at, workerId: 'worker:7' },
    'starting',
    {
      attemptsStarted: 4,
      processedOn: at,
      firstContentAt: null,
      waitingSince: null,
      queueDeadlineAt: null,
      runDeadlineAt: null,
      stoppedOn: null,
      deadlineAt: at + jobDeadlineMs,
    },
  ],
  // An attempt.
  ['starting', {}, { type: 'FIRST_CONTENT', at, attempt }, 'streaming', { firstContentAt: at }],
  ['starting', {}, { type: 'COMPLETE', at, attempt }, 'completed', { ...ended, failure: null }],
  [
    'streaming',
    { firstContentAt: null },
    { type: 'COMPLETE', at, attempt, firstContentAt: 7 },
    'completed',
    { ...ended, failure: null, firstContentAt: 7 },
  ],
  ['streaming', {}, { type: 'COMPLETE', at, attempt, firstContentAt: 7 }, 'completed', { ...ended, failure: null }],
  ['starting', { firstContentAt: null }, { type: 'COMPLETE', at, attempt }, 'completed', { ...ended, failure: null }],
  ['streaming', {}, fail(failureOf('cancelled')), 'cancelled', { ...ended, failure: failureOf('cancelled') }],
  ['streaming', {}, fail(failureOf('provider-down')), 'waiting', { ...entered, failure: failureOf('provider-down') }],
  [
    'streaming',
    { deadlineAt: at + 1 },
    fail(failureOf('provider-down')),
    'waiting',
    { ...entered, failure: failureOf('provider-down') },
  ],
  [
    'streaming',
    { deadlineAt: at },
    fail(failureOf('provider-down')),
    'failed',
    { ...ended, attemptsMade: 3, failure: failureOf('provider-down') },
  ],
  ['streaming', {}, fail(retriable), 'delayed', { ...backedOff, attemptsMade: 3, failure: retriable, runAt: at + 200 }],
  [
    'streaming',
    { maxAttempts: 4 },
    fail(failureOf('retryable', { retryAfterMs: 3_000 })),
    'delayed',
    { ...backedOff, attemptsMade: 3, failure: failureOf('retryable', { retryAfterMs: 3_000 }), runAt: at + 3_200 },
  ],
  ['streaming', { maxAttempts: 3 }, fail(retriable), 'failed', { ...ended, attemptsMade: 3, failure: retriable }],
  ['streaming', { deadlineAt: at }, fail(retriable), 'failed', { ...ended, attemptsMade: 3, failure: retriable }],
  ...(['misconfigured', 'rejected', 'bug'] as const).map((of): Case => [
    'starting',
    { failure: null },
    fail(failureOf(of)),
    'failed',
    { ...ended, attemptsMade: 3, failure: failureOf(of) },
  ]),
  // A lost worker: only crashes count, and only those of a quarantined job are its own.
  ...(['worker-drained', 'host-restarted'] as const).map((reason): Case => [
    'streaming',
    {},
    lost(reason),
    'waiting',
    entered,
  ]),
  ...(['worker-crashed', 'worker-unresponsive'] as const).map((reason): Case => [
    'streaming',
    {},
    lost(reason),
    'waiting',
    { ...entered, stalledCounter: 1 },
  ]),
  [
    'streaming',
    { stalledCounter: crashesBeforeQuarantine - 1 },
    lost('worker-crashed'),
    'waiting',
    { ...entered, stalledCounter: crashesBeforeQuarantine, quarantined: true },
  ],
  [
    'streaming',
    { stalledCounter: 5, quarantined: true, quarantineDeaths: maxQuarantineDeaths - 2 },
    lost('worker-crashed'),
    'waiting',
    { ...entered, stalledCounter: 6, quarantineDeaths: maxQuarantineDeaths - 1 },
  ],
  [
    'streaming',
    { stalledCounter: 0, quarantined: true, quarantineDeaths: 0 },
    lost('worker-crashed'),
    'waiting',
    { ...entered, stalledCounter: 1, quarantineDeaths: 1 },
  ],
  [
    'streaming',
    { stalledCounter: 5, quarantined: true, quarantineDeaths: maxQuarantineDeaths - 1 },
    lost('worker-crashed'),
    'failed',
    { ...ended, stalledCounter: 6, quarantineDeaths: maxQuarantineDeaths, failure: poison },
  ],
  [
    'streaming',
    { quarantined: true, quarantineDeaths: maxQuarantineDeaths - 1 },
    lost('worker-drained'),
    'waiting',
    entered,
  ],
  [
    'streaming',
    { quarantineDeaths: maxQuarantineDeaths },
    lost('worker-crashed'),
    'waiting',
    { ...entered, stalledCounter: 1 },
  ],
  ['streaming', { deadlineAt: at }, lost('worker-crashed'), 'failed', { ...ended, stalledCounter: 1, failure: expiry }],
  ['streaming', { deadlineAt: null }, lost('host-restarted'), 'waiting', entered],
  // An attempt that takes too long.
  ['streaming', ranOut, timeOut, 'delayed', { ...backedOff, attemptsMade: 3, failure: ranTooLong, runAt: at + 200 }],
  [
    'starting',
    { ...ranOut, maxAttempts: 4 },
    timeOut,
    'delayed',
    { ...backedOff, attemptsMade: 3, failure: ranTooLong, runAt: at + 200 },
  ],
  ['streaming', { ...ranOut, maxAttempts: 3 }, timeOut, 'failed', { ...stopped, attemptsMade: 3, failure: ranTooLong }],
  ['streaming', { ...ranOut, deadlineAt: at }, timeOut, 'failed', { ...stopped, attemptsMade: 3, failure: ranTooLong }],
  // By hand.
  ...(['blocked', 'delayed', 'waiting'] as const).map((from): Case => [
    from,
    {},
    { type: 'CANCEL', at },
    'cancelled',
    ended,
  ]),
  ...(['starting', 'streaming'] as const).map((from): Case => [from, {}, { type: 'CANCEL', at }, 'cancelled', stopped]),
  ['failed', {}, { type: 'SKIP', at }, 'cancelled', ended],
  ...(['failed', 'cancelled'] as const).flatMap((from): Case[] => [
    [from, {}, { type: 'STOPPED', at, attempt }, from, { stoppedOn: at, processedBy: null }],
    [
      from,
      { stalledCounter: 4, quarantined: true, quarantineDeaths: 1 },
      { type: 'RETRY', at, rank: 99, openDependencies: 0, heldDependencies: 0 },
      'waiting',
      {
        ...begun,
        ...entered,
        openDependencies: 0,
        heldDependencies: 0,
        stalledCounter: 0,
        quarantined: false,
        quarantineDeaths: 0,
      },
    ],
    [
      from,
      {},
      { type: 'RETRY', at, rank: 99, openDependencies: 1, heldDependencies: 1 },
      'blocked',
      { ...begun, openDependencies: 1, heldDependencies: 1, processedBy: null },
    ],
  ]),
];
