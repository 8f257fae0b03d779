/** The queries of the job repositories one by one, on rows that differ in one thing each: what a query leaves out, and why. */
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, it } from 'vitest';
import { listJobs } from '../../db/jobs/list-jobs.ts';
import { UnreadableRow } from '../../db/jobs/job.repository.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { JobState } from '../../src/protocol/job.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

/** A store with these rows, numbered in their order, as a disposable. */
function storeOf(...rows: Partial<JobRow>[]) {
  const folder = dataFolder();
  const store = openFolder(folder.path, { synchronous: 'NORMAL' });
  store.begin();
  for (const [n, row] of rows.entries()) store.jobs.insert(blankRow({ id: jobIdOf(n), rank: n, ...row }));
  store.commit();
  const close = (): void => {
    store.close();
    folder[Symbol.dispose]();
  };
  return { ...store, [Symbol.dispose]: close };
}

const numbers = (ids: readonly string[]): number[] => ids.map((id) => Number(id.slice(-8)));
const inOrder = (ids: readonly string[]): number[] => numbers(ids).toSorted((a, b) => a - b);
const idsOf = (rows: readonly JobRow[]): number[] => numbers(rows.map(({ id }) => id));
const inState = (state: JobState): Partial<JobRow> => ({ state, phase: state === 'active' ? 'starting' : null });
const everyState: JobState[] = ['blocked', 'delayed', 'waiting', 'active', 'completed', 'failed', 'cancelled'];
const queued = { lane: 'high', provider: 'demo' } as const;

describe('the queue of a lane', () => {
  it('gives waiting jobs of that lane and provider, by rank and then by id, and no more than asked for', () => {
    using store = storeOf(
      { ...queued, rank: 5 },
      { ...queued, rank: 3 },
      { ...queued, rank: 3 },
      { ...queued, rank: 0, lane: 'low' },
      { ...queued, rank: 0, provider: 'other' },
      { ...queued, rank: 0, quarantined: true },
      { ...queued, rank: 0, state: 'delayed' },
    );
    expect(idsOf(store.jobs.nextWaiting('high', 'demo', null, 10))).toEqual([1, 2, 0]);
    expect(idsOf(store.jobs.nextWaiting('high', 'demo', null, 2))).toEqual([1, 2]);
  });

  it('the next for quarantine: waiting, quarantined, of that lane and provider, by rank and then by id', () => {
    const suspect = { ...queued, quarantined: true };
    using store = storeOf(
      { ...suspect, rank: 4 },
      { ...suspect, rank: 2 },
      { ...suspect, rank: 2 },
      { ...queued, rank: 0 },
      { ...suspect, rank: 0, lane: 'low' },
      { ...suspect, rank: 0, provider: 'other' },
      { ...suspect, rank: 0, state: 'failed' },
    );
    expect(idsOf(store.jobs.nextQuarantined('high', 'demo', [], 10))).toEqual([1, 2, 0]);
    expect(idsOf(store.jobs.nextQuarantined('high', 'demo', [], 1))).toEqual([1]);
    expect(store.jobs.nextQuarantined('medium', 'demo', [], 10)).toEqual([]);
    expect(store.jobs.quarantinedWaiting('high', 'demo', [], 100)).toBe(3);
    expect(store.jobs.quarantinedWaiting('high', 'demo', [], 2)).toBe(2);
  });

  it('who is behind: a higher rank, or the same and a younger id, in the same line', () => {
    using store = storeOf(
      { ...queued, rank: 1 },
      { ...queued, rank: 2 },
      { ...queued, rank: 2 },
      { ...queued, rank: 9, lane: 'low' },
      { ...queued, rank: 9, provider: 'other' },
      { ...queued, rank: 9, quarantined: true },
      { ...queued, rank: 9, state: 'failed' },
    );
    const rows = [0, 1, 2].map((n) => store.jobs.get(jobIdOf(n)) ?? blankRow());
    expect(rows.map((row) => store.jobs.hasBehind(row, null))).toEqual([true, true, false]);
  });

  it('those that another model may answer: waiting with fallbacks, of that provider, behind a job, oldest first', () => {
    const fallbacks = JSON.stringify({ models: ['other/one'], afterMs: 1_000 });
    using store = storeOf(
      ...[queued, queued, queued, queued, { ...queued, provider: 'other' }, { ...queued, state: 'failed' as const }],
      queued,
    );
    store.sqlite.prepare('UPDATE llm_jobs SET fallbacks = ? WHERE id <> ?').run(fallbacks, jobIdOf(2));
    expect(numbers(store.jobs.mayFallBack('demo', jobIdOf(0), 10))).toEqual([1, 3, 6]);
    expect(numbers(store.jobs.mayFallBack('demo', jobIdOf(0), 2))).toEqual([1, 3]);
  });
});

