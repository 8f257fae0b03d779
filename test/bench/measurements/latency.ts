/**
 * Latency: from the call of `enqueue` to the moments at which the job arrives at its worker (the turn with its commit, the
 * IPC), at which the request leaves the worker (the SDK too), and at which it arrives at the model server, another process.
 * All times are of one clock.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine, type BenchEngine } from '../bench-engine.ts';
import { atMost, type Figure } from '../figure.ts';
import { call, enqueueAll, jobLooking, noop } from '../jobs.ts';
import type { Measurement } from '../measurement.ts';
import { monotonicMs } from '../monotonic.ts';
import { addProvider, jobFor, startModelServer, type ModelServer } from '../start-model-server.ts';
import { noteSentTimes, type SentTimes } from '../sent-times.ts';
import { quantile } from '../statistics.ts';

const goalP50Ms = 2;
const goalP99Ms = 10;

export const latency: Measurement = {
  name: 'latency',
  limitMs: 60_000,
  async run(context) {
    const samples = context.quick ? 300 : 1_000;
    using server = await startModelServer();
    const sent = noteSentTimes(context.folder());
    const size = { poolMin: 1, poolMax: 1, slotsPerWorker: 64 };
    await using bench = await startEngine(context.folder(), size, sent.entry);
    await addProvider(bench.engine, server);
    await sample(bench, server, sent, 'warm-up', 200, 2);

    const idle = await sample(bench, server, sent, 'idle', samples, 15);
    context.note(
      `idle: p50 ${quantile(idle.toSent, 0.5).toFixed(2)} ms, p99 ${quantile(idle.toSent, 0.99).toFixed(2)} ms`,
    );

    // The same without the pauses in which the cores go to sleep and lose their caches.
    const awake = await sample(bench, server, sent, 'awake', samples, 0);

    // The low lane may hold half of the slots; its jobs do nothing, so the engine is as busy as it can be.
    let loaded = true;
    const load = keepBusy(bench, () => loaded);
    const busy = await sample(bench, server, sent, 'busy', Math.ceil(samples / 2), 15);
    loaded = false;
    await load;
    context.note(
      `busy: p50 ${quantile(busy.toSent, 0.5).toFixed(2)} ms, p99 ${quantile(busy.toSent, 0.99).toFixed(2)} ms`,
    );

    const idleP50 = quantile(idle.toWorker, 0.5);
    const idleP99 = quantile(idle.toWorker, 0.99);
    context.report(
      { ...figure('enqueue to worker, idle, p50', idleP50), goal: atMost(idleP50, goalP50Ms) },
      { ...figure('enqueue to worker, idle, p99', idleP99), goal: atMost(idleP99, goalP99Ms) },
      figure('enqueue to request leaving the worker, idle, p50', quantile(idle.toSent, 0.5)),
      figure('enqueue to request leaving the worker, idle, p99', quantile(idle.toSent, 0.99)),
      figure('enqueue to request at the provider, idle, p50', quantile(idle.toServer, 0.5)),
      figure('enqueue to request at the provider, idle, p99', quantile(idle.toServer, 0.99)),
      figure('enqueue to acknowledged, idle, p50', quantile(idle.toAnswer, 0.5)),
      figure('enqueue to acknowledged, idle, p99', quantile(idle.toAnswer, 0.99)),
      figure('enqueue to request leaving the worker, one after the other, p50', quantile(awake.toSent, 0.5)),
      figure('enqueue to request leaving the worker, one after the other, p99', quantile(awake.toSent, 0.99)),
      figure('enqueue to request leaving the worker, under load, p50', quantile(busy.toSent, 0.5)),
      figure('enqueue to request leaving the worker, under load, p99', quantile(busy.toSent, 0.99)),
    );
  },
};

interface Latencies {
  readonly toWorker: readonly number[];
  readonly toSent: readonly number[];
  readonly toServer: readonly number[];
  readonly toAnswer: readonly number[];
}

function figure(name: string, value: number): Figure {
  return { name, value, unit: 'ms' };
}

/** One request at a time, `pauseMs` or a little more or less after the one before has been answered in full. */
async function sample(
  { engine }: BenchEngine,
  server: ModelServer,
  sent: SentTimes,
  name: string,
  count: number,
  pauseMs: number,
): Promise<Latencies> {
  const before = sent.read();
  const calls: number[] = [];
  const toServer: number[] = [];
  const toAnswer: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const tag = `${name}-${i}`;
    const arrival = server.arrival(tag);
    const input = call(jobFor({ do: 'answer', tag }));
    const calledAt = monotonicMs();
    const { id } = await engine.jobs.enqueue(input);
    toAnswer.push(monotonicMs() - calledAt);
    toServer.push((await arrival) - calledAt);
    calls.push(calledAt);
    await jobLooking(engine, id, ({ state }) => state === 'completed');
    if (pauseMs > 0) await sleep(pauseMs * (0.5 + Math.random()));
  }
  const times = sent.read();
  const since = (all: readonly number[], skipped: number): number[] => {
    const own = all.slice(skipped);
    if (own.length !== count) throw new Error(`the worker has noted ${own.length} times, not ${count}`);
    return own.map((at, i) => at - (calls[i] ?? Number.NaN));
  };
  return {
    toWorker: since(times.arrived, before.arrived.length),
    toSent: since(times.left, before.left.length),
    toServer,
    toAnswer,
  };
}

/** Keeps 1,000 or more jobs waiting in the low lane. */
async function keepBusy({ engine }: BenchEngine, goesOn: () => boolean): Promise<void> {
  while (goesOn()) {
    if (engine.pool.get().lanes.low.waiting < 1_000) await enqueueAll(engine, { ...noop, lane: 'low' }, 1_000);
    else await sleep(20);
  }
}
