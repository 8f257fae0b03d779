/** A job's attempts, put together from its events: who ran it, for how long, and how it ended. Pure. */
import type { JobEventRow } from '../../db/llm-jobs.model.ts';
import { Failure, LostReason, type JobState } from '../protocol/job.ts';
import type { AttemptView } from '../protocol/job-details.ts';

/** `events` oldest first; `createdAt` in epoch milliseconds. Newest first. */
export function attemptsOf(events: readonly JobEventRow[], createdAt: number): AttemptView[] {
  const attempts: AttemptView[] = [];
  let waitingSince: number | null = events[0]?.fromState === 'waiting' ? createdAt : null;
  let running: AttemptView | undefined;
  for (const event of events) {
    const { at, fromState, toState } = event;
    if (event.event === 'CLAIM') {
      running = begun(event, waitingSince);
      attempts.push(running);
    } else if (running !== undefined && event.event === 'FIRST_CONTENT') {
      running.firstContentMs = Math.max(0, at - running.startedAt);
    } else if (running !== undefined && fromState === 'active' && toState !== 'active') {
      end(running, event);
      running = undefined;
    }
    if (toState === 'waiting' && fromState !== 'waiting') waitingSince = at;
    if (toState !== 'waiting') waitingSince = null;
  }
  return attempts.toReversed();
}

function begun({ at, attempt, detail }: JobEventRow, waitingSince: number | null): AttemptView {
  return {
    attempt,
    outcome: 'running',
    workerId: typeof detail?.['workerId'] === 'string' ? detail['workerId'] : '',
    startedAt: at,
    waitMs: waitingSince === null ? null : Math.max(0, at - waitingSince),
    firstContentMs: null,
    endedAt: null,
    failure: null,
    lost: null,
    next: null,
  };
}

function end(attempt: AttemptView, { event, at, toState, detail }: JobEventRow): void {
  attempt.endedAt = at;
  attempt.next = toState;
  switch (event) {
    case 'COMPLETE': {
      attempt.outcome = 'completed';
      const firstContentAt = detail?.['firstContentAt'];
      if (typeof firstContentAt === 'number') {
        attempt.firstContentMs ??= Math.max(0, firstContentAt - attempt.startedAt);
      }
      return;
    }
    case 'FAIL':
      attempt.failure = Failure.safeParse(detail?.['failure']).data ?? null;
      attempt.outcome = outcomeOf(attempt.failure, toState);
      return;
    case 'LOST':
      attempt.outcome = 'lost';
      attempt.lost = LostReason.safeParse(detail?.['reason']).data ?? null;
      return;
    default:
      attempt.outcome = 'stopped';
  }
}

/** A provider's pause sends a job back into the line; a failure of its own makes it wait, or ends it. */
function outcomeOf(failure: Failure | null, next: JobState): 'failed' | 'paused' | 'stopped' {
  if (failure?.class === 'cancelled') return 'stopped';
  return next === 'waiting' ? 'paused' : 'failed';
}
