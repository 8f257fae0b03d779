/** The place in line that a view shows is the number of jobs before it, whatever has come and gone behind it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isBefore } from '../../src/engine/first-in-line.ts';
import { LineEnds } from '../../src/engine/line-ends.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobView } from '../../src/protocol/views.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

it('the end of a line says who is last, as a look at everybody would', () => {
  const step = fc.record({ type: fc.constantFrom('enter', 'leave', 'ask'), rank: fc.nat({ max: 4 }), n: fc.nat(1) });
  const walk = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const ends = new LineEnds();
    const line = new Map<JobId, ReturnType<typeof blankRow>>();
    for (const { type, rank, n } of steps) {
      const row = blankRow({ id: jobIdOf(rank * 10 + n), rank });
      if (type === 'leave') line.delete(row.id);
      else if (type === 'enter') {
        line.set(row.id, row);
        ends.entered(row);
      } else if (line.has(row.id)) {
        const isSomeoneBehind = (): boolean => [...line.values()].some((other) => isBefore(row, other));
        expect(ends.isLast(row, isSomeoneBehind)).toBe(!isSomeoneBehind());
      }
    }
  });
  fc.assert(walk, { numRuns: 500 });
});

it('nobody reads the rows for a job that is enqueued behind all others', () => {
  const ends = new LineEnds();
  const [first, second] = [blankRow({ id: jobIdOf(1), rank: 1 }), blankRow({ id: jobIdOf(2), rank: 1 })];
  let reads = 0;
  const isSomeoneBehind = (): boolean => {
    reads += 1;
    return false;
  };
  ends.entered(first);
  expect(ends.isLast(first, isSomeoneBehind)).toBe(true);
  ends.entered(second);
  expect(ends.isLast(second, isSomeoneBehind)).toBe(true);
  expect(reads).toBe(1);
});

it('as jobs of several groups are enqueued, cancelled, moved between lanes, and after a restart', async () => {
  using folder = dataFolder();
  await using night = await startEngine({ folder: folder.path });
  for (const lane of ['medium', 'low'] as const) await night.engine.queue.pauseLane(lane);
  await night.enqueueMany(Array.from({ length: 20 }, () => ({ lane: 'low', group: 'many' })));
  await comeAndGo(night);
  await night.stop();

  await using again = await startEngine({ folder: folder.path });
  // A group of its own: its first job stands before most of those that were there.
  expectPlace(again, await again.enqueue({ lane: 'low', group: 'fresh' }));
  await comeAndGo(again);
});

async function comeAndGo(night: TestEngine): Promise<void> {
  for (let n = 0; n < 12; n += 1) {
    const group = ['a', 'b', 'many'][n % 3];
    const job = await night.enqueue({ group, lane: n % 4 === 3 ? 'medium' : 'low' });
    expectPlace(night, job);
    if (n % 3 === 1) expectPlace(night, await night.engine.jobs.setLane(job.id, 'medium'));
    if (n % 4 === 2) await night.engine.jobs.send(job.id, 'CANCEL');
  }
  const waiting = night.store.sqlite
    .prepare<[], JobId>("SELECT id FROM llm_jobs WHERE state = 'waiting'")
    .pluck()
    .all();
  for (const id of waiting) expectPlace(night, night.engine.jobs.get(id));
}

function expectPlace({ store }: TestEngine, { id, place }: JobView): void {
  const before = store.sqlite
    .prepare<[JobId], number>(
      `SELECT count(*) FROM llm_jobs AS job JOIN llm_jobs AS other ON other.lane = job.lane AND other.provider = job.provider
       WHERE job.id = ? AND other.state = 'waiting' AND (other.rank, other.id) < (job.rank, job.id)`,
    )
    .pluck()
    .get(id);
  expect(place, id).toBe(before);
}
