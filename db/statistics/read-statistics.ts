/**
 * The charts' series, added up from periods. A month is some thousand rows of an hour, each with three histograms: up to a
 * few dozen milliseconds, so it runs in the side thread.
 */
import type Database from 'better-sqlite3';
import { lanes, type Lane } from '../../src/protocol/job.ts';
import type { LaneStatistics, Quantiles, Spending } from '../../src/protocol/statistics.ts';
import { rowCodec } from '../row-codec.ts';
import { jobStatistics, type JobStatisticsRow } from '../statistics.model.ts';
import { Histogram } from './histogram.ts';
import type { PeriodMs } from './statistics.repository.ts';

/** Steps of a range, each of one or more whole periods. */
export interface StatisticsFilter {
  periodMs: PeriodMs;
  /** Epoch ms, the start of a period. */
  from: number;
  /** A multiple of `periodMs`. */
  stepMs: number;
  steps: number;
}

export interface StatisticsSeries {
  lanes: Record<Lane, LaneStatistics>;
  providers: Map<string, Spending>;
  /** By agent id; empty for jobs outside conversations. */
  agents: Map<string, Spending>;
}

/** The durations of a lane, by step. */
class Durations {
  readonly #steps: (Histogram | undefined)[];
  readonly #all = new Histogram();

  constructor(steps: number) {
    this.#steps = Array.from({ length: steps });
  }

  add(step: number, pairs: JobStatisticsRow['waits']): void {
    if (pairs.length === 0) return;
    (this.#steps[step] ??= new Histogram()).merge(pairs);
    this.#all.merge(pairs);
  }

  quantiles(): Quantiles {
    const series = (q: number) => this.#steps.map((histogram) => histogram?.quantile(q) ?? null);
    const all = { p50: this.#all.quantile(0.5), p95: this.#all.quantile(0.95), count: this.#all.count };
    return { p50: series(0.5), p95: series(0.95), all };
  }
}

export function readStatistics(sqlite: Database.Database, filter: StatisticsFilter): StatisticsSeries {
  const { periodMs, from, stepMs, steps } = filter;
  const codec = rowCodec(jobStatistics);
  const rows = sqlite
    .prepare<[number, number, number], unknown[]>(
      `SELECT ${codec.columnList} FROM job_statistics WHERE period_ms = ? AND at >= ? AND at < ?`,
    )
    .raw(true);
  const zeros = (): number[] => Array.from({ length: steps }, () => 0);
  const byLane = new Map(lanes.map((lane) => [lane, new LaneSums(steps)]));
  const providers = new Map<string, Spending>();
  const agents = new Map<string, Spending>();
  const spending = (map: Map<string, Spending>, id: string): Spending => {
    let found = map.get(id);
    if (found === undefined) {
      found = { inputTokens: zeros(), outputTokens: zeros(), costMicros: zeros(), answers: 0, unpriced: 0 };
      map.set(id, found);
    }
    return found;
  };

  for (const values of rows.iterate(periodMs, from, from + stepMs * steps)) {
    const row = codec.decode(values);
    const step = Math.floor((row.at - from) / stepMs);
    byLane.get(row.lane)?.add(step, row);
    if (row.completed === 0) continue;
    for (const sums of [spending(providers, row.provider), spending(agents, row.agentId)]) {
      addAt(sums.inputTokens, step, row.inputTokens);
      addAt(sums.outputTokens, step, row.outputTokens);
      addAt(sums.costMicros, step, row.costMicros);
      sums.answers += row.completed;
      sums.unpriced += row.unpriced;
    }
  }
  const seriesOf = (lane: Lane): LaneStatistics => (byLane.get(lane) ?? new LaneSums(steps)).series();
  return {
    lanes: { high: seriesOf('high'), medium: seriesOf('medium'), low: seriesOf('low') },
    providers,
    agents,
  };
}

class LaneSums {
  readonly #counts: Pick<LaneStatistics, 'completed' | 'failed' | 'cancelled' | 'retried'>;
  readonly #waits: Durations;
  readonly #firstContents: Durations;
  readonly #runs: Durations;

  constructor(steps: number) {
    const zeros = (): number[] => Array.from({ length: steps }, () => 0);
    this.#counts = { completed: zeros(), failed: zeros(), cancelled: zeros(), retried: zeros() };
    this.#waits = new Durations(steps);
    this.#firstContents = new Durations(steps);
    this.#runs = new Durations(steps);
  }

  add(step: number, row: JobStatisticsRow): void {
    addAt(this.#counts.completed, step, row.completed);
    addAt(this.#counts.failed, step, row.failed);
    addAt(this.#counts.cancelled, step, row.cancelled);
    addAt(this.#counts.retried, step, row.retried);
    this.#waits.add(step, row.waits);
    this.#firstContents.add(step, row.firstContents);
    this.#runs.add(step, row.runs);
  }

  series(): LaneStatistics {
    return {
      ...this.#counts,
      wait: this.#waits.quantiles(),
      firstContent: this.#firstContents.quantiles(),
      run: this.#runs.quantiles(),
    };
  }
}

function addAt(series: number[], step: number, amount: number): void {
  series[step] = (series[step] ?? 0) + amount;
}
