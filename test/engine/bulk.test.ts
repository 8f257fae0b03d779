/** Changes of many jobs: each through its machine, in slices, stoppable, and honest after a restart. */
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/protocol/job.ts';
import type { BulkView, JobListFilter, PlaceRange } from '../../src/protocol/queue.ts';
import { dataFolder } from '../support/data-folder.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';

type Change = ({ action: 'cancel' | 'retry' } | { action: 'setLane'; lane: Lane }) & { ranges?: PlaceRange[] };

async function change(night: TestEngine, filter: JobListFilter, what: Change): Promise<BulkView> {
  const { listId } = await night.engine.queue.openList(filter);
  return night.engine.queue.startBulk({ requestId: newRequestId(), listId, ...what });
}

async function ended(night: TestEngine): Promise<BulkView> {
  await night.until(() => (night.engine.queue.get().bulk?.state ?? 'running') !== 'running', 'the end of the change');
  const { bulk } = night.engine.queue.get();
  if (bulk === null) throw new Error('there was no change');
  return bulk;
}

const many = (count: number, job: Record<string, unknown> = {}) =>
  Array.from({ length: count }, () => ({ lane: 'low', delayMs: 3_600_000, ...job }));

function count(night: TestEngine, state: string): number {
  return night.engine.queue
    .get()
    .counts.filter((entry) => entry.state === state)
    .reduce((sum, entry) => sum + entry.count, 0);
}

describe('a change of many jobs', () => {
  it('cancels all that a list holds, and nothing that came later', async () => {
    await using night = await startEngine();
    await night.enqueueMany(many(1_500));
    await night.enqueueMany(many(10, { lane: 'medium' }));
    const { listId, total } = await night.engine.queue.openList({ lane: 'low' });
    expect(total).toBe(1_500);
    const later = await night.enqueue({ lane: 'low', delayMs: 3_600_000 });
    const begun = await night.engine.queue.startBulk({ requestId: newRequestId(), listId, action: 'cancel' });
    expect(begun).toMatchObject({ state: 'running', total: 1_500, changed: 0 });
    expect(await ended(night)).toMatchObject({ state: 'done', changed: 1_500, unchanged: 0, failed: 0 });
    expect([count(night, 'cancelled'), count(night, 'delayed')]).toEqual([1_500, 11]);
    expect(night.engine.jobs.get(later.id).state).toBe('delayed');
    expect(night.engine.jobs.events((await ids(night, { state: 'cancelled' }))[0] ?? later.id, 10)).toMatchObject([
      { event: 'CANCEL', to: 'cancelled' },
    ]);
  });

  it('changes only the places that were chosen', async () => {
    await using night = await startEngine();
    const jobs = await night.enqueueMany(many(10));
    const ranges = [
      { from: 2, to: 4 },
      { from: 9, to: 50 },
    ];
    expect(await change(night, {}, { action: 'setLane', lane: 'medium', ranges })).toMatchObject({ total: 3 });
    expect(await ended(night)).toMatchObject({ changed: 3, state: 'done' });
    const moved = jobs.filter((id) => night.engine.jobs.get(id).lane === 'medium');
    expect(moved).toEqual([jobs[2], jobs[3], jobs[9]]);
  });

  it('retries what may be retried, and counts what may not', async () => {
    await using night = await startEngine();
    const [root, behind] = await night.enqueueMany([
      { delayMs: 3_600_000 },
      { dependsOnIndex: [{ index: 0, onFailure: 'fail' }] },
    ]);
    const alone = await night.enqueue({ delayMs: 3_600_000 });
    await night.engine.jobs.send(root ?? alone.id, 'CANCEL');
    await night.engine.jobs.send(alone.id, 'CANCEL');
    expect(night.engine.jobs.get(behind ?? alone.id).state).toBe('failed');
    // The one behind goes first in the list of failed jobs, and is refused: its cause has to be retried.
    await change(night, { state: 'failed' }, { action: 'retry' });
    expect(await ended(night)).toMatchObject({ state: 'done', changed: 0, unchanged: 1, failed: 0 });
    await change(night, {}, { action: 'retry' });
    const result = await ended(night);
    expect(result).toMatchObject({ state: 'done', total: 3, failed: 0 });
    expect(night.engine.jobs.get(alone.id).state).toBe('active');
    expect(night.engine.jobs.get(behind ?? alone.id).state).toBe('blocked');
  });

  it('lets calls through meanwhile, and can be stopped', async () => {
    await using night = await startEngine();
    await night.enqueueMany(many(5_000));
    await night.enqueueMany(many(5_000));
    await change(night, {}, { action: 'cancel' });
    await night.until(() => (night.engine.queue.get().bulk?.changed ?? 0) > 0, 'the first of them');
    // An enqueue in the midst of it is answered before the change has got much further.
    const before = night.engine.queue.get().bulk?.changed ?? 0;
    await night.enqueue();
    expect((night.engine.queue.get().bulk?.changed ?? 0) - before).toBeLessThan(2_000);
    night.engine.queue.stopBulk();
    const { state, changed, unchanged } = await ended(night);
    expect(state).toBe('stopped');
    expect(changed + unchanged).toBeLessThan(10_000);
    expect(count(night, 'cancelled')).toBe(changed);
    // Then another one may begin.
    expect(await change(night, { state: 'delayed' }, { action: 'cancel' })).toMatchObject({ state: 'running' });
  });

  it('is one at a time, and once for a requestId', async () => {
    await using night = await startEngine();
    await night.enqueueMany(many(3_000));
    const { listId } = await night.engine.queue.openList({});
    const input = { requestId: newRequestId(), listId, action: 'cancel' } as const;
    const [first, same] = await Promise.all([night.engine.queue.startBulk(input), night.engine.queue.startBulk(input)]);
    expect(same.id).toBe(first.id);
    await expect(night.engine.queue.startBulk({ ...input, requestId: newRequestId() })).rejects.toThrow(/under way/u);
    expect(await ended(night)).toMatchObject({ id: first.id, changed: 3_000 });
  });

  it('says after a restart that it was interrupted, and how far it came', async () => {
    using folder = dataFolder();
    await using night = await startEngine({ folder: folder.path });
    await night.enqueueMany(many(4_000));
    await change(night, {}, { action: 'cancel' });
    await night.until(() => (night.engine.queue.get().bulk?.changed ?? 0) > 0, 'the first of them');
    await night.stop();

    await using again = await startEngine({ folder: folder.path });
    const { bulk } = again.engine.queue.get();
    expect(bulk?.state).toBe('interrupted');
    expect(bulk?.changed).toBe(count(again, 'cancelled'));
    expect(bulk?.changed).toBeLessThan(4_000);
  });

  it('is refused for a list that is not kept any more', async () => {
    await using night = await startEngine();
    const gone = night.engine.queue.startBulk({ requestId: newRequestId(), listId: 'list_0', action: 'cancel' });
    await expect(gone).rejects.toThrow(/kept no longer/u);
    expect(night.engine.queue.get().bulk).toBeNull();
  });
});

async function ids(night: TestEngine, filter: JobListFilter) {
  const { listId } = await night.engine.queue.openList(filter);
  const { lines } = await night.engine.queue.lines({ listId, from: 0, limit: 200 });
  return lines.flatMap((line) => (line === null ? [] : [line.id]));
}
