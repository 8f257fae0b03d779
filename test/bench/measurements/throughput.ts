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

/** What the raw database does for a job, from the least to all that the engine writes for one. */
const rawWays = [
  { title: 'claim 64, complete 64', perTransaction: 64, withLog: false },
  { title: 'the same with rows of log and usage', perTransaction: 64, withLog: true },
  { title: 'claim, complete, a commit each', perTransaction: 1, withLog: false },
] as const;
/** With a commit for each step; fewer, because each takes longer. */
const rawSingleJobs = 4_000;

export const throughput: Measurement = {
  name: 'throughput',
  limitMs: 120_000,
  async run(context) {
    for (const synchronous of ['FULL', 'NORMAL'] as const) await compare(context, synchronous);
  },
};

async function compare(context: MeasurementContext, synchronous: Synchronous): Promise<void> {
  const jobs = context.quick ? 10_000 : 30_000;
  const rates = pools.map((): number[] => []);
  const cpuMicros = pools.map((): number[] => []);
  const rawRates = rawWays.map((): number[] => []);
  for (let run = 0; run < 3; run += 1) {
    let rows: RawRow[] = [];
    for (const [i, { workers }] of pools.entries()) {
      const result = await engineRun(context, { jobs, workers, synchronous });
      rates[i]?.push(result.rate);
      cpuMicros[i]?.push(result.cpuMicros);
      rows = result.rows;
    }
    for (const [i, { perTransaction, withLog }] of rawWays.entries()) {
      const folder = context.folder();
      const some = perTransaction === 1 ? rows.slice(0, rawSingleJobs) : rows;
      rawRates[i]?.push(rawRunRate(folder, some, { synchronous, perTransaction, withLog }));
      context.removeFolder(folder);
    }
  }
  const limit = { what: 'claim 64, complete 64: two commits', value: median(rawRates[0] ?? []) };
  for (const [i, { title }] of pools.entries()) {
    const result = ofRuns(rates[i] ?? []);
    context.note(`no-op jobs, ${title}, ${synchronous}: ${Math.round(result.value)} a second`);
    const goal = synchronous === 'FULL' ? { goal: atLeast(result.value, goalFull) } : {};
    context.report({
      name: `no-op jobs, 64 slots in ${title}, ${synchronous}`,
      unit: 'jobs/s',
      ...result,
      ...goal,
      limit,
    });
  }
  for (const [i, { title }] of rawWays.entries()) {
    context.report({ name: `raw limit: ${title}, ${synchronous}`, unit: 'jobs/s', ...ofRuns(rawRates[i] ?? []) });
  }
}

async function engineRun(
  context: MeasurementContext,
  { jobs, workers, synchronous }: { jobs: number; workers: number; synchronous: Synchronous },
): Promise<{ rate: number; cpuMicros: number; rows: RawRow[] }> {
  const folder = context.folder();
  const settings = { synchronous, poolMin: workers, poolMax: workers, slotsPerWorker: slots / workers };
  const bench = await startEngine(folder, settings);
  const blocker = await holdDemo(bench.engine);
  await enqueueAll(bench.engine, noop, jobs);
  const rows = readRows(bench.store);
  const cpuBefore = process.cpuUsage();
  await releaseDemo(bench.engine, blocker);
  await bench.pool(({ finished }) => finished.completed >= jobs);
  const cpu = process.cpuUsage(cpuBefore);
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
  return { rate: steadyRate(finished.map(({ at }) => at)), cpuMicros: (cpu.user + cpu.system) / jobs, rows };
}
