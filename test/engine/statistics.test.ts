/** What the charts say of jobs that ran: counted in the turns, read beside the engine, over restarts and rollbacks. */
import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../db/statistics/statistics.repository.ts';
import type { JobStatisticsRow } from '../../db/statistics.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { Failure } from '../../src/protocol/job.ts';
import type { StatisticsView } from '../../src/protocol/statistics.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

const usage = { inputTokens: 100, outputTokens: 50, estimated: false };
const broken: Failure = { class: 'rejected', code: 'bad-request', message: 'No.' };
const flaky: Failure = { class: 'retryable', code: 'server-error', message: 'Later.' };

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** For a million tokens; null: nobody knows. */
function price(night: TestEngine, dollars: { input: number; output: number } | null): void {
  const inputPrice = dollars === null ? null : dollars.input * 1_000_000;
  const outputPrice = dollars === null ? null : dollars.output * 1_000_000;
  night.store.settings.updateProvider('demo', { modelEdits: [{ id: 'demo', inputPrice, outputPrice }] });
}

describe('statistics', () => {
  it('count what became of jobs by lane, with their times', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    const ids = await night.enqueueMany([{ lane: 'low' }, { lane: 'low' }, { lane: 'high' }]);
    const run = await night.workers.nextRun();
    await night.pass(4_000);
    run.done('an answer', { usage });
    const other = await night.workers.nextRun();
    await night.pass(1_000);
    other.fail(broken);
    const stateOf = (id: JobId): string => night.engine.jobs.get(id).state;
    await night.until(() => ids.some((id) => stateOf(id) === 'failed'));
    for (const id of ids)
      if (stateOf(id) === 'active' || stateOf(id) === 'waiting') await night.engine.jobs.send(id, 'CANCEL');

    const { lanes, steps, stepMs, from } = await night.engine.statistics.get('hour');
    expect([steps, stepMs]).toEqual([60, minuteMs]);
    expect(from + steps * stepMs).toBeGreaterThan(night.clock.now());
    const all = Object.values(lanes);
    expect(all.map(({ completed }) => total(completed)).filter((count) => count > 0)).toEqual([1]);
    expect(all.map(({ failed }) => total(failed)).filter((count) => count > 0)).toEqual([1]);
    expect(all.map(({ cancelled }) => total(cancelled)).filter((count) => count > 0)).toEqual([1]);
    const ran = all.find(({ completed }) => total(completed) === 1);
    expect(ran?.run.all.count).toBe(1);
    expect(ran?.run.all.p50).toBeGreaterThan(3_800);
    expect(ran?.run.all.p50).toBeLessThan(4_200);
    // Three claims at most: who stood in line behind the first one waited for its four seconds.
    expect(all.reduce((sum, { wait }) => sum + wait.all.count, 0)).toBe(3);
    expect(Math.max(...all.map(({ wait }) => wait.all.p95 ?? 0))).toBeGreaterThan(3_800);
  });

  it('count an attempt that is tried again, and the end of it once', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue({ maxAttempts: 2, lane: 'medium' });
    (await night.workers.nextRun()).fail(flaky);
    await night.reaches(id, 'delayed');
    await night.pass(5_000);
    (await night.workers.nextRun()).fail(flaky);
    await night.reaches(id, 'failed');
    await night.engine.jobs.send(id, 'SKIP');
    const { medium } = (await night.engine.statistics.get('day')).lanes;
    expect([total(medium.retried), total(medium.failed), total(medium.cancelled)]).toEqual([1, 1, 0]);
    expect(medium.run.all).toEqual({ p50: null, p95: null, count: 0 });
  });

  it('know what providers and agents took and cost; without a price they say so', async () => {
    await using first = await startEngine();
    price(first, null);
    await using night = await restart(first);
    const conversation = await night.conversation();
    await night.say(conversation, 'Hello');
    (await night.workers.nextRun()).done('Hi', { usage });
    await night.until(() => night.store.settings.usageSince(0).length === 1);
    price(night, { input: 2, output: 8 });
    await using restarted = await restart(night);
    await restarted.say(conversation, 'How much is it?');
    (await restarted.workers.nextRun()).done('Little', { usage });
    await restarted.until(() => restarted.store.settings.usageSince(0).length === 2);

    const { providers, agents } = await restarted.engine.statistics.get('month');
    expect(providers.map(({ id, answers, unpriced }) => ({ id, answers, unpriced }))).toEqual([
      { id: 'demo', answers: 2, unpriced: 1 },
    ]);
    expect(total(providers[0]?.costMicros ?? [])).toBe(600);
    expect(total(agents[0]?.inputTokens ?? [])).toBe(200);
    expect(agents[0]?.name).toBe(restarted.engine.agents.list()[0]?.name);
    const [, job] = await restarted.engine.jobs.list({ limit: 2 });
    expect(job?.result?.costMicros).toBeNull();
  });

  it('of a turn that was rolled back are not there, and those of its neighbours are', async () => {
    const cut = { store: undefined as Store | undefined, left: 1 };
    await using night = await startEngine({
      prepare: (store) => {
        cut.store = store;
      },
      onTurnStep: (step) => {
        const ended = cut.store?.sqlite.prepare('SELECT count(*) FROM usage').pluck().get();
        if (step !== 'ran' || ended !== 2 || cut.left === 0) return;
        cut.left -= 1;
        throw new Error('cut off');
      },
    });
    const ids = await night.enqueueMany([{ lane: 'high' }, { lane: 'high' }]);
    const runs = [await night.workers.nextRun(), await night.workers.nextRun()];
    for (const run of runs) run.done('an answer', { usage });
    await night.until(() => ids.every((id) => night.engine.jobs.get(id).state === 'completed'));
    expect(cut.left).toBe(0);
    const { lanes, providers } = await night.engine.statistics.get('hour');
    expect(total(lanes.high.completed)).toBe(2);
    expect(total(providers[0]?.inputTokens ?? [])).toBe(200);
  });

  it('are watched: what ended is shown without being asked for', async () => {
    await using night = await startEngine();
    const stop = new AbortController();
    const seen = night.engine.statistics.watch('hour', stop.signal)[Symbol.asyncIterator]();
    const answers = async (next: Promise<IteratorResult<StatisticsView>>): Promise<number> => {
      const { value, done } = await next;
      if (done === true) throw new Error('the watch has ended');
      return total(value.lanes.low.completed);
    };
    expect(await answers(seen.next())).toBe(0);
    const next = seen.next();
    const { id } = await night.enqueue({ lane: 'low' });
    (await night.workers.nextRun()).done();
    await night.reaches(id, 'completed');
    await night.pass(2_000);
    expect(await answers(next)).toBe(1);
    stop.abort();
    expect((await seen.next()).done).toBe(true);
  });

  it('are kept by the minute for two days and by the hour for as long as usage is', async () => {
    const now = 1_700_000_000_000;
    const day = 86_400_000;
    const ages = [
      [minuteMs, 1 * day],
      [minuteMs, 3 * day],
      [hourMs, 3 * day],
      [hourMs, 31 * day],
    ] as const;
    await using night = await startEngine({
      settings: { retainUsageDays: 30 },
      prepare: (store) => {
        for (const [periodMs, age] of ages) store.statistics.put(period(periodMs, now - age));
      },
    });
    const left = (): unknown =>
      night.store.sqlite.prepare('SELECT period_ms, at FROM job_statistics ORDER BY at DESC').raw().all();
    await night.pass(5_000);
    await night.pass(100);
    expect(left()).toEqual([ages[0], ages[2]].map(([periodMs, age]) => [periodMs, period(periodMs, now - age).at]));
  });
});

function period(periodMs: typeof minuteMs | typeof hourMs, at: number): JobStatisticsRow {
  const counts = { completed: 1, failed: 0, cancelled: 0, retried: 0 };
  const took = { inputTokens: 1, outputTokens: 1, costMicros: 0, unpriced: 0, waits: [], firstContents: [], runs: [] };
  return { periodMs, at: at - (at % periodMs), lane: 'low', provider: 'demo', agentId: '', ...counts, ...took };
}

/** The same folder, in a new engine. */
async function restart(night: TestEngine): Promise<TestEngine> {
  await night.stop();
  return startEngine({ folder: night.folder });
}
