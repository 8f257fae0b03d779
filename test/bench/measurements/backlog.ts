/** What a long queue costs: memory, the time of a claim, the time of a start, and the rate at which jobs run. */
import { startEngine } from '../bench-engine.ts';
import { createBacklog, type Backlog } from '../backlog-folder.ts';
import { claimMicros } from '../claim-time.ts';
import { atMost, below, type Figure } from '../figure.ts';
import { enqueueAll, holdDemo, noop, releaseDemo } from '../jobs.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { probeBoot, probeMemory } from '../run-probe.ts';
import { startModelServer } from '../start-model-server.ts';
import { ofRuns, steadyRate } from '../statistics.ts';

const goalMemoryMb = 30;
const goalBootMs = 1_000;
/** "Does not slow a claim": what the noise of a shared machine explains. */
const goalClaimFactor = 2;
const runs = 3;

export const backlog: Measurement = {
  name: 'backlog',
  limitMs: 220_000,
  async run(context) {
    // A short run takes a tenth; the goals are set for a million.
    const most = context.quick ? 100_000 : 1_000_000;
    const goals = !context.quick;
    using server = await startModelServer();
    const large = await createBacklog(context.folder(), server);

    const memory = new Map<number, { rss: number; heap: number }>();
    for (const rows of [0, most / 10, most]) {
      if (rows > 0) await large.fill(rows);
      const taken = await memoryFigures(large.folder, rows);
      memory.set(rows, { rss: taken.rss.value, heap: taken.heap.value });
      context.report(taken.rss, taken.heap);
      context.note(`${count(rows)} rows: RSS ${taken.rss.value.toFixed(1)} MB, heap ${taken.heap.value.toFixed(1)} MB`);
    }
    const cost = (memory.get(most)?.rss ?? NaN) - (memory.get(0)?.rss ?? NaN);
    context.report({
      name: `memory of ${count(most)} waiting rows, RSS over that with 0`,
      value: cost,
      unit: 'MB',
      ...(goals ? { goal: below(cost, goalMemoryMb) } : {}),
    });

    const small = await createBacklog(context.folder(), server);
    await small.fill(1_000);
    context.report(...claimFigures(small.folder, large.folder, most, goals));

    await Promise.all([small.release(), large.release()]);
    context.report(...(await bootFigures(small, 1_000, false)), ...(await bootFigures(large, most, goals)));
    context.report(await workFigure(small, large, most, goals));
    context.report(await throughputFigure(context, large, most));
  },
};

const count = (rows: number): string => rows.toLocaleString('en');

async function memoryFigures(folder: string, rows: number): Promise<{ rss: Figure; heap: Figure }> {
  const rss: number[] = [];
  const heap: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { rssMb, heapMb } = await probeMemory(folder, 'memory');
    rss.push(rssMb);
    heap.push(heapMb);
  }
  return {
    rss: { name: `engine process, RSS, ${count(rows)} waiting rows`, unit: 'MB', ...ofRuns(rss) },
    heap: { name: `engine process, JS heap, ${count(rows)} waiting rows`, unit: 'MB', ...ofRuns(heap) },
  };
}

function claimFigures(small: string, large: string, rows: number, goals: boolean): Figure[] {
  const both = ['bench', 'demo'];
  const few = ofRuns(claimMicros(small, both));
  const many = ofRuns(claimMicros(large, both));
  const behind = ofRuns(claimMicros(large, ['demo']));
  const goal = (value: number) => (goals ? { goal: atMost(value, goalClaimFactor * few.value) } : {});
  return [
    { name: 'claim (seek and write, no commit), 1,000 waiting rows', unit: 'us', ...few },
    { name: `claim, ${count(rows)} waiting rows`, unit: 'us', ...many, ...goal(many.value) },
    {
      name: `claim, ${count(rows)} waiting rows, ${count(rows * 0.9)} of a cooling provider in front`,
      unit: 'us',
      ...behind,
      ...goal(behind.value),
    },
  ];
}

async function bootFigures({ folder }: Backlog, rows: number, goals: boolean): Promise<Figure[]> {
  const started: number[] = [];
  const claimed: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { startedMs, claimedMs } = await probeBoot(folder);
    started.push(startedMs);
    claimed.push(claimedMs);
  }
  const whole = ofRuns(claimed);
  return [
    { name: `boot to answering calls, ${count(rows)} waiting rows`, unit: 'ms', ...ofRuns(started) },
    {
      name: `boot to the first job claimed, ${count(rows)} waiting rows`,
      unit: 'ms',
      ...whole,
      ...(goals ? { goal: below(whole.value, goalBootMs) } : {}),
    },
  ];
}

/** After work the database's page cache holds what the work has touched, which a longer queue could make more. */
async function workFigure(small: Backlog, large: Backlog, rows: number, goals: boolean): Promise<Figure> {
  const few = (await probeMemory(small.folder, 'work')).rssMb;
  const many = (await probeMemory(large.folder, 'work')).rssMb;
  const cost = many - few;
  return {
    name: `the same after 10,000 jobs were enqueued and run, over that with 1,000`,
    value: cost,
    unit: 'MB',
    ...(goals ? { goal: below(cost, goalMemoryMb) } : {}),
    spread: { min: few, max: many, runs: 1 },
  };
}

async function throughputFigure(context: MeasurementContext, { folder }: Backlog, rows: number): Promise<Figure> {
  const jobs = context.quick ? 5_000 : 30_000;
  const bench = await startEngine(folder, { poolMin: 1, poolMax: 1, slotsPerWorker: 64 });
  // What is left of the filling may not be enough.
  const blocker = await holdDemo(bench.engine);
  await enqueueAll(bench.engine, noop, jobs);
  const before = bench.engine.pool.get().finished.completed;
  const startedAt = Date.now();
  await releaseDemo(bench.engine, blocker);
  await bench.pool(({ finished }) => finished.completed >= before + jobs);
  const finished = bench.store.sqlite
    .prepare<[number], number>("SELECT finished_on FROM llm_jobs WHERE state = 'completed' AND finished_on >= ?")
    .pluck()
    .all(startedAt);
  await bench.close();
  const value = steadyRate(finished);
  context.note(`no-op jobs with ${count(rows)} rows waiting: ${Math.round(value)} a second`);
  return { name: `no-op jobs, 64 slots in one worker, FULL, ${count(rows)} rows waiting`, unit: 'jobs/s', value };
}
