/**
 * Streaming: 500 answers at once, 20 chunks a second each. Every chunk's text is the time at which the model server wrote it;
 * the latency is taken where a page's subscription would read it, at `jobs.watch`. It holds loopback, SDK, the worker's
 * coalescing (at most one delta every 30 ms for each job), IPC and the engine; not the API's carrier and the page.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../bench-engine.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { JobId } from '../../../src/protocol/ids.ts';
import { call } from '../jobs.ts';
import type { Measurement } from '../measurement.ts';
import { monotonicMs } from '../monotonic.ts';
import { addProvider, jobFor, startModelServer } from '../start-model-server.ts';
import { quantile } from '../statistics.ts';

const streams = 500;
const everyMs = 50;
/** From the last stream's first chunk to the first measured one. */
const settleMs = 1_500;

interface Reading {
  writtenAt: number;
  readAt: number;
}

export const deltas: Measurement = {
  name: 'deltas',
  limitMs: 60_000,
  async run(context) {
    const measuredMs = context.quick ? 4_000 : 12_000;
    using server = await startModelServer();
    await using bench = await startEngine(context.folder(), { poolMin: 2, poolMax: 2, slotsPerWorker: 256 });
    const { engine } = bench;
    await addProvider(engine, server);
    const count = Math.ceil((measuredMs + settleMs + 8_000) / everyMs);
    const jobs = await Promise.all(
      Array.from({ length: streams }, (_, i) =>
        engine.jobs.enqueue(call(jobFor({ do: 'stream', tag: `stream-${i}`, count, everyMs }))),
      ),
    );
    const readings: Reading[] = [];
    let started = 0;
    const stop = new AbortController();
    const readers = jobs.map(({ id }) => read(engine, id, stop.signal, readings, () => (started += 1)));
    while (started < streams) await sleep(50);
    await sleep(settleMs);
    const from = monotonicMs();
    const cpuFrom = { engine: engineCpuMs(), workers: workersCpuMs(engine) };
    await sleep(measuredMs);
    const to = monotonicMs();
    const cpuMs = { engine: engineCpuMs() - cpuFrom.engine, workers: workersCpuMs(engine) - cpuFrom.workers };
    // What was written within the window arrives a little after it.
    await sleep(2_000);
    stop.abort();
    await Promise.all(readers);

    const measured = readings.filter(({ writtenAt }) => writtenAt >= from && writtenAt < to);
    const delays = measured.map(({ writtenAt, readAt }) => readAt - writtenAt);
    const perSecond = (measured.length / measuredMs) * 1_000;
    const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
    context.note(`p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms at ${Math.round(perSecond)} deltas a second`);
    context.report(
      { name: 'added latency per delta, 500 streams at 20/s, p50', value: p50, unit: 'ms' },
      { name: 'added latency per delta, 500 streams at 20/s, p99', value: p99, unit: 'ms' },
      { name: 'deltas written and read meanwhile (10,000 asked for)', value: perSecond, unit: 'deltas/s' },
      {
        name: 'CPU time of a delta, engine and its readers',
        value: (cpuMs.engine / measured.length) * 1_000,
        unit: 'us',
      },
      { name: 'CPU time of a delta, workers', value: (cpuMs.workers / measured.length) * 1_000, unit: 'us' },
    );
  },
};

function engineCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** As of their last heartbeats, two seconds ago at most. */
function workersCpuMs(engine: Engine): number {
  return engine.pool.get().workers.reduce((sum, { stats }) => sum + (stats?.cpuMs ?? 0), 0);
}

/** Follows one job. Throws when its text has a gap or ends in mid-number. */
async function read(
  engine: Engine,
  id: JobId,
  signal: AbortSignal,
  readings: Reading[],
  onStart: () => void,
): Promise<void> {
  let offset = 0;
  for await (const { event } of engine.jobs.watch(id, undefined, signal)) {
    if (event.type !== 'delta') continue;
    if (event.offset !== offset) throw new Error(`job ${id} goes on at ${event.offset} after ${offset}`);
    const readAt = monotonicMs();
    if (offset === 0) onStart();
    for (const { text } of event.parts) {
      offset += text.length;
      for (const written of text.trimEnd().split(' ')) readings.push({ writtenAt: Number(written), readAt });
    }
  }
}
