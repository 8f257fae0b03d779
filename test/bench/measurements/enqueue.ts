/**
 * Enqueue: acknowledged jobs per second, one awaited after the other and 1,000 in a call, while every slot is taken. Engine
 * and raw database take turns of a tenth of a second or less, on the same rows: what else the machine does meanwhile
 * slows both alike.
 */
import { startEngine } from '../bench-engine.ts';
import { atLeastShare, type Figure } from '../figure.ts';
import { batchCall, call, holdDemo, noop } from '../jobs.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { openRawInserts, readRows, type Synchronous } from '../raw-database.ts';
import { median, ofRuns } from '../statistics.ts';

interface Way {
  readonly title: string;
  readonly perCall: number;
  /** Calls in one turn of the engine. */
  readonly calls: number;
  readonly turns: number;
  /** Goal, as a share of the raw limit. */
  readonly share: number;
}

export const enqueue: Measurement = {
  name: 'enqueue',
  limitMs: 90_000,
  async run(context) {
    const turns = context.quick ? 20 : 40;
    const ways: Way[] = [
      { title: 'enqueue, one awaited after the other', perCall: 1, calls: 100, turns, share: 0.6 },
      { title: 'enqueue, 1,000 in a call', perCall: 1_000, calls: 1, turns, share: 0.5 },
    ];
    for (const way of ways) {
      for (const synchronous of ['FULL', 'NORMAL'] as const) {
        context.report(...(await compare(context, way, synchronous)));
      }
    }
  },
};

async function compare(context: MeasurementContext, way: Way, synchronous: Synchronous): Promise<Figure[]> {
  const engineRates: number[] = [];
  const rawRates: number[] = [];
  for (let run = 0; run < (context.quick ? 3 : 5); run += 1) {
    const { engineMs, rawMs, jobs } = await oneRun(context, way, synchronous);
    engineRates.push((jobs / engineMs) * 1_000);
    rawRates.push((jobs / rawMs) * 1_000);
  }
  const limit = { what: 'prepared INSERT, as many rows in a commit', value: median(rawRates) };
  const engine = ofRuns(engineRates);
  context.note(`${way.title}, ${synchronous}: ${Math.round(engine.value)} of raw ${Math.round(limit.value)} a second`);
  return [
    {
      name: `${way.title}, ${synchronous}`,
      unit: 'jobs/s',
      ...engine,
      goal: atLeastShare(engine.value, way.share, limit),
      limit,
    },
    {
      name: `raw limit: insert, ${way.perCall.toLocaleString('en')} a commit, ${synchronous}`,
      unit: 'rows/s',
      ...ofRuns(rawRates),
    },
  ];
}

async function oneRun(
  context: MeasurementContext,
  { perCall, calls, turns }: Way,
  synchronous: Synchronous,
): Promise<{ engineMs: number; rawMs: number; jobs: number }> {
  const folders = [context.folder(), context.folder()] as const;
  const bench = await startEngine(folders[0], { synchronous });
  const raw = openRawInserts(folders[1], synchronous);
  const { engine, store } = bench;
  await holdDemo(engine);
  // The engine's code is compiled, and compiled again with what was learned, within some two thousand calls; SQLite's never is.
  const warmUp = turns;
  let engineMs = 0;
  let rawMs = 0;
  let lastId = '';
  for (let turn = 0; turn < warmUp + turns; turn += 1) {
    const inputs = Array.from({ length: calls }, () => (perCall === 1 ? call(noop) : batchCall(noop, perCall)));
    const startedAt = performance.now();
    for (const input of inputs) {
      if ('job' in input) await engine.jobs.enqueue(input);
      else await engine.jobs.enqueueMany(input);
    }
    const engineTurnMs = performance.now() - startedAt;
    const rows = readRows(store, lastId);
    if (rows.length !== calls * perCall)
      throw new Error(`${rows.length} of ${calls * perCall} acknowledged rows are there`);
    lastId = String(rows.at(-1)?.['id']);
    const rawTurnMs = raw.insert(rows, perCall);
    if (turn < warmUp) continue;
    engineMs += engineTurnMs;
    rawMs += rawTurnMs;
  }
  raw.close();
  await bench.close();
  for (const folder of folders) context.removeFolder(folder);
  return { engineMs, rawMs, jobs: turns * calls * perCall };
}
