/**
 * One LLM request with its whole life. Persisted and event-only: no `invoke`, no `after`, no clock, no dice. The call runs
 * in a worker and speaks to this machine in events; a timer is the `runAt` of the row; times, ranks and random numbers
 * arrive with the events. So one definition serves the live actor, the pure step, the tests and the diagram.
 *
 * Every event that a worker causes carries the attempt it belongs to: the fence that keeps a late worker of an older
 * attempt from writing.
 */
import { assign, setup, type SnapshotFrom } from 'xstate';
import type { ProviderId } from '../src/protocol/ids.ts';
import type { Backoff, Failure, JobTimeouts, Lane, LostReason } from '../src/protocol/job.ts';
import { retryDelayMs } from './policy/backoff.ts';

/** Kept in every row, so that a later version can tell what it reads. */
export const jobMachineVersion = 1;

/** A job that has begun gets this long for all its attempts and all the waiting between them (DESIGN.md, rule 8). */
export const jobDeadlineMs = 24 * 3_600_000;
/** Worker crashes that a job may be caught in before it runs in a worker of its own. */
export const crashesBeforeQuarantine = 2;
/** Deaths of a worker that ran nothing else: after this many the job is poison. */
export const maxQuarantineDeaths = 2;

/** All of it lives in columns of `llm_jobs`; JSON values only. */
export interface JobContext {
  /** Where it runs: the provider of the model that was asked for, or of a fallback. */
  provider: ProviderId;
  /** The model that answers in place of the one asked for; null: that one itself. */
  fallbackModel: string | null;
  lane: Lane;
  /** Fair-queueing tag within the lane; 0 unless waiting or active. */
  rank: number;
  maxAttempts: number;
  backoff: Backoff;
  /** Claims so far, and the fence: the number of the running attempt. */
  attemptsStarted: number;
  /** The job's own retryable failures. A lost worker, a restart and a provider's pause do not count. */
  attemptsMade: number;
  /** Crashes of workers that this job was running in. */
  stalledCounter: number;
  /** To be run in a worker of its own. */
  quarantined: boolean;
  quarantineDeaths: number;
  /** Jobs it still waits for, those with `heldDependencies` included. */
  openDependencies: number;
  /** Open dependencies with `on_failure: hold` that have failed: the user decides. */
  heldDependencies: number;
  timeouts: JobTimeouts;
  runAt: number | null;
  deadlineAt: number | null;
  /** Since when it is waiting; the lane's patience counts from here. */
  waitingSince: number | null;
  /** Until when it may wait, and until when the running attempt may run. */
  queueDeadlineAt: number | null;
  runDeadlineAt: number | null;
  /** The worker that runs it, or that has not yet confirmed that it was stopped. */
  processedBy: string | null;
  processedOn: number | null;
  firstContentAt: number | null;
  finishedOn: number | null;
  /** When the worker confirmed the end of an attempt that was stopped. */
  stoppedOn: number | null;
  failure: Failure | null;
}

/** `rank` is the fair tag the job gets if the event leads to `waiting`. */
export type JobEvent =
  | { type: 'DEPENDENCY_MET'; at: number; rank: number; wasHeld: boolean }
  | { type: 'DEPENDENCY_FAILED'; at: number; failure: Failure }
  | { type: 'DEPENDENCY_HELD'; at: number }
  /** A child was given to it. */
  | { type: 'DEPENDENCY_ADDED'; at: number }
  /** The failed job that held this one is being retried. */
  | { type: 'DEPENDENCY_RETRIED'; at: number }
  | { type: 'DUE'; at: number; rank: number }
  | { type: 'PROMOTE'; at: number; rank: number }
  | { type: 'SET_LANE'; at: number; lane: Lane; rank: number }
  /** Its provider is in trouble: another model is to answer. Null: the one that was asked for, after all. */
  | { type: 'FALL_BACK'; at: number; provider: ProviderId; model: string | null }
  | { type: 'CLAIM'; at: number; workerId: string }
  | { type: 'FIRST_CONTENT'; at: number; attempt: number }
  /** `firstContentAt`: an answer that came in one piece had no FIRST_CONTENT. */
  | { type: 'COMPLETE'; at: number; attempt: number; firstContentAt?: number | undefined }
  | { type: 'FAIL'; at: number; attempt: number; failure: Failure; random: number; rank: number }
  | { type: 'LOST'; at: number; attempt: number; reason: LostReason; rank: number }
  | { type: 'EXPIRE'; at: number }
  /** The attempt has run for too long. */
  | { type: 'TIME_OUT'; at: number; attempt: number; random: number }
  /** The worker has confirmed that the attempt which was stopped runs no more, or is gone itself. */
  | { type: 'STOPPED'; at: number; attempt: number }
  | { type: 'CANCEL'; at: number }
  | { type: 'SKIP'; at: number }
  | { type: 'RETRY'; at: number; rank: number; openDependencies: number; heldDependencies: number };

