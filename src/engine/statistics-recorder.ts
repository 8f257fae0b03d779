/**
 * Counts what becomes of jobs, by the minute and by the hour: part of the turns, like the rows that it counts. A turn that
 * ends many jobs writes each period once.
 */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { Histogram } from '../../db/statistics/histogram.ts';
import { hourMs, minuteMs, type PeriodMs, type StatisticsKey } from '../../db/statistics/statistics.repository.ts';
import type { JobStatisticsRow } from '../../db/statistics.model.ts';
import type { Store } from '../../db/store.ts';
import { splitModel, type JobId } from '../protocol/ids.ts';
import type { JobResult } from '../protocol/job.ts';
import type { ModelInfo } from '../protocol/provider.ts';
import { costMicros } from './cost.ts';
import type { Transition } from './job-actors.ts';
import type { Turn } from './turn.ts';

const periods: readonly PeriodMs[] = [minuteMs, hourMs];

type Durations = 'waits' | 'firstContents' | 'runs';
type Counters = Omit<JobStatisticsRow, keyof StatisticsKey | Durations>;

/** A row in memory, with histograms that can be added to. */
interface Period extends Record<Durations, Histogram> {
  readonly key: StatisticsKey;
  readonly counters: Counters;
}

type Source = Pick<StatisticsKey, 'lane' | 'provider' | 'agentId'>;

export interface StatisticsRecorderOptions {
  store: Store;
  /** What is known of a provider's model, its prices among it. */
  model: (provider: JobRow['provider'], name: string) => ModelInfo | undefined;
}

export class StatisticsRecorder {
  readonly #options: StatisticsRecorderOptions;
  /** Those of the present minute and hour that were lately added to; as the last turn has written them. */
  readonly #periods = new Map<string, Period>();
  readonly #changed = new Set<Period>();
  #minute = 0;
  /** How long the running attempts stood in line. */
  readonly #waits = new Map<JobId, number>();

  constructor(options: StatisticsRecorderOptions) {
    this.#options = options;
  }

