/** What a job machine knows of its job, what can happen to it, and how it begins. */
import type { ProviderId } from '../src/protocol/ids.ts';
import type { Backoff, Failure, JobTimeouts, Lane, LostReason } from '../src/protocol/job.ts';

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
  /**
   * `request`: the trace of what it is sent, where that can be another the next time. `cutFiles`: the names of the files
   * that did not fit into it whole; absent when all did.
   */
  | { type: 'CLAIM'; at: number; workerId: string; request?: string; cutFiles?: readonly string[] }
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

export const blankJob = grownByName();

/**
 * `assign` copies a context with `Object.assign({}, …)`. V8 (Node 24) makes a hash table of what grows past 19 properties in that
 * way, and then takes 4 us for each copy instead of 0.1: unless it knows an object that got the same properties, in the
 * same order, by name. This is one.
 */
function grownByName(): JobContext {
  const job = {} as JobContext;
  job.provider = '';
  job.fallbackModel = null;
  job.lane = 'low';
  job.rank = 0;
  job.maxAttempts = 1;
  job.backoff = { type: 'exponential', delayMs: 1_000, maxDelayMs: 60_000 };
  job.attemptsStarted = 0;
  job.attemptsMade = 0;
  job.stalledCounter = 0;
  job.quarantined = false;
  job.quarantineDeaths = 0;
  job.openDependencies = 0;
  job.heldDependencies = 0;
  job.timeouts = {};
  job.runAt = null;
  job.deadlineAt = null;
  job.waitingSince = null;
  job.queueDeadlineAt = null;
  job.runDeadlineAt = null;
  job.processedBy = null;
  job.processedOn = null;
  job.firstContentAt = null;
  job.finishedOn = null;
  job.stoppedOn = null;
  job.failure = null;
  return job;
}

/** Until when a job that enters the queue at `at` may wait there; null: as long as it takes. */
export function queueDeadline({ queuedMs }: JobTimeouts, at: number): number | null {
  return queuedMs === undefined ? null : at + queuedMs;
}

/**
 * Where a new job starts. Bulk inserts write it directly: ten thousand jobs need no actor to learn that they wait.
 * `context.rank` must be 0 unless the job starts in `waiting`.
 */
export function initialJobState(context: JobContext, at: number): 'blocked' | 'delayed' | 'waiting' {
  if (context.openDependencies > 0) return 'blocked';
  return context.runAt !== null && context.runAt > at ? 'delayed' : 'waiting';
}
