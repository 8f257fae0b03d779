/**
 * Jobs that do nothing, through the whole path: claimed, an actor each, sent to a worker process over IPC, answered by the
 * demo, completed, with every step on disk. 64 slots; the rate is read from the rows' own `finished_on`.
 */
import { startEngine } from '../bench-engine.ts';
import { atLeast } from '../figure.ts';
import { enqueueAll, holdDemo, noop, releaseDemo } from '../jobs.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { rawRunRate, readRows, type RawRow, type Synchronous } from '../raw-database.ts';
import { median, ofRuns, steadyRate } from '../statistics.ts';

const slots = 64;
const goalFull = 8_000;

/** The two ways to have 64 slots on a machine with two cores or more. */
const pools = [
  { workers: 1, title: 'one worker' },
  { workers: 2, title: 'two workers' },
] as const;

export const throughput: Measurement = {
  name: 'throughput',
  limitMs: 180_000,
  async run(context) {
    const jobs = context.quick ? 15_000 : 40_000;
    const runs = context.quick ? 2 : 3;
    for (const synchronous of ['FULL', 'NORMAL'] as const) {
      let rows: RawRow[] = [];
      const rates = new Map<number, number[]>(pools.map(({ workers }) => [workers, []]));
      for (let run = 0; run < runs; run += 1) {
        for (const { workers } of pools) {
          const result = await engineRun(context, { jobs, workers, synchronous });
          rates.get(workers)?.push(result.rate);
          rows = result.rows;
        }
      }
      const limit = {
        what: 'claim 64, complete 64: two commits',
        value: raw(context, rows, synchronous, 64, false, runs),
      };
      for (const { workers, title } of pools) {
        const result = ofRuns(rates.get(workers) ?? []);
        context.note(`no-op jobs, ${title}, ${synchronous}: ${Math.round(result.value)} a second`);
        context.report({
          name: `no-op jobs, 64 slots in ${title}, ${synchronous}`,
          unit: 'jobs/s',
          ...result,
          ...(synchronous === 'FULL' ? { goal: atLeast(result.value, goalFull) } : {}),
          limit,
        });
      }
      context.report(
        { name: `raw limit: claim 64 + complete 64, ${synchronous}`, unit: 'jobs/s', value: limit.value },
        {
          name: `raw limit: the same with log and usage rows, ${synchronous}`,
          unit: 'jobs/s',
          value: raw(context, rows, synchronous, 64, true, runs),
        },
        {
          name: `raw limit: claim, complete, a commit each, ${synchronous}`,
          unit: 'jobs/s',
          value: raw(context, rows.slice(0, 4_000), synchronous, 1, false, runs),
        },
      );
    }
  },
};

function raw(
  context: MeasurementContext,
  rows: readonly RawRow[],
  synchronous: Synchronous,
  perTransaction: number,
  withLog: boolean,
  runs: number,
): number {
  const rates = Array.from({ length: runs }, () => {
    const folder = context.folder();
    const rate = rawRunRate(folder, rows, { synchronous, perTransaction, withLog });
    context.removeFolder(folder);
    return rate;
  });
  return median(rates);
}

async function engineRun(
  context: MeasurementContext,
  { jobs, workers, synchronous }: { jobs: number; workers: number; synchronous: Synchronous },
): Promise<{ rate: number; rows: RawRow[] }> {
  const folder = context.folder();
  const settings = { synchronous, poolMin: workers, poolMax: workers, slotsPerWorker: slots / workers };
  const bench = await startEngine(folder, settings);
  const blocker = await holdDemo(bench.engine);
  await enqueueAll(bench.engine, noop, jobs);
  const rows = readRows(bench.store);
  await releaseDemo(bench.engine, blocker);
  await bench.pool(({ finished }) => finished.completed >= jobs);
  const finished = bench.store.sqlite
    .prepare<[], { at: number; attempts: number }>(
      "SELECT finished_on AS at, attempts_started AS attempts FROM llm_jobs WHERE state = 'completed'",
    )
    .all();
  const again = finished.filter(({ attempts }) => attempts !== 1).length;
  if (finished.length !== jobs || again > 0) {
    throw new Error(`${finished.length} of ${jobs} jobs are complete, ${again} of them ran more than once`);
  }
  await bench.close();
  context.removeFolder(folder);
  return { rate: steadyRate(finished.map(({ at }) => at)), rows };
}