describe('what is due', () => {
  it('delayed jobs whose time has come, to the millisecond, the earliest first', () => {
    using store = storeOf(
      { state: 'delayed', runAt: 300 },
      { state: 'delayed', runAt: 100 },
      { state: 'delayed', runAt: 301 },
      { state: 'failed', runAt: 1 },
    );
    expect(numbers(store.jobs.due(300, 10))).toEqual([1, 0]);
    expect(numbers(store.jobs.due(300, 1))).toEqual([1]);
  });

  it('delayed and waiting jobs past their deadline, to the millisecond, the earliest first', () => {
    using store = storeOf(
      { state: 'waiting', deadlineAt: 300 },
      { state: 'delayed', deadlineAt: 200 },
      { state: 'waiting', deadlineAt: 301 },
      { state: 'waiting', deadlineAt: null },
      { ...inState('active'), deadlineAt: 1 },
      { state: 'failed', deadlineAt: 1 },
    );
    expect(numbers(store.jobs.expired(300, 10))).toEqual([1, 0]);
    expect(numbers(store.jobs.expired(300, 1))).toEqual([1]);
  });

  it('waiting jobs that have waited for longer than their own limit', () => {
    using store = storeOf(
      { state: 'waiting', queueDeadlineAt: 300 },
      { state: 'waiting', queueDeadlineAt: 200 },
      { state: 'waiting', queueDeadlineAt: 301 },
      { state: 'waiting', queueDeadlineAt: null },
      { state: 'delayed', queueDeadlineAt: 1 },
    );
    expect(numbers(store.jobs.queuedTooLong(300, 10))).toEqual([1, 0]);
    expect(numbers(store.jobs.queuedTooLong(300, 1))).toEqual([1]);
  });

  it('when the clock moves, the times that jobs wait for move along, and no others', () => {
    const times = { runAt: 100, deadlineAt: 200, queueDeadlineAt: 300 };
    using store = storeOf(...everyState.map((state) => ({ ...inState(state), ...times })), { state: 'waiting' });
    store.jobTimes.shiftDelays(50);
    store.jobTimes.shiftDeadlines(7);
    const found = everyState.map((state, n) => {
      const row = store.jobs.get(jobIdOf(n));
      return [state, row?.runAt, row?.deadlineAt, row?.queueDeadlineAt];
    });
    expect(found).toEqual([
      ['blocked', 100, 200, 300],
      ['delayed', 150, 207, 300],
      ['waiting', 100, 207, 307],
      ['active', 100, 200, 300],
      ['completed', 100, 200, 300],
      ['failed', 100, 200, 300],
      ['cancelled', 100, 200, 300],
    ]);
    expect(store.jobs.get(jobIdOf(7))).toMatchObject({ runAt: null, deadlineAt: null, queueDeadlineAt: null });
  });
});

