/**
 * The charts' series, added up from periods. A month of a busy installation is some ten thousand rows, so it runs in the side
 * thread.
 */
import type Database from 'better-sqlite3';
import type { Lane } from '../../src/protocol/job.ts';
import type { LaneStatistics, Quantiles, Spending } from '../../src/protocol/statistics.ts';
import type { HistogramPairs } from '../statistics.model.ts';
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

  /** `stored`: pairs of a histogram as JSON. */
  add(step: number, stored: string): void {
    const pairs = JSON.parse(stored) as HistogramPairs;
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

/** A lane's durations in one period, each a histogram's pairs as JSON. */
interface DurationsRow {
  step: number;
  lane: Lane;
  waits: string;
  firstContents: string;
  runs: string;
}

/** What the jobs of one lane, provider and agent came to in one step. */
interface Sums {
  step: number;
  lane: Lane;
  provider: string;
  agentId: string;
  completed: number;
  failed: number;
  cancelled: number;
  retried: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: number;
  unpriced: number;
}

/** Large numbers of JavaScript are bound as floating point: a division has to be made whole again. */
const sumsSql = `
  SELECT CAST((at - :from) / :stepMs AS INTEGER) AS step, lane, provider, agent_id AS agentId,
    sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled, sum(retried) AS retried,
    sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, sum(cost_micros) AS costMicros,
    sum(unpriced) AS unpriced
  FROM job_statistics WHERE period_ms = :periodMs AND at >= :from AND at < :to AND provider <> ''
  GROUP BY 1, 2, 3, 4`;

const durationsSql = `
  SELECT CAST((at - :from) / :stepMs AS INTEGER) AS step, lane, waits, first_contents AS firstContents, runs
  FROM job_statistics WHERE period_ms = :periodMs AND at >= :from AND at < :to AND provider = ''`;

export function readStatistics(sqlite: Database.Database, filter: StatisticsFilter): StatisticsSeries {
  const { periodMs, from, stepMs, steps } = filter;
  const range = { periodMs, from, stepMs, to: from + stepMs * steps };
  const zeros = (): number[] => Array.from({ length: steps }, () => 0);
  const byLane = { high: new LaneSums(steps), medium: new LaneSums(steps), low: new LaneSums(steps) };
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

  for (const sums of sqlite.prepare<[typeof range], Sums>(sumsSql).all(range)) {
    byLane[sums.lane].count(sums);
    if (sums.completed === 0) continue;
    for (const spent of [spending(providers, sums.provider), spending(agents, sums.agentId)]) {
      addAt(spent.inputTokens, sums.step, sums.inputTokens);
      addAt(spent.outputTokens, sums.step, sums.outputTokens);
      addAt(spent.costMicros, sums.step, sums.costMicros);
      spent.answers += sums.completed;
      spent.unpriced += sums.unpriced;
    }
  }
  for (const row of sqlite.prepare<[typeof range], DurationsRow>(durationsSql).iterate(range)) {
    byLane[row.lane].time(row);
  }
  return {
    lanes: { high: byLane.high.series(), medium: byLane.medium.series(), low: byLane.low.series() },
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

  count({ step, completed, failed, cancelled, retried }: Sums): void {
    addAt(this.#counts.completed, step, completed);
    addAt(this.#counts.failed, step, failed);
    addAt(this.#counts.cancelled, step, cancelled);
    addAt(this.#counts.retried, step, retried);
  }

  time({ step, waits, firstContents, runs }: DurationsRow): void {
    this.#waits.add(step, waits);
    this.#firstContents.add(step, firstContents);
    this.#runs.add(step, runs);
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
