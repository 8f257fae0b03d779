/** Paused lanes and providers: nothing of them starts, what runs goes on, and nobody else is held up. */
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../src/protocol/views.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';

describe('a paused lane', () => {
  it('starts nothing, lets what runs go on and others pass, and goes on where it was', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 10 } });
    const running = await night.enqueue({ lane: 'low' });
    const run = await night.workers.nextRun();
    await night.engine.queue.pauseLane('low');
    const [first, second] = [await night.enqueue({ lane: 'low' }), await night.enqueue({ lane: 'low' })];
    const urgent = await night.enqueue({ lane: 'medium' });
    expect((await night.workers.nextRun()).jobId).toBe(urgent.id);
    await night.pass(2_000);
    expect(stateOf(night, first)).toBe('waiting');
    expect(night.engine.jobs.get(first.id)).toMatchObject({ pausedBy: 'lane', expectedStartAt: null, place: 0 });
    expect(night.engine.jobs.get(first.id)).toMatchObject({
      heldUp: { kind: 'lane-paused' },
      heldUpBy: expect.stringMatching(/lane is paused/u),
    });
    expect(night.engine.queue.get().pausedLanes).toMatchObject([{ lane: 'low' }]);
    expect(night.engine.pool.get().pausedLanes).toEqual(['low']);
    run.done('an answer');
    await night.reaches(running.id, 'completed');

    await night.engine.queue.resumeLane('low');
    expect((await night.workers.nextRun()).jobId).toBe(first.id);
    expect((await night.workers.nextRun()).jobId).toBe(second.id);
    expect(night.engine.queue.get().pausedLanes).toEqual([]);
  });

  it('is still paused after a restart, and does not make the pool grow', async () => {
    using folder = dataFolder();
    await using night = await startEngine({ folder: folder.path });
    await night.engine.queue.pauseLane('medium');
    const job = await night.enqueue({ lane: 'medium' });
    await night.stop();

    await using again = await startEngine({ folder: folder.path, settings: { poolMax: 3 } });
    await again.enqueueMany(Array.from({ length: 100 }, () => ({ lane: 'medium' })));
    await again.pass(5_000);
    expect(again.engine.pool.get().wanted).toBe(1);
    expect(stateOf(again, job)).toBe('waiting');
    await again.engine.queue.resumeLane('medium');
    expect((await again.workers.nextRun()).jobId).toBe(job.id);
  });

  it('gives its turn of the impatient away', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    await night.engine.queue.pauseLane('low');
    const low = await night.enqueue({ lane: 'low' });
    const jobs = [];
    for (let n = 0; n < 20; n += 1) jobs.push(await night.enqueue({ lane: 'high' }));
    await night.pass(180_000);
    for (const job of jobs) {
      const run = await night.workers.nextRun();
      expect(run.jobId).toBe(job.id);
      run.done('an answer');
      await night.reaches(job.id, 'completed');
    }
    expect(stateOf(night, low)).toBe('waiting');
  });

  it('paused twice, or resumed without a pause, is as once', async () => {
    await using night = await startEngine();
    await night.engine.queue.resumeLane('high');
    const { pausedLanes } = await night.engine.queue.pauseLane('high');
    await night.pass(1_000);
    expect((await night.engine.queue.pauseLane('high')).pausedLanes).toEqual(pausedLanes);
  });
});

describe('a paused provider', () => {
  it('takes no jobs while others do, keeps its pause when its settings change, and is shown', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 10 } });
    const other = { id: 'other', kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1' } as const;
    await night.engine.providers.set(other);
    await night.engine.queue.pauseProvider('other');
    const held = await night.enqueue({ model: 'other/model' });
    const passing = await night.enqueue();
    expect((await night.workers.nextRun()).jobId).toBe(passing.id);
    await night.engine.providers.set({ ...other, name: 'The other one' });
    await night.pass(2_000);
    const view = night.engine.jobs.get(held.id);
    expect(view).toMatchObject({ state: 'waiting', pausedBy: 'provider', heldUpUntil: null });
    expect(view.heldUp).toEqual({ kind: 'provider-paused', provider: 'The other one' });
    expect(view.heldUpBy).toMatch(/The other one is paused/u);
    expect(night.engine.queue.get().pausedProviders).toMatchObject([{ provider: 'other' }]);
    await night.engine.queue.resumeProvider('other');
    expect((await night.workers.nextRun()).jobId).toBe(held.id);
  });

  it('is refused for one that is not there', async () => {
    await using night = await startEngine();
    await expect(night.engine.queue.pauseProvider('nobody')).rejects.toThrow(/no provider "nobody"/u);
  });
});

describe('the expected start', () => {
  it('follows what jobs have taken, and is not known before the first', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    const first = await night.enqueue();
    const waiting = [await night.enqueue(), await night.enqueue()];
    expect(waiting.map(({ expectedStartAt }) => expectedStartAt)).toEqual([null, null]);
    const run = await night.workers.nextRun();
    await night.pass(20_000);
    run.done('an answer');
    await night.reaches(first.id, 'completed');
    const next = await night.workers.nextRun();
    expect(next.jobId).toBe(waiting[0]?.id);
    const now = night.clock.now();
    const last = night.engine.jobs.get(waiting[1]?.id ?? first.id);
    expect(last.expectedStartAt).toBeGreaterThanOrEqual(now + 20_000);
    expect(last.expectedStartAt).toBeLessThanOrEqual(now + 30_000);
    expect(night.engine.jobs.get(next.jobId).expectedStartAt).toBeNull();
  });

  it('is known again after a restart, from the answers before it', async () => {
    using folder = dataFolder();
    await using night = await startEngine({ folder: folder.path, settings: { slotsPerWorker: 1 } });
    const first = await night.enqueue();
    const run = await night.workers.nextRun();
    await night.pass(8_000);
    run.done('an answer');
    await night.reaches(first.id, 'completed');
    await night.stop();

    await using again = await startEngine({ folder: folder.path, settings: { slotsPerWorker: 1 } });
    await again.enqueue();
    const second = await again.enqueue();
    expect(second.expectedStartAt).not.toBeNull();
    expect((second.expectedStartAt ?? 0) - again.clock.now()).toBeGreaterThan(7_000);
  });
});

function stateOf(night: TestEngine, { id }: JobView): JobView['state'] {
  return night.engine.jobs.get(id).state;
}
