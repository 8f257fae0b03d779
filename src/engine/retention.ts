/**
 * The duty that keeps storage bounded: jobs that ended long ago, or more of them than are kept, go with their events and
 * streamed text. Conversations never do: a message keeps its text when its job is gone, and a job that ended without an
 * answer stays as long as the message that asked for it, because its failure is what the conversation shows there.
 *
 * SQLite uses the space again for what comes next, so the file stays as large as it once was, and no larger.
 */
import { finishedStates, type FinishedJob } from '../../db/jobs/retention.repository.ts';
import { hourMs, minuteMs } from '../../db/statistics/statistics.repository.ts';
import type { Store } from '../../db/store.ts';
import { lanes } from '../protocol/job.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Clock, Log } from './ports.ts';
import type { SettingsStore } from './settings.ts';
import type { Turn, TurnLoop } from './turn.ts';

export interface RetentionOptions {
  store: Store;
  queue: LlmJobQueue;
  turns: TurnLoop;
  settings: SettingsStore;
  clock: Clock;
  log: Log;
}

const dayMs = 86_400_000;
/** The counters are looked at this often, the oldest jobs' ages less often. */
const lookMs = 5_000;
const sweepEveryMs = 600_000;
/** Of a turn's 8 ms, and how long the others have the thread in between: 2,500 jobs a second at most. */
const batchBudgetMs = 4;
const restMs = 20;
const batchJobs = 64;
const batchRows = 200;
/** A client that is not sure sends again within seconds; a page that was closed over a holiday is given this long. */
const longestRequestAgeMs = 7 * dayMs;
/** The charts of a day are made of minutes, all longer ones of hours. */
const minutesKeptMs = 2 * dayMs;
/** Where there are more, the next sweep keeps them for a shorter time. */
const mostRequests = 1_000_000;

export class Retention {
  readonly #options: RetentionOptions;
  #cancel: (() => void) | undefined;
  /** The job that the sweep under way looked at last; undefined between sweeps. */
  #cursor: string | undefined;
  /** The request id likewise, how many were kept so far, and for how long. */
  #requests: { cursor: string | undefined; kept: number; ageMs: number } = {
    cursor: undefined,
    kept: 0,
    ageMs: longestRequestAgeMs,
  };
  #sweptAt = -Infinity;
  /** So many were over the limit at the end of the last sweep, because something refers to them. */
  #inUse = 0;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(lookMs, () => this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    const { clock } = this.#options;
    const due = Math.abs(clock.now() - this.#sweptAt) >= sweepEveryMs;
    if (due || this.#excess() > this.#inUse) this.#cursor = '';
    if (due) this.#requests = { ...this.#requests, cursor: '', kept: 0 };
    if (this.#cursor === undefined) this.#next(lookMs);
    else this.#batch();
  }

  /** Waits for the turn, so that a disk that takes no writes is not asked again and again. */
  #batch(): void {
    const { turns, log } = this.#options;
    let more = false;
    const run = (turn: Turn): void => {
      const before = { cursor: this.#cursor, requests: this.#requests };
      turn.undo(() => {
        this.#cursor = before.cursor;
        this.#requests = before.requests;
      });
      more = this.#prune(turn);
      turn.after(() => this.#next(more ? restMs : lookMs));
    };
    turns.post('retention', run, (error) => {
      log('error', 'old jobs could not be removed', { error: error instanceof Error ? error.stack : String(error) });
      this.#cursor = undefined;
      this.#sweptAt = this.#options.clock.now();
      this.#next(lookMs);
    });
  }

  #next(delayMs: number): void {
    if (this.#cancel === undefined) return;
    this.#cancel = this.#options.clock.after(delayMs, () =>
      this.#cursor === undefined ? this.#look() : this.#batch(),
    );
  }

  /** One batch. True when there is more to look at. */
  #prune(turn: Turn): boolean {
    const { store, settings, clock } = this.#options;
    const { retainDays, retainUsageDays } = settings.get();
    const until = clock.now() + batchBudgetMs;
    let more = this.#pruneJobs(turn, turn.at - retainDays * dayMs, until);
    if (clock.now() < until) {
      more = this.#pruneRequests(turn) || more;
      more = store.retention.pruneUsage(turn.at - retainUsageDays * dayMs, batchRows) || more;
      more = store.statistics.prune(minuteMs, turn.at - minutesKeptMs, batchRows) || more;
      more = store.statistics.prune(hourMs, turn.at - retainUsageDays * dayMs, batchRows) || more;
    }
    if (!more) {
      this.#cursor = undefined;
      this.#sweptAt = turn.at;
      turn.after(() => {
        this.#inUse = Math.max(0, this.#excess());
      });
    }
    return more;
  }

  #pruneJobs(turn: Turn, before: number, until: number): boolean {
    const { store, clock } = this.#options;
    const jobs = store.retention.finishedAfter(this.#cursor ?? '', batchJobs);
    let excess = this.#excess();
    for (const job of jobs) {
      // Jobs come in the order of their creation: what follows is younger still.
      if (excess <= 0 && job.timestamp >= before) return false;
      const old = job.finishedOn !== null && job.finishedOn < before;
      if ((old || excess > 0) && this.#remove(turn, job)) excess -= 1;
      this.#cursor = job.id;
      if (clock.now() >= until) return true;
    }
    return jobs.length === batchJobs;
  }

  #pruneRequests(turn: Turn): boolean {
    const { cursor, kept, ageMs } = this.#requests;
    if (cursor === undefined) return false;
    const batch = this.#options.store.retention.pruneRequests(cursor, turn.at - ageMs, batchRows);
    const all = kept + batch.kept;
    const fitting = Math.min(longestRequestAgeMs, (ageMs * mostRequests) / Math.max(1, all));
    this.#requests = { cursor: batch.next, kept: all, ageMs: batch.next === undefined ? fitting : ageMs };
    return batch.next !== undefined;
  }

  /** False when something still refers to it. */
  #remove(turn: Turn, job: FinishedJob): boolean {
    const { store, queue } = this.#options;
    if (store.retention.isNeeded(job.id)) return false;
    if (job.state !== 'completed' && store.retention.isAsked(job.id)) {
      store.retention.removeLog(job.id);
      return false;
    }
    queue.forget(turn, job);
    return true;
  }

  /** How many finished jobs there are more than are kept. */
  #excess(): number {
    const { queue, settings } = this.#options;
    const count = (state: (typeof finishedStates)[number]): number =>
      lanes.reduce((sum, lane) => sum + queue.ledger.countIn(lane, state), 0);
    return finishedStates.reduce((sum, state) => sum + count(state), 0) - settings.get().retainJobs;
  }
}