describe('jobs that belong together', () => {
  const open = [0, 1, 2, 3];

  it('the open jobs of a group: those that are not at rest', () => {
    using store = storeOf(...everyState.map(inState), { groupKey: 'another', rank: 99 });
    expect(inOrder(store.jobs.openIdsOfGroup('test'))).toEqual(open);
    expect(store.jobs.openOfGroup('test').toSorted((a, b) => (a.state < b.state ? -1 : 1))).toEqual([
      { state: 'active', count: 1 },
      { state: 'blocked', count: 1 },
      { state: 'delayed', count: 1 },
      { state: 'waiting', count: 1 },
    ]);
  });

  it.each(everyState)('the tail of a group is its highest rank in a lane among open jobs (%s)', (state) => {
    using store = storeOf(
      { rank: 3, ...queued },
      { rank: 8, ...queued, ...inState(state) },
      { rank: 20, ...queued, lane: 'low' },
      { rank: 30, ...queued, groupKey: 'another' },
    );
    expect(store.jobs.groupTail('test', 'high')).toBe(everyState.indexOf(state) < open.length ? 8 : 3);
    expect(store.jobs.groupTail('nobody', 'high')).toBeUndefined();
  });

  it('the open children of a job, and the active jobs, in the order of their ids', () => {
    using store = storeOf(...everyState.map((state) => ({ ...inState(state), parentId: jobIdOf(90) })), {
      ...inState('active'),
      parentId: jobIdOf(91),
    });
    expect(inOrder(store.jobs.openChildren(jobIdOf(90)))).toEqual(open);
    expect(numbers(store.jobs.activeIds())).toEqual([3, 7]);
  });

  it('ended jobs whose worker has not confirmed that it stopped', () => {
    using store = storeOf(
      ...everyState.map((state) => ({ ...inState(state), processedBy: 'worker-1' })),
      { state: 'failed', processedBy: null },
      { state: 'failed', processedBy: 'worker-2' },
    );
    expect(numbers(store.jobs.stoppingIds())).toEqual([5, 6, 8]);
  });

  it('the list: newest first, each condition by itself, all together, and no more than the limit', () => {
    using store = storeOf(
      {},
      { state: 'failed' },
      { lane: 'high' },
      { provider: 'other' },
      { groupKey: 'another' },
      { state: 'failed', lane: 'high' },
    );
    const list = (filter: Omit<Parameters<typeof listJobs>[1], 'limit'>, limit = 10) =>
      idsOf(listJobs(drizzle({ client: store.sqlite, casing: 'snake_case' }), { ...filter, limit }));
    expect(list({})).toEqual([5, 4, 3, 2, 1, 0]);
    expect(list({}, 2)).toEqual([5, 4]);
    expect(list({ state: 'failed' })).toEqual([5, 1]);
    expect(list({ lane: 'high' })).toEqual([5, 2]);
    expect(list({ state: 'failed', lane: 'high' })).toEqual([5]);
    expect(list({ provider: 'other' })).toEqual([3]);
    expect(list({ groupKey: 'another' })).toEqual([4]);
    expect(list({ before: jobIdOf(2) })).toEqual([1, 0]);
  });
});

describe('one row', () => {
  it('progress is that of the attempt which streams, and no other', () => {
    using store = storeOf({ attemptsStarted: 2 }, { attemptsStarted: 2 });
    store.jobs.writeProgress(jobIdOf(0), 1, 11);
    expect(store.jobs.get(jobIdOf(0))?.progress).toBe(0);
    store.jobs.writeProgress(jobIdOf(0), 2, 22);
    expect(store.jobs.get(jobIdOf(0))?.progress).toBe(22);
    expect(store.jobs.get(jobIdOf(1))?.progress).toBe(0);
  });

  it.each(['data', 'backoff', 'returnvalue', 'failure', 'fallbacks', 'timeouts', 'stacktrace'])(
    'damaged JSON in %s is mended in that row alone, and what is whole stays as it is',
    (column) => {
      using store = storeOf({ stacktrace: ['a trace'] }, { stacktrace: ['a trace'] });
      const [before, other] = [store.jobs.get(jobIdOf(0)), store.jobs.get(jobIdOf(1))];
      store.sqlite.prepare(`UPDATE llm_jobs SET ${column} = '{"half' WHERE id IN (?, ?)`).run(jobIdOf(0), jobIdOf(1));
      expect(() => store.jobs.get(jobIdOf(0))).toThrow(UnreadableRow);
      store.jobs.mend(jobIdOf(0));
      const mended = {
        data: { kind: 'prompt', model: 'demo/unknown', messages: [], params: {}, readsResults: false },
        backoff: { type: 'fixed', delayMs: 0, maxDelayMs: 0 },
        returnvalue: null,
        failure: null,
        fallbacks: null,
        timeouts: {},
        stacktrace: [],
      }[column];
      expect(store.jobs.get(jobIdOf(0))).toEqual({ ...before, [column]: mended });
      expect(() => store.jobs.get(jobIdOf(1))).toThrow(jobIdOf(1));
      expect(other).toBeDefined();
    },
  );

  it('JSON of the wrong type is mended, too', () => {
    using store = storeOf({});
    store.sqlite.prepare("UPDATE llm_jobs SET data = 'null', stacktrace = '{}'").run();
    expect(() => store.jobs.get(jobIdOf(0))).toThrow(UnreadableRow);
    store.jobs.mend(jobIdOf(0));
    expect(store.jobs.get(jobIdOf(0))).toMatchObject({ data: { messages: [] }, stacktrace: [] });
  });
});
