/**
 * Enqueue: acknowledged jobs per second, one awaited after the other and 1,000 in a call, while every slot is taken. Each run
 * has a raw run on the same rows right after it.
 */
import { startEngine } from '../bench-engine.ts';
import { atLeastShare, type Figure } from '../figure.ts';
import { batchCall, call, holdDemo, noop } from '../jobs.ts';
import type { Measurement, MeasurementContext } from '../measurement.ts';
import { rawInsertRate, readRows, type RawRow, type Synchronous } from '../raw-database.ts';
import { median, ofRuns } from '../statistics.ts';

interface Way {
  readonly title: string;
  readonly perCall: number;
  readonly calls: number;
  /** Goal, as a share of the raw limit. */
  readonly share: number;
}

export const enqueue: Measurement = {
  name: 'enqueue',
  limitMs: 120_000,
  async run(context) {
    const ways: Way[] = [
      { title: 'enqueue, one awaited after the other', perCall: 1, calls: context.quick ? 2_000 : 5_000, share: 0.6 },
      { title: 'enqueue, 1,000 in a call', perCall: 1_000, calls: context.quick ? 20 : 40, share: 0.5 },
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
    const { rate, rows } = await engineRun(context, way, synchronous);
    engineRates.push(rate);
    const folder = context.folder();
    rawRates.push(rawInsertRate(folder, rows, { synchronous, perTransaction: way.perCall }));
    context.removeFolder(folder);
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
    { name: `raw limit: insert, ${way.perCall} a commit, ${synchronous}`, unit: 'rows/s', ...ofRuns(rawRates) },
  ];
}

async function engineRun(
  context: MeasurementContext,
  { perCall, calls }: Way,
  synchronous: Synchronous,
): Promise<{ rate: number; rows: RawRow[] }> {
  const folder = context.folder();
  const bench = await startEngine(folder, { synchronous });
  const { engine, store } = bench;
  await holdDemo(engine);
  const warmUp = Math.ceil(calls / 5);
  const inputs = Array.from({ length: warmUp + calls }, () => (perCall === 1 ? call(noop) : batchCall(noop, perCall)));
  let startedAt = 0;
  for (const [i, input] of inputs.entries()) {
    if (i === warmUp) startedAt = performance.now();
    if ('job' in input) await engine.jobs.enqueue(input);
    else await engine.jobs.enqueueMany(input);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const rows = readRows(store);
  const expected = inputs.length * perCall;
  if (rows.length !== expected) throw new Error(`${rows.length} rows are waiting where ${expected} were acknowledged`);
  await bench.close();
  context.removeFolder(folder);
  return { rate: (calls * perCall) / seconds, rows };
}
