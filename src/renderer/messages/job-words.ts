/** What a job's state is called on screen. Pure: the clock and the translation are parameters. */
import { formatTime } from '../i18n/format.ts';
import type { JobView } from '../../protocol/views.ts';
import { failureWords, type MessagesT } from './failure-words.ts';
import { heldUpWords } from './held-up-words.ts';
import { formatWait } from './spans.ts';

export interface JobWords {
  /** Which sign goes with it. */
  readonly tone: 'queued' | 'waiting' | 'working' | 'retrying' | 'stopped' | 'failed';
  readonly title: string;
  /** Why, where there is more to say. */
  readonly detail: string | null;
  /** What the provider said of it, which is not translated. */
  readonly quote?: string;
}

/** Why it is run again, where it is. */
function rerunWords(t: MessagesT, job: JobView): string | null {
  if (job.failure !== null) return failureWords(t, job.failure, job.provider);
  return job.stalledCounter > 0 ? t('job.crashed') : null;
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

function waitingWords(t: MessagesT, job: JobView, nowMs: number): JobWords {
  if (job.pausedBy !== null) {
    const detail = job.pausedBy === 'lane' ? t('job.pausedLane') : t('job.pausedProvider');
    return { tone: 'waiting', title: t('job.waiting'), detail };
  }
  if (job.agentLimit !== null && job.heldUpUntil !== null) {
    const time = formatTime(job.heldUpUntil);
    const detail = job.agentLimit.kind === 'tokens' ? t('job.limitTokens', { time }) : t('job.limitSpend', { time });
    return { tone: 'waiting', title: t('job.waiting'), detail };
  }
  if (job.heldUp !== null) {
    const waitMs = (job.heldUpUntil ?? nowMs) - nowMs;
    const title = waitMs > 0 ? t('job.waitingFor', { wait: formatWait(waitMs) }) : t('job.waiting');
    const { said, quote } = heldUpWords(t, job.heldUp);
    return { tone: 'waiting', title, detail: said, ...(quote === null ? {} : { quote }) };
  }
  const detail = rerunWords(t, job);
  if (job.place === null) return { tone: 'waiting', title: t('job.manyAhead'), detail };
  if (job.place === 0) return { tone: 'waiting', title: t('job.next'), detail };
  return { tone: 'waiting', title: t('job.ahead', { count: job.place }), detail };
}

function delayedWords(t: MessagesT, job: JobView, nowMs: number): JobWords {
  const wait = job.runAt === null ? null : formatWait(job.runAt - nowMs);
  if (job.failure === null) {
    const title = wait === null ? t('job.scheduled') : t('job.startsIn', { wait });
    return { tone: 'waiting', title, detail: null };
  }
  const why = failureWords(t, job.failure, job.provider);
  const made = t('job.attemptFailed', { made: job.attemptsMade, most: job.maxAttempts });
  return {
    tone: 'retrying',
    title: wait === null ? t('job.retrying') : t('job.retryingIn', { wait }),
    detail: job.attemptsMade > 0 ? `${why} ${made}` : why,
  };
}

/** Words for every state but `completed`, whose answer speaks for itself (null). `nowMs`: epoch milliseconds. */
export function jobWords(t: MessagesT, job: JobView, nowMs: number): JobWords | null {
  const why = job.failure === null ? null : failureWords(t, job.failure, job.provider);
  switch (job.state) {
    case 'blocked':
      return job.heldByFailure
        ? { tone: 'queued', title: t('job.held'), detail: t('job.heldDetail') }
        : { tone: 'queued', title: t('job.queued'), detail: null };
    case 'delayed':
      return delayedWords(t, job, nowMs);
    case 'waiting':
      return waitingWords(t, job, nowMs);
    case 'active':
      return job.phase === 'streaming'
        ? { tone: 'working', title: t('job.answering'), detail: null }
        : { tone: 'working', title: t('job.starting'), detail: rerunWords(t, job) };
    case 'failed':
      return { tone: 'failed', title: t('job.noAnswer'), detail: why ?? t('job.failed') };
    case 'cancelled':
      return wasGivenUp(job)
        ? { tone: 'stopped', title: t('job.skipped'), detail: why }
        : { tone: 'stopped', title: t('job.stopped'), detail: null };
    case 'completed':
      return null;
    default:
      return job.state satisfies never;
  }
}
