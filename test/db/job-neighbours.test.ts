/** What stands beside the jobs, query by query: their log, lanes, changes of many, the graph around one, what is pruned. */
import { describe, expect, it } from 'vitest';
import type { JobEventRow } from '../../db/llm-jobs.model.ts';
import type { BulkRow } from '../../db/queue.model.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

function open() {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  const close = (): void => {
    store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.dispose]: close };
}

const run: Omit<BulkRow, 'id'> = {
  action: 'cancel',
  lane: null,
  state: 'running',
  total: 10,
  changed: 0,
  unchanged: 0,
  failed: 0,
  startedAt: 1,
  endedAt: null,
};

const eventOf = (job: number, version: number): JobEventRow => ({
  jobId: jobIdOf(job),
  version,
  at: 100 + version,
  event: 'CLAIM',
  fromState: 'waiting',
  toState: 'active',
  attempt: 1,
  detail: { of: job },
});

describe('the log of a job', () => {
  it('has its own events alone, oldest first, from one on and up to a limit', () => {
    using store = open();
    for (const [job, version] of [
      [1, 3],
      [1, 1],
      [2, 2],
      [1, 2],
    ] as const)
      store.log.appendEvent(eventOf(job, version));
    const mine = [1, 2, 3].map((version) => eventOf(1, version));
    expect(store.log.events(jobIdOf(1), 10)).toEqual(mine);
    expect(store.log.events(jobIdOf(1), 2)).toEqual(mine.slice(0, 2));
    expect(store.log.eventsAfter(jobIdOf(1), 1, 10)).toEqual(mine.slice(1));
    expect(store.log.eventsAfter(jobIdOf(1), 0, 1)).toEqual(mine.slice(0, 1));
    expect(store.log.eventsAfter(jobIdOf(1), 3, 1)).toEqual([]);
  });

  it('has the text of one attempt in its order', () => {
    using store = open();
    for (const [job, attempt, offset] of [
      [1, 1, 5],
      [1, 1, 0],
      [1, 2, 0],
      [2, 1, 0],
    ] as const) {
      const text = `${job}-${attempt}-${offset}`;
      store.log.appendChunk({ jobId: jobIdOf(job), attempt, offset, kind: 'text', text });
    }
    expect(store.log.chunks(jobIdOf(1), 1).map(({ text }) => text)).toEqual(['1-1-0', '1-1-5']);
    expect(store.log.chunks(jobIdOf(1), 2).map(({ text }) => text)).toEqual(['1-2-0']);
  });
});

describe('a lane', () => {
  it('has its clock and its pause apart from each other', () => {
    using store = open();
    store.log.setLanePause('low', 7);
    store.log.setLaneClock('low', 3);
    store.log.setLaneClock('high', 4);
    const told = () =>
      Object.fromEntries(
        store.log.laneClocks().map(({ lane, virtualTime, pausedAt }) => [lane, [virtualTime, pausedAt]]),
      );
    expect(told()).toEqual({ high: [4, null], low: [3, 7] });
    store.log.setLanePause('low', null);
    store.log.setLanePause('medium', 9);
    expect(told()).toEqual({ high: [4, null], low: [3, null], medium: [0, 9] });
  });
});

describe('changes of many jobs', () => {
  it('are found by their number, the newest first, and written one by one', () => {
    using store = open();
    expect(store.bulk.last()).toBeUndefined();
    const [first, second] = [store.bulk.insert(run), store.bulk.insert({ ...run, total: 20 })];
    expect(store.bulk.last()).toEqual(second);
    store.bulk.write({ ...first, changed: 7, state: 'done', endedAt: 5 });
    expect(store.bulk.get(first.id)).toEqual({ ...first, changed: 7, state: 'done', endedAt: 5 });
    expect(store.bulk.get(second.id)).toEqual({ ...run, id: second.id, total: 20 });
    expect(store.bulk.get(second.id + 1)).toBeUndefined();
  });

  it('are kept up to a hundred', () => {
    using store = open();
    const first = store.bulk.insert(run).id;
    for (let n = 1; n < 100; n += 1) store.bulk.insert(run);
    expect(store.bulk.get(first)?.id).toBe(first);
    store.bulk.insert(run);
    expect(store.bulk.get(first)).toBeUndefined();
    expect(store.bulk.get(first + 1)?.id).toBe(first + 1);
    expect(store.bulk.last()?.id).toBe(first + 100);
  });
});