  /** A waiting job is given to a worker; `row` is from before. */
  claimed(turn: Turn, row: JobRow): void {
    const waitMs = Math.max(0, turn.at - (row.waitingSince ?? turn.at));
    this.#waits.set(row.id, waitMs);
    turn.undo(() => this.#waits.delete(row.id));
    for (const { waits } of this.#current(turn, laneOf(row))) waits.add(waitMs);
  }

  /**
   * Of an answer, in millionths of a US dollar; null: not known. The model that was asked for has the price, not the one
   * that says it answered (a name with a date behind it), unless the former is not known.
   */
  costOf({ provider, fallbackModel, data }: JobRow, { usage, model: answered }: JobResult): number | null {
    const { model } = this.#options;
    const asked = splitModel(fallbackModel ?? data.model).model;
    return costMicros(usage, model(provider, asked) ?? model(provider, answered));
  }

  /** A whole answer: its usage is stored and counted. `row` is from before. */
  answered(turn: Turn, row: JobRow, result: JobResult, cost: number | null): void {
    const { store } = this.#options;
    const { usage } = result;
    const { agentId } = row;
    const conversationId = row.data.kind === 'chat' ? row.data.conversationId : null;
    const startedAt = row.processedOn ?? turn.at;
    const firstContentAt = row.firstContentAt ?? result.timings.firstContentAt;
    const firstContentMs = firstContentAt === undefined ? null : Math.max(0, firstContentAt - startedAt);
    const runMs = Math.max(0, turn.at - startedAt);
    store.settings.recordUsage({
      jobId: row.id,
      attempt: row.attemptsStarted,
      provider: row.provider,
      model: result.model,
      agentId,
      conversationId,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      reasoningTokens: usage.reasoningTokens ?? null,
      cachedTokens: usage.cachedTokens ?? null,
      estimated: usage.estimated,
      at: turn.at,
      lane: row.lane,
      costMicros: cost,
      waitMs: this.#waits.get(row.id) ?? null,
      firstContentMs,
      runMs,
    });
    for (const { counters } of this.#current(turn, sourceOf(row))) {
      counters.completed += 1;
      counters.inputTokens += usage.inputTokens;
      counters.outputTokens += usage.outputTokens;
      counters.costMicros += cost ?? 0;
      counters.unpriced += cost === null ? 1 : 0;
    }
    for (const { runs, firstContents } of this.#current(turn, laneOf(row))) {
      runs.add(runMs);
      if (firstContentMs !== null) firstContents.add(firstContentMs);
    }
    this.#forgetWait(turn, row.id);
  }

  /** Every transition: ends without an answer and failed attempts are counted. */
  follow(turn: Turn, { before, after }: Transition): void {
    if (before.state === 'active' && after.state !== 'active' && after.state !== 'completed') {
      this.#forgetWait(turn, before.id);
    }
    const outcome = outcomeOf(before, after);
    if (outcome === undefined) return;
    for (const { counters } of this.#current(turn, sourceOf(before))) counters[outcome] += 1;
  }

  /** Ends the turn: writes the periods that it changed. */
  finishTurn(turn: Turn): void {
    if (this.#changed.size === 0) return;
    for (const { key, counters, waits, firstContents, runs } of this.#changed) {
      this.#options.store.statistics.put({
        ...key,
        ...counters,
        waits: waits.toPairs(),
        firstContents: firstContents.toPairs(),
        runs: runs.toPairs(),
      });
    }
    this.#changed.clear();
    turn.ring('statistics');
  }

  /** After a rollback: what was counted is read again. */
  forget(): void {
    this.#periods.clear();
    this.#changed.clear();
  }

  #forgetWait(turn: Turn, id: JobId): void {
    const waitMs = this.#waits.get(id);
    if (waitMs === undefined) return;
    this.#waits.delete(id);
    turn.undo(() => this.#waits.set(id, waitMs));
  }

  /** The present minute and hour, about to be changed. */
  #current(turn: Turn, { lane, provider, agentId }: Source): Period[] {
    const minute = turn.at - (turn.at % minuteMs);
    if (minute !== this.#minute) this.#periods.clear();
    this.#minute = minute;
    return periods.map((periodMs) => {
      const at = turn.at - (turn.at % periodMs);
      const name = `${periodMs} ${lane} ${provider} ${agentId}`;
      const known = this.#periods.get(name);
      const period = known ?? this.#read({ periodMs, at, lane, provider, agentId });
      if (known === undefined) this.#periods.set(name, period);
      this.#changed.add(period);
      return period;
    });
  }

  #read(key: StatisticsKey): Period {
    const row = this.#options.store.statistics.find(key);
    return {
      key,
      counters: {
        completed: row?.completed ?? 0,
        failed: row?.failed ?? 0,
        cancelled: row?.cancelled ?? 0,
        retried: row?.retried ?? 0,
        inputTokens: row?.inputTokens ?? 0,
        outputTokens: row?.outputTokens ?? 0,
        costMicros: row?.costMicros ?? 0,
        unpriced: row?.unpriced ?? 0,
      },
      waits: Histogram.from(row?.waits ?? []),
      firstContents: Histogram.from(row?.firstContents ?? []),
      runs: Histogram.from(row?.runs ?? []),
    };
  }
}

function sourceOf({ lane, provider, data }: JobRow): Source {
  return { lane, provider, agentId: data.kind === 'chat' ? data.agentId : '' };
}

function laneOf({ lane }: JobRow): Source {
  return { lane, provider: '', agentId: '' };
}

/** A job that failed and is then skipped has failed, and is not counted as cancelled too. */
function outcomeOf(before: JobRow, after: JobRow): 'failed' | 'cancelled' | 'retried' | undefined {
  if (before.state === after.state) return undefined;
  if (after.state === 'failed') return 'failed';
  if (after.state === 'cancelled') return before.state === 'failed' ? undefined : 'cancelled';
  return after.attemptsMade > before.attemptsMade ? 'retried' : undefined;
}
