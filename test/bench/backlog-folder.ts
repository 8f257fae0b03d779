/**
 * Data folders with many waiting jobs, filled through the engine: nine tenths of them of a provider that is cooling down (the
 * model server refused with Retry-After), and behind them, in the same group, a tenth of the demo.
 */
import { startEngine } from './bench-engine.ts';
import { call, enqueueAll, holdDemo, jobLooking, noop, releaseDemo } from './jobs.ts';
import { addProvider, jobFor, type ModelServer } from './start-model-server.ts';

const group = 'backlog';
/** Longer than any run. */
const retryAfterS = 7_200;

/** All are `high`: the lane that may take every slot. */
const coolingJob = { ...jobFor({ do: 'answer', tag: 'never asked' }), group };
const demoJob = { ...noop, group };

export interface Backlog {
  readonly folder: string;
  /** Adds jobs until so many are waiting. Then all jobs wait, those of the demo behind one that does not end. */
  fill(rows: number): Promise<void>;
  /** From the next start on, jobs of the demo run. */
  release(): Promise<void>;
}

export async function createBacklog(folder: string, server: ModelServer): Promise<Backlog> {
  const bench = await startEngine(folder);
  await addProvider(bench.engine, server);
  const { id } = await bench.engine.jobs.enqueue(call(jobFor({ do: 'refuse', tag: 'refuse', retryAfterS })));
  await jobLooking(bench.engine, id, ({ heldUpBy }) => heldUpBy !== null);
  await bench.engine.jobs.send(id, 'CANCEL');
  const blocker = await holdDemo(bench.engine);
  await bench.close();
  let filled = 0;
  return {
    folder,
    async fill(rows) {
      const { engine, close } = await startEngine(folder);
      await enqueueAll(engine, coolingJob, (rows - filled) * 0.9);
      await enqueueAll(engine, demoJob, (rows - filled) * 0.1);
      filled = rows;
      const { waiting } = engine.pool.get().lanes.high;
      if (waiting !== rows) throw new Error(`${waiting} jobs wait where ${rows} were enqueued`);
      await close();
    },
    async release() {
      const { engine, close } = await startEngine(folder);
      await releaseDemo(engine, blocker);
      await close();
    },
  };
}
