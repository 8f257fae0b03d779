/**
 * A process with one engine and nothing else, for what a whole process costs: its memory, and its start. Started by
 * `run-probe.ts` as `probe.ts --folder DIR --what memory|work|boot`, with `--expose-gc`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, parseArgs } from 'node:util';
import { openEngine, startEngine, type BenchEngine } from './bench-engine.ts';
import { enqueueAll, jobLooking, noop } from './jobs.ts';

export interface Memory {
  rssMb: number;
  heapMb: number;
}

export interface Boot {
  /** Until `start()` has resolved: calls are answered. */
  startedMs: number;
  /** Until the first job was claimed for a worker. */
  claimedMs: number;
}

export type ProbeMessage =
  | { type: 'memory'; memory: Memory }
  | { type: 'boot'; boot: Boot }
  | { type: 'error'; text: string };

/** Jobs that run before the memory is read, in `work`. */
const workJobs = 10_000;
/** The start is over, and what it left is garbage. */
const settleMs = 1_500;

async function memory(bench: BenchEngine): Promise<ProbeMessage> {
  await sleep(settleMs);
  if (globalThis.gc === undefined) throw new Error('started without --expose-gc');
  // `last-resort` also gives the pages back that loading the modules has left, or they would hide what comes later.
  for (let i = 0; i < 3; i += 1) globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { rss, heapUsed } = process.memoryUsage();
  await bench.close();
  return { type: 'memory', memory: { rssMb: rss / 1e6, heapMb: heapUsed / 1e6 } };
}

async function work(folder: string): Promise<ProbeMessage> {
  const bench = await startEngine(folder, { poolMin: 1, poolMax: 1, slotsPerWorker: 64 });
  const before = bench.engine.pool.get().finished.completed;
  await enqueueAll(bench.engine, noop, workJobs);
  await bench.pool(({ finished }) => finished.completed >= before + workJobs);
  return memory(bench);
}

async function boot(folder: string): Promise<ProbeMessage> {
  const from = performance.now();
  const bench = openEngine(folder, { poolMin: 1, poolMax: 1, slotsPerWorker: 64 });
  const [first] = bench.store.jobs.nextWaiting('high', 'demo', null, 1);
  if (first === undefined) throw new Error('no job waits for the demo');
  await bench.engine.start();
  const startedMs = performance.now() - from;
  await jobLooking(bench.engine, first.id, ({ state }) => state !== 'waiting');
  const claimedMs = performance.now() - from;
  await bench.close();
  return { type: 'boot', boot: { startedMs, claimedMs } };
}

async function probe(folder: string, what: string): Promise<ProbeMessage> {
  switch (what) {
    case 'memory':
      return memory(await startEngine(folder, { poolMin: 1, poolMax: 1 }));
    case 'work':
      return work(folder);
    case 'boot':
      return boot(folder);
    default:
      throw new Error(`--what cannot be ${what}`);
  }
}

const { values } = parseArgs({ options: { folder: { type: 'string' }, what: { type: 'string' } } });
process.on('disconnect', () => process.exit());
const result = await probe(values.folder ?? '', values.what ?? '').catch((error: unknown): ProbeMessage => {
  return { type: 'error', text: inspect(error) };
});
process.send?.(result, undefined, undefined, () => process.disconnect());
