/** The tables beside the jobs, query by query: who waits for whom, what is old enough to go, and what is counted. */
import { describe, expect, it } from 'vitest';
import type { JobState } from '../../src/protocol/job.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

/** A store with one job for each state, numbered in their order, as a disposable. */
function storeOf(...states: JobState[]) {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  for (const [n, state] of states.entries()) {
    const phase = state === 'active' ? 'starting' : null;
    store.jobs.insert(blankRow({ id: jobIdOf(n), state, phase, timestamp: n + 10, finishedOn: n + 20 }));
  }
  const close = (): void => {
    store.close();
    folder[Symbol.dispose]();
  };
  const waits = (job: number, on: number, position = 0): void =>
    store.dependencies.insert({
      jobId: jobIdOf(job),
      dependsOnId: jobIdOf(on),
      onFailure: 'fail',
      state: 'open',
      position,
    });
  const count = (table: string): number => Number(store.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  return { ...store, waits, count, [Symbol.dispose]: close };
}

describe('who waits for whom', () => {
  it('is found from both ends, in the order given, and changed for one pair alone', () => {
    using store = storeOf('blocked', 'waiting', 'waiting', 'blocked');
    store.waits(0, 2, 1);
    store.waits(0, 1, 0);
    store.waits(3, 1, 0);
    expect(store.dependencies.dependenciesOf(jobIdOf(0)).map((row) => row.dependsOnId)).toEqual([
      jobIdOf(1),
      jobIdOf(2),
    ]);
    store.dependencies.setState(jobIdOf(0), jobIdOf(1), 'met');
    const dependants = store.dependencies.dependantsOf(jobIdOf(1)).toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1));
    expect(dependants).toEqual([
      { jobId: jobIdOf(0), onFailure: 'fail', state: 'met' },
      { jobId: jobIdOf(3), onFailure: 'fail', state: 'open' },
    ]);
    expect(store.dependencies.find(jobIdOf(0), jobIdOf(2))).toMatchObject({ state: 'open', position: 1 });
    expect(store.dependencies.find(jobIdOf(3), jobIdOf(1))).toMatchObject({ jobId: jobIdOf(3), state: 'open' });
    expect(store.dependencies.find(jobIdOf(0), jobIdOf(3))).toBeUndefined();
    expect([0, 3, 1].map((n) => store.dependencies.nextPosition(jobIdOf(n)))).toEqual([2, 1, 0]);
  });

  it('reaches through others, in one direction', () => {
    using store = storeOf('blocked', 'blocked', 'waiting', 'waiting');
    store.waits(0, 1);
    store.waits(1, 2);
    const reaches = (from: number, to: number) => store.dependencies.reaches(jobIdOf(from), jobIdOf(to));
    expect([reaches(0, 2), reaches(0, 0), reaches(2, 0), reaches(0, 3)]).toEqual([true, true, false, false]);
  });
});

describe('what is old enough to go', () => {
  it('finished jobs of every state, in the order of their ids, behind one and up to a limit', () => {
    using store = storeOf('failed', 'waiting', 'completed', 'cancelled', 'active', 'completed');
    const after = (id: string, limit: number) =>
      store.retention.finishedAfter(id, limit).map((job) => Number(job.id.slice(-8)));
    expect(after('', 10)).toEqual([0, 2, 3, 5]);
    expect(after('', 3)).toEqual([0, 2, 3]);
    expect(after(jobIdOf(2), 10)).toEqual([3, 5]);
    expect(store.retention.finishedAfter('', 1)).toEqual([
      { id: jobIdOf(0), state: 'failed', lane: 'low', provider: 'demo', timestamp: 10, finishedOn: 20 },
    ]);
  });

  it('a job is needed while one that is not completed refers to it', () => {
    using store = storeOf('completed', 'completed', 'failed', 'completed');
    store.waits(1, 0);
    expect(store.retention.isNeeded(jobIdOf(0))).toBe(false);
    store.waits(2, 0);
    expect(store.retention.isNeeded(jobIdOf(0))).toBe(true);
    expect(store.retention.isNeeded(jobIdOf(3))).toBe(false);
  });

  it('removing one takes all that is kept of it, and nothing of others', () => {
    using store = storeOf('completed', 'completed', 'completed');
    store.waits(1, 0);
    store.waits(0, 2);
    store.waits(1, 2);
    store.retention.remove(jobIdOf(0));
    expect([store.count('llm_jobs'), store.count('llm_job_dependencies')]).toEqual([2, 1]);
    expect(store.dependencies.find(jobIdOf(1), jobIdOf(2))).toBeDefined();
  });

  it('request ids from before a time, a batch at once; the end of the table is told', () => {
    using store = storeOf();
    const insert = store.sqlite.prepare(
      "INSERT INTO requests (request_id, procedure, body_hash, result, at) VALUES (?, 'jobs.create', '', '[]', ?)",
    );
    for (const [id, at] of [
      ['a', 5],
      ['b', 10],
      ['c', 3],
      ['d', 1],
    ] as const)
      insert.run(id, at);
    expect(store.retention.pruneRequests('', 10, 2)).toEqual({ next: 'b', kept: 1 });
    expect(store.retention.pruneRequests('b', 3, 10)).toEqual({ next: undefined, kept: 1 });
    expect(store.sqlite.prepare('SELECT request_id FROM requests ORDER BY 1').pluck().all()).toEqual(['b', 'c']);
  });
});

describe('streamed text', () => {
  it('the attempt that streamed last, of that job', () => {
    using store = storeOf('active', 'active', 'waiting');
    const chunk = (job: number, attempt: number): void =>
      store.log.appendChunk({ jobId: jobIdOf(job), attempt, offset: 0, kind: 'text', text: 'x' });
    chunk(0, 1);
    chunk(0, 2);
    chunk(1, 5);
    expect([0, 1, 2].map((n) => store.log.lastStreamedAttempt(jobIdOf(n)))).toEqual([2, 5, undefined]);
  });
});

describe('counters', () => {
  it('add up for each lane, state and provider, and a clock is set', () => {
    using store = storeOf();
    const kind = { lane: 'low', state: 'waiting', provider: 'demo' } as const;
    store.log.addCount(kind, 3);
    store.log.addCount(kind, -1);
    store.log.addCount({ ...kind, lane: 'high' }, 5);
    const counted = Object.fromEntries(store.log.counts().map(({ lane, count }) => [lane, count]));
    expect(counted).toEqual({ high: 5, low: 2 });
    store.log.setLaneClock('low', 7);
    store.log.setLaneClock('low', 4);
    expect(store.log.laneClocks().find(({ lane }) => lane === 'low')?.virtualTime).toBe(4);
  });
});