export type JobEventType = JobEvent['type'];

/** A job as it is enqueued. Context factories are run with `undefined` by XState's public stepping functions. */
export type JobInput = JobContext | undefined;

export const blankJob: JobContext = {
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
};

function expired(context: JobContext, at: number): boolean {
  return context.deadlineAt !== null && at >= context.deadlineAt;
}

/** Until when a job that enters the queue at `at` may wait there; null: as long as it takes. */
export function queueDeadline({ queuedMs }: JobTimeouts, at: number): number | null {
  return queuedMs === undefined ? null : at + queuedMs;
}

function isCrash(reason: LostReason): boolean {
  return reason === 'worker-crashed' || reason === 'worker-unresponsive';
}

const expiry: Failure = {
  class: 'retryable',
  code: 'expired',
  message: 'No answer within 24 hours of the first attempt, pauses included. Retry it when the provider is well again.',
};

const queuedTooLong: Failure = {
  class: 'retryable',
  code: 'queued-too-long',
  message: 'It waited in the queue for longer than it was allowed to, and was not started. Retry it to queue it again.',
};

const ranTooLong: Failure = {
  class: 'retryable',
  code: 'run-timeout',
  message:
    'The answer took longer than it was allowed to, and was stopped. What had arrived is kept; retry it to ask again.',
};

const poison: Failure = {
  class: 'rejected',
  code: 'poison',
  message:
    `This job took down every worker that ran it, also a worker of its own (${maxQuarantineDeaths} times). ` +
    'The other jobs went on. Change the request, or retry it to give it another chance.',
};

