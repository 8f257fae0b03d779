/** What a job's state is called on screen. Pure: the clock is a parameter. */
import type { JobView } from '../../protocol/views.ts';

export interface JobWords {
  /** Which sign goes with it. */
  readonly tone: 'queued' | 'waiting' | 'working' | 'retrying' | 'stopped' | 'failed';
  readonly title: string;
  /** Why, where there is more to say. */
  readonly detail: string | null;
}

const plural = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** `7 s`, `2 min 5 s`, `1 h 3 min`: never negative. */
export function formatWait(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function attemptOf(job: JobView): string {
  return `Attempt ${job.attemptsMade} of ${job.maxAttempts} failed.`;
}

/** Why it is run again, where it is. */
function rerunWords(job: JobView): string | null {
  if (job.failure !== null) return job.failure.message;
  return job.stalledCounter > 0 ? 'The worker that ran it crashed. It is run again, and loses nothing by it.' : null;
}

/**
 * Skipping a failed job ends it as cancelled, with its failure; stopping one that waits for its next try leaves the
 * failure of the last one with it. Only a failure that had ended the job tells the two apart.
 */
function wasGivenUp({ failure, attemptsMade, maxAttempts }: JobView): boolean {
  if (failure === null) return false;
  switch (failure.class) {
    case 'cancelled':
    case 'provider-down':
      return false;
    case 'retryable':
      return attemptsMade >= maxAttempts;
    case 'misconfigured':
    case 'rejected':
    case 'bug':
      return true;
    default:
      return failure.class satisfies never;
  }
}

function waitingWords(job: JobView, nowMs: number): JobWords {
  if (job.heldUpBy !== null) {
    const waitMs = (job.heldUpUntil ?? nowMs) - nowMs;
    return {
      tone: 'waiting',
      title: waitMs > 0 ? `Waiting for ${formatWait(waitMs)}` : 'Waiting',
      detail: job.heldUpBy,
    };
  }
  const detail = rerunWords(job);
  if (job.place === null) return { tone: 'waiting', title: 'Waiting, more than 999 jobs ahead', detail };
  if (job.place === 0) return { tone: 'waiting', title: 'Waiting, next in line', detail };
  return { tone: 'waiting', title: `Waiting, ${plural(job.place, 'job', 'jobs')} ahead`, detail };
}

/** Words for every state but `completed`, whose answer speaks for itself (null). `nowMs`: epoch milliseconds. */
export function jobWords(job: JobView, nowMs: number): JobWords | null {
  switch (job.state) {
    case 'blocked':
      return job.heldByFailure
        ? {
            tone: 'queued',
            title: 'Held back',
            detail: 'An answer above did not finish. Retry it or skip it to go on.',
          }
        : { tone: 'queued', title: 'Queued behind the answer above', detail: null };
    case 'delayed': {
      const wait = job.runAt === null ? null : formatWait(job.runAt - nowMs);
      if (job.failure === null) {
        return { tone: 'waiting', title: wait === null ? 'Scheduled' : `Starts in ${wait}`, detail: null };
      }
      return {
        tone: 'retrying',
        title: wait === null ? 'Retrying' : `Retrying in ${wait}`,
        detail: job.attemptsMade > 0 ? `${job.failure.message} ${attemptOf(job)}` : job.failure.message,
      };
    }
    case 'waiting':
      return waitingWords(job, nowMs);
    case 'active':
      return job.phase === 'streaming'
        ? { tone: 'working', title: 'Answering', detail: null }
        : { tone: 'working', title: 'Starting', detail: rerunWords(job) };
    case 'failed':
      return { tone: 'failed', title: 'No answer', detail: job.failure?.message ?? 'The job failed.' };
    case 'cancelled':
      return wasGivenUp(job)
        ? { tone: 'stopped', title: 'Skipped', detail: job.failure?.message ?? null }
        : { tone: 'stopped', title: 'Stopped', detail: null };
    case 'completed':
      return null;
    default:
      return job.state satisfies never;
  }
}

/** Milliseconds from the message being sent to the first words, or null when it is not known. */
export function timeToFirstContentMs(job: JobView): number | null {
  return job.firstContentAt === null ? null : Math.max(0, job.firstContentAt - job.createdAt);
}

/** `340 ms`, `1.2 s`, `14 s`, `2 min 5 s`. */
export function formatSpan(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return formatWait(ms);
}
