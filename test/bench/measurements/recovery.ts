/**
 * Recovery: from the death of the only worker (SIGKILL in mid-stream) to the arrival of the job's second request at the model
 * server. It holds seeing the death, the wait before a restart, a new process, and the job's way to it.
 */
import { startEngine } from '../bench-engine.ts';
import { below } from '../figure.ts';
import { call, jobLooking } from '../jobs.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { monotonicMs } from '../monotonic.ts';
import { addProvider, jobFor, startModelServer, type ModelServer } from '../start-model-server.ts';
import { ofRuns } from '../statistics.ts';

const goalMs = 1_000;

export const recovery: Measurement = {
  name: 'recovery',
  limitMs: 40_000,
  async run(context) {
    using server = await startModelServer();
    const times: number[] = [];
    for (let run = 0; run < (context.quick ? 3 : 7); run += 1) times.push(await kill(context, server, run));
    const result = ofRuns(times);
    context.note(`${result.value.toFixed(0)} ms, at most ${result.spread.max.toFixed(0)} ms`);
    context.report({
      name: "worker's death to its job running again, one worker",
      unit: 'ms',
      ...result,
      // The slowest has to be below it too.
      goal: below(result.spread.max, goalMs),
    });
  },
};

/** A new engine for each: a worker that dies again and again is given longer and longer waits. */
async function kill(context: MeasurementContext, server: ModelServer, run: number): Promise<number> {
  const folder = context.folder();
  const bench = await startEngine(folder, { poolMin: 1, poolMax: 1 });
  const { engine } = bench;
  await addProvider(engine, server);
  const tag = `kill-${run}`;
  const { id } = await engine.jobs.enqueue(call(jobFor({ do: 'hang', tag })));
  await jobLooking(engine, id, ({ phase }) => phase === 'streaming');
  const pid = engine.pool.get().workers[0]?.pid;
  if (pid === undefined || pid === null) throw new Error('the worker has no process');
  const again = server.arrival(tag);
  const killedAt = monotonicMs();
  process.kill(pid, 'SIGKILL');
  const ms = (await again) - killedAt;
  const { attemptsStarted, attemptsMade } = engine.jobs.get(id);
  if (attemptsStarted !== 2 || attemptsMade !== 0)
    throw new Error(`${attemptsStarted} attempts, ${attemptsMade} used up`);
  await engine.jobs.send(id, 'CANCEL');
  await bench.close();
  context.removeFolder(folder);
  return ms;
}