export const jobMachine = setup({
  types: {
    context: {} as JobContext,
    events: {} as JobEvent,
    input: {} as JobInput,
    tags: {} as 'open' | 'atRest',
  },
  guards: {
    isLastDependency: ({ context }) => context.openDependencies <= 1,
    isLastDependencyAndNotDue: ({ context, event }) =>
      context.openDependencies <= 1 && context.runAt !== null && context.runAt > event.at,
    isDue: ({ context, event }) => context.runAt === null || context.runAt <= event.at,
    hasOpenDependencies: (_, params: { openDependencies: number }) => params.openDependencies > 0,
    isThisAttempt: ({ context }, params: { attempt: number }) => params.attempt === context.attemptsStarted,
    /** The provider is at fault, not the job: wait for the provider, use up nothing. */
    isProvidersPause: ({ context, event }, params: { attempt: number; failure: Failure }) =>
      params.attempt === context.attemptsStarted &&
      params.failure.class === 'provider-down' &&
      !expired(context, event.at),
    mayTryAgain: ({ context, event }, params: { attempt: number; failure: Failure }) =>
      params.attempt === context.attemptsStarted &&
      params.failure.class === 'retryable' &&
      context.attemptsMade + 1 < context.maxAttempts &&
      !expired(context, event.at),
    isCancelled: ({ context }, params: { attempt: number; failure: Failure }) =>
      params.attempt === context.attemptsStarted && params.failure.class === 'cancelled',
    isPoison: ({ context }, params: { attempt: number; reason: LostReason }) =>
      params.attempt === context.attemptsStarted &&
      context.quarantined &&
      isCrash(params.reason) &&
      context.quarantineDeaths + 1 >= maxQuarantineDeaths,
    isLostInTime: ({ context, event }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted && !expired(context, event.at),
    isExpired: ({ context, event }) => expired(context, event.at),
    isQueuedTooLong: ({ context, event }) => context.queueDeadlineAt !== null && event.at >= context.queueDeadlineAt,
    ranTooLong: ({ context, event }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted && context.runDeadlineAt !== null && event.at >= context.runDeadlineAt,
    ranTooLongAndMayTryAgain: ({ context, event }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted &&
      context.runDeadlineAt !== null &&
      event.at >= context.runDeadlineAt &&
      context.attemptsMade + 1 < context.maxAttempts &&
      !expired(context, event.at),
    isBeingStopped: ({ context }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted && context.processedBy !== null,
  },
  actions: {
    closeDependency: assign({
      openDependencies: ({ context }) => Math.max(0, context.openDependencies - 1),
      heldDependencies: ({ context }, params: { wasHeld: boolean }) =>
        params.wasHeld ? Math.max(0, context.heldDependencies - 1) : context.heldDependencies,
    }),
    addDependency: assign({ openDependencies: ({ context }) => context.openDependencies + 1 }),
    holdDependency: assign({ heldDependencies: ({ context }) => context.heldDependencies + 1 }),
    releaseDependency: assign({ heldDependencies: ({ context }) => Math.max(0, context.heldDependencies - 1) }),
    enterQueue: assign(({ context }, params: { at: number; rank: number }) => ({
      rank: params.rank,
      waitingSince: params.at,
      queueDeadlineAt: queueDeadline(context.timeouts, params.at),
      runDeadlineAt: null,
      runAt: null,
      processedBy: null,
    })),
    changeLane: assign((_, params: { lane: Lane }) => ({ lane: params.lane })),
    changeProvider: assign((_, params: { provider: ProviderId; model: string | null }) => ({
      provider: params.provider,
      fallbackModel: params.model,
    })),
    changeRank: assign((_, params: { rank: number }) => ({ rank: params.rank })),
    claim: assign(({ context }, params: { at: number; workerId: string }) => ({
      attemptsStarted: context.attemptsStarted + 1,
      processedBy: params.workerId,
      processedOn: params.at,
      firstContentAt: null,
      waitingSince: null,
      queueDeadlineAt: null,
      runDeadlineAt: context.timeouts.runMs === undefined ? null : params.at + context.timeouts.runMs,
      stoppedOn: null,
      deadlineAt: context.deadlineAt ?? params.at + jobDeadlineMs,
    })),
    noteFirstContent: assign((_, params: { at: number }) => ({ firstContentAt: params.at })),
    noteFailure: assign((_, params: { failure: Failure }) => ({ failure: params.failure })),
    countAttempt: assign({ attemptsMade: ({ context }) => context.attemptsMade + 1 }),
    backOff: assign(({ context }, params: { at: number; failure: Failure; random: number }) => ({
      rank: 0,
      processedBy: null,
      runDeadlineAt: null,
      runAt:
        params.at +
        retryDelayMs({
          backoff: context.backoff,
          attemptsMade: context.attemptsMade,
          random: params.random,
          retryAfterMs: params.failure.retryAfterMs,
        }),
    })),
    countCrash: assign(({ context }, params: { reason: LostReason }) => {
      if (!isCrash(params.reason)) return {};
      const stalledCounter = context.stalledCounter + 1;
      return {
        stalledCounter,
        quarantined: context.quarantined || stalledCounter >= crashesBeforeQuarantine,
        quarantineDeaths: context.quarantineDeaths + (context.quarantined ? 1 : 0),
      };
    }),
    finish: assign((_, params: { at: number }) => ({
      finishedOn: params.at,
      rank: 0,
      runAt: null,
      waitingSince: null,
      queueDeadlineAt: null,
      runDeadlineAt: null,
      processedBy: null,
    })),
    /** The worker that has it is told to stop, and keeps it until it has confirmed that. */
    stop: assign((_, params: { at: number }) => ({
      finishedOn: params.at,
      rank: 0,
      runAt: null,
      runDeadlineAt: null,
    })),
    noteStopped: assign((_, params: { at: number }) => ({ stoppedOn: params.at, processedBy: null })),
    noteWholeAnswer: assign(({ context }, params: { firstContentAt?: number | undefined }) => ({
      failure: null,
      firstContentAt: context.firstContentAt ?? params.firstContentAt ?? null,
    })),
    startOver: assign((_, params: { openDependencies: number; heldDependencies: number }) => ({
      openDependencies: params.openDependencies,
      heldDependencies: params.heldDependencies,
      attemptsMade: 0,
      stalledCounter: 0,
      quarantined: false,
      quarantineDeaths: 0,
      deadlineAt: null,
      firstContentAt: null,
      finishedOn: null,
      stoppedOn: null,
      processedBy: null,
      failure: null,
    })),
  },
}).createMachine({
  id: 'job',
  context: ({ input }) => input ?? blankJob,
  initial: 'blocked',
  states: {
    blocked: {
      description: 'Waits for other jobs.',
      tags: 'open',
      on: {
        DEPENDENCY_MET: [
          {
            guard: 'isLastDependencyAndNotDue',
            target: 'delayed',
            actions: { type: 'closeDependency', params: ({ event }) => event },
          },
          {
            guard: 'isLastDependency',
            target: 'waiting',
            actions: [
              { type: 'closeDependency', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
          { actions: { type: 'closeDependency', params: ({ event }) => event } },
        ],
        DEPENDENCY_FAILED: {
          target: 'failed',
          actions: [
            { type: 'noteFailure', params: ({ event }) => event },
            { type: 'finish', params: ({ event }) => event },
          ],
        },
        DEPENDENCY_ADDED: { actions: 'addDependency' },
        DEPENDENCY_HELD: { actions: 'holdDependency' },
        DEPENDENCY_RETRIED: { actions: 'releaseDependency' },
        SET_LANE: { actions: { type: 'changeLane', params: ({ event }) => event } },
        CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    delayed: {
      description: 'Waits for its time: enqueued with a delay, or backing off after a failure.',
      tags: 'open',
      on: {
        DUE: { guard: 'isDue', target: 'waiting', actions: { type: 'enterQueue', params: ({ event }) => event } },
        PROMOTE: { target: 'waiting', actions: { type: 'enterQueue', params: ({ event }) => event } },
        SET_LANE: { actions: { type: 'changeLane', params: ({ event }) => event } },
        EXPIRE: {
          guard: 'isExpired',
          target: 'failed',
          actions: [
            { type: 'noteFailure', params: { failure: expiry } },
            { type: 'finish', params: ({ event }) => event },
          ],
        },
        CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    waiting: {
      description: 'In the queue of its lane.',
      tags: 'open',
      on: {
        FALL_BACK: { actions: { type: 'changeProvider', params: ({ event }) => event } },
        CLAIM: { target: 'active', actions: { type: 'claim', params: ({ event }) => event } },
        SET_LANE: {
          actions: [
            { type: 'changeLane', params: ({ event }) => event },
            { type: 'changeRank', params: ({ event }) => event },
          ],
        },
        EXPIRE: [
          {
            guard: 'isExpired',
            target: 'failed',
            actions: [
              { type: 'noteFailure', params: { failure: expiry } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
          {
            guard: 'isQueuedTooLong',
            target: 'failed',
            actions: [
              { type: 'noteFailure', params: { failure: queuedTooLong } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
        ],
        CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    active: {
      description: 'A worker has it.',
      tags: 'open',
      initial: 'starting',
      states: {
        starting: {
          on: {
            FIRST_CONTENT: {
              guard: { type: 'isThisAttempt', params: ({ event }) => event },
              target: 'streaming',
              actions: { type: 'noteFirstContent', params: ({ event }) => event },
            },
          },
        },
        streaming: {},
      },
      on: {
        COMPLETE: {
          guard: { type: 'isThisAttempt', params: ({ event }) => event },
          target: 'completed',
          actions: [
            { type: 'noteWholeAnswer', params: ({ event }) => event },
            { type: 'finish', params: ({ event }) => event },
          ],
        },
        FAIL: [
          {
            guard: { type: 'isCancelled', params: ({ event }) => event },
            target: 'cancelled',
            actions: [
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isProvidersPause', params: ({ event }) => event },
            target: 'waiting',
            actions: [
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'mayTryAgain', params: ({ event }) => event },
            target: 'delayed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'backOff', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isThisAttempt', params: ({ event }) => event },
            target: 'failed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
        ],
        LOST: [
          {
            guard: { type: 'isPoison', params: ({ event }) => event },
            target: 'failed',
            actions: [
              { type: 'countCrash', params: ({ event }) => event },
              { type: 'noteFailure', params: { failure: poison } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isLostInTime', params: ({ event }) => event },
            target: 'waiting',
            actions: [
              { type: 'countCrash', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isThisAttempt', params: ({ event }) => event },
            target: 'failed',
            actions: [
              { type: 'countCrash', params: ({ event }) => event },
              { type: 'noteFailure', params: { failure: expiry } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
        ],
        TIME_OUT: [
          {
            guard: { type: 'ranTooLongAndMayTryAgain', params: ({ event }) => event },
            target: 'delayed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: { failure: ranTooLong } },
              { type: 'backOff', params: ({ event }) => ({ ...event, failure: ranTooLong }) },
            ],
          },
          {
            guard: { type: 'ranTooLong', params: ({ event }) => event },
            target: 'failed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: { failure: ranTooLong } },
              { type: 'stop', params: ({ event }) => event },
            ],
          },
        ],
        CANCEL: { target: 'cancelled', actions: { type: 'stop', params: ({ event }) => event } },
      },
    },
    completed: {
      description: 'Its result is delivered. Nothing changes it any more.',
      tags: 'atRest',
      type: 'final',
    },
    failed: {
      description:
        'Given up, with the reason. Can be retried by hand, or skipped so that what is held behind it goes on.',
      tags: 'atRest',
      on: {
        STOPPED: {
          guard: { type: 'isBeingStopped', params: ({ event }) => event },
          actions: { type: 'noteStopped', params: ({ event }) => event },
        },
        RETRY: [
          {
            guard: { type: 'hasOpenDependencies', params: ({ event }) => event },
            target: 'blocked',
            actions: { type: 'startOver', params: ({ event }) => event },
          },
          {
            target: 'waiting',
            actions: [
              { type: 'startOver', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
        ],
        SKIP: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    cancelled: {
      description: 'Stopped by somebody; partial text is kept. Can be retried by hand.',
      tags: 'atRest',
      on: {
        STOPPED: {
          guard: { type: 'isBeingStopped', params: ({ event }) => event },
          actions: { type: 'noteStopped', params: ({ event }) => event },
        },
        RETRY: [
          {
            guard: { type: 'hasOpenDependencies', params: ({ event }) => event },
            target: 'blocked',
            actions: { type: 'startOver', params: ({ event }) => event },
          },
          {
            target: 'waiting',
            actions: [
              { type: 'startOver', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
        ],
      },
    },
  },
});

/**
 * Where a new job starts. Bulk inserts write it directly: ten thousand jobs need no actor to learn that they wait.
 * `context.rank` must be 0 unless the job starts in `waiting`.
 */
export function initialJobState(context: JobContext, at: number): 'blocked' | 'delayed' | 'waiting' {
  if (context.openDependencies > 0) return 'blocked';
  return context.runAt !== null && context.runAt > at ? 'delayed' : 'waiting';
}

export type JobSnapshot = SnapshotFrom<typeof jobMachine>;
