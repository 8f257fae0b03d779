/**
 * Latency: from the call of `enqueue` to the arrival of the HTTP request at the model server. So it holds the turn with its
 * commit, the IPC to the worker, the SDK, the loopback and the server's reading of the head: a little more than "the request
 * leaves the worker". Times of the two processes are of one clock.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine, type BenchEngine } from '../bench-engine.ts';
import { atMost, type Figure } from '../figure.ts';
import { call, enqueueAll, jobLooking, noop } from '../jobs.ts';
import type { Measurement } from '../measurement.ts';
import { monotonicMs } from '../monotonic.ts';
import { addProvider, jobFor, startModelServer, type ModelServer } from '../start-model-server.ts';
import { quantile } from '../statistics.ts';

const goalP50Ms = 2;
const goalP99Ms = 10;

export const latency: Measurement = {
  name: 'latency',
  limitMs: 60_000,
  async run(context) {
    const samples = context.quick ? 300 : 1_000;
    using server = await startModelServer();
    await using bench = await startEngine(context.folder(), { poolMin: 1, poolMax: 1, slotsPerWorker: 64 });
    await addProvider(bench.engine, server);
    await sample(bench, server, 'warm-up', 200, 2);

    const idle = await sample(bench, server, 'idle', samples, 15);
    context.note(
      `idle: p50 ${quantile(idle.toWorker, 0.5).toFixed(2)} ms, p99 ${quantile(idle.toWorker, 0.99).toFixed(2)} ms`,
    );

    // The low lane may hold half of the slots; its jobs do nothing, so the engine is as busy as it can be.
    let loaded = true;
    const load = keepBusy(bench, () => loaded);
    const busy = await sample(bench, server, 'busy', Math.ceil(samples / 2), 15);
    loaded = false;
    await load;
    context.note(
      `busy: p50 ${quantile(busy.toWorker, 0.5).toFixed(2)} ms, p99 ${quantile(busy.toWorker, 0.99).toFixed(2)} ms`,
    );

    const idleP50 = quantile(idle.toWorker, 0.5);
    const idleP99 = quantile(idle.toWorker, 0.99);
    context.report(
      { ...figure('enqueue to request at the provider, idle, p50', idleP50), goal: atMost(idleP50, goalP50Ms) },
      { ...figure('enqueue to request at the provider, idle, p99', idleP99), goal: atMost(idleP99, goalP99Ms) },
      figure('enqueue to acknowledged, idle, p50', quantile(idle.toAnswer, 0.5)),
      figure('enqueue to acknowledged, idle, p99', quantile(idle.toAnswer, 0.99)),
      figure('enqueue to request at the provider, under load, p50', quantile(busy.toWorker, 0.5)),
      figure('enqueue to request at the provider, under load, p99', quantile(busy.toWorker, 0.99)),
    );
  },
};

function figure(name: string, value: number): Figure {
  return { name, value, unit: 'ms' };
}

/** One request at a time, `pauseMs` or a little more or less after the one before has been answered in full. */
async function sample(
  { engine }: BenchEngine,
  server: ModelServer,
  name: string,
  count: number,
  pauseMs: number,
): Promise<{ toWorker: number[]; toAnswer: number[] }> {
  const toWorker: number[] = [];
  const toAnswer: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const tag = `${name}-${i}`;
    const arrival = server.arrival(tag);
    const input = call(jobFor({ do: 'answer', tag }));
    const calledAt = monotonicMs();
    const { id } = await engine.jobs.enqueue(input);
    toAnswer.push(monotonicMs() - calledAt);
    toWorker.push((await arrival) - calledAt);
    await jobLooking(engine, id, ({ state }) => state === 'completed');
    await sleep(pauseMs * (0.5 + Math.random()));
  }
  return { toWorker, toAnswer };
}

/** Keeps 1,000 or more jobs waiting in the low lane. */
async function keepBusy({ engine }: BenchEngine, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    if (engine.pool.get().lanes.low.waiting < 1_000) await enqueueAll(engine, { ...noop, lane: 'low' }, 1_000);
    else await sleep(20);
  }
}