describe('the graph around a job', () => {
  it('is read to a limit in both directions, counted whole, and cut one edge at a time', () => {
    using store = open();
    for (let n = 0; n < 6; n += 1) store.jobs.insert(blankRow({ id: jobIdOf(n) }));
    const edge = (job: number, on: number, position: number): void =>
      store.dependencies.insert({
        jobId: jobIdOf(job),
        dependsOnId: jobIdOf(on),
        onFailure: job === 4 ? 'hold' : 'ignore',
        state: 'open',
        position,
      });
    // 3 waits for 2, 0 and 1, in this order; 5 and 4 wait for 3.
    edge(3, 2, 0);
    edge(3, 0, 1);
    edge(3, 1, 2);
    edge(5, 3, 0);
    edge(4, 3, 0);
    const { above, below, countAbove, countBelow } = store.dependencies;
    const one = (from: number, to: number, onFailure = 'ignore') => ({
      from: jobIdOf(from),
      to: jobIdOf(to),
      onFailure,
      state: 'open',
    });
    expect(above(jobIdOf(3), 10)).toEqual([one(2, 3), one(0, 3), one(1, 3)]);
    expect(above(jobIdOf(3), 2)).toEqual([one(2, 3), one(0, 3)]);
    expect(below(jobIdOf(3), 10)).toEqual([one(3, 4, 'hold'), one(3, 5)]);
    expect(below(jobIdOf(3), 1)).toEqual([one(3, 4, 'hold')]);
    expect([0, 3, 5].map((n) => [countAbove(jobIdOf(n)), countBelow(jobIdOf(n))])).toEqual([
      [0, 1],
      [3, 2],
      [1, 0],
    ]);
    store.dependencies.remove(jobIdOf(3), jobIdOf(0));
    expect(above(jobIdOf(3), 10)).toEqual([one(2, 3), one(1, 3)]);
    expect(below(jobIdOf(3), 10)).toHaveLength(2);
    expect(store.dependencies.nextPosition(jobIdOf(3))).toBe(3);
  });
});

describe('what jobs took', () => {
  it('is told of the last ones that were answered, where it is known', () => {
    using store = open();
    const insert = store.sqlite.prepare(
      `INSERT INTO usage (job_id, attempt, provider, model, input_tokens, output_tokens, estimated, at, lane, run_ms)
       VALUES (?, 1, 'demo', 'm', 1, 1, 0, ?, ?, ?)`,
    );
    insert.run('a', 10, 'low', 100);
    insert.run('b', 30, 'high', 300);
    insert.run('c', 20, null, 200);
    insert.run('d', 15, 'low', null);
    insert.run('e', 5, 'low', 500);
    expect(store.jobTimes.recentRuns(10)).toEqual([
      { lane: 'high', provider: 'demo', runMs: 300 },
      { lane: 'low', provider: 'demo', runMs: 100 },
      { lane: 'low', provider: 'demo', runMs: 500 },
    ]);
    // What is not known is looked at, and counts among those that are.
    expect(store.jobTimes.recentRuns(3)).toEqual([{ lane: 'high', provider: 'demo', runMs: 300 }]);
  });
});

describe('what is pruned beside the jobs', () => {
  it('the log of one job alone, and not the job', () => {
    using store = open();
    for (const n of [0, 1]) {
      store.jobs.insert(blankRow({ id: jobIdOf(n), state: 'completed' }));
      store.log.appendChunk({ jobId: jobIdOf(n), attempt: 1, offset: 0, kind: 'text', text: 'x' });
      store.log.appendEvent(eventOf(n, 1));
    }
    const left = (table: string): unknown[] =>
      store.sqlite.prepare(`SELECT job_id FROM ${table} ORDER BY 1`).pluck().all();
    store.retention.removeLog(jobIdOf(0));
    expect([left('job_events'), left('job_chunks')]).toEqual([[jobIdOf(1)], [jobIdOf(1)]]);
    expect(store.jobs.get(jobIdOf(0))).toBeDefined();
    store.retention.remove(jobIdOf(1));
    expect([left('job_events'), left('job_chunks')]).toEqual([[], []]);
  });

  it('a job is asked for while a message names it', () => {
    using store = open();
    store.sqlite.pragma('foreign_keys = OFF');
    store.sqlite
      .prepare("INSERT INTO message_jobs (message_id, job_id, agent_id) VALUES ('m', ?, 'a')")
      .run(jobIdOf(3));
    expect([3, 4].map((n) => store.retention.isAsked(jobIdOf(n)))).toEqual([true, false]);
  });

  it('usage from before a time, the oldest first and no more than asked for', () => {
    using store = open();
    const insert = store.sqlite.prepare(
      `INSERT INTO usage (job_id, attempt, provider, model, input_tokens, output_tokens, estimated, at)
       VALUES (?, ?, 'demo', 'm', 1, 1, 0, ?)`,
    );
    for (const [job, attempt, at] of [
      ['a', 1, 30],
      ['a', 2, 10],
      ['b', 1, 20],
      ['c', 1, 40],
    ] as const)
      insert.run(job, attempt, at);
    const left = (): unknown[] => store.sqlite.prepare('SELECT at FROM usage ORDER BY at').pluck().all();
    // True: there may be more.
    expect([store.retention.pruneUsage(40, 1), left()]).toEqual([true, [20, 30, 40]]);
    expect([store.retention.pruneUsage(40, 10), left()]).toEqual([false, [40]]);
  });
});
