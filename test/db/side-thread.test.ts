import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobFilter } from '../../db/jobs/list-jobs.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import { snakeCase } from '../../db/row-codec.ts';
import { defaultPolicy, type CheckpointPolicy } from '../../db/side-thread/checkpointer.ts';
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import { openSideThread, type SideThread } from '../../db/side-thread/side-thread.ts';
import type { Store } from '../../db/store.ts';
import { node24 } from '../../scripts/setup/project.mjs';
import { JobState, lanes } from '../../src/protocol/job.ts';
import { sideThreadEntry } from '../support/built.ts';
import { contentsOf, dataFolder, migrationsFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';
import { ManualClock } from '../support/manual-clock.ts';

const crashingEntry = new URL('fixtures/crashing-thread.ts', import.meta.url);
const never: CheckpointPolicy = {
  duePages: Infinity,
  restartPages: Infinity,
  restPages: 0,
  boundPages: Infinity,
  idleMs: 1e9,
};

interface Opened {
  readonly folder: string;
  readonly store: Store;
  readonly side: SideThread;
  readonly clock: ManualClock;
  readonly warnings: string[];
  /** Resolves with the next warning. */
  warned(): Promise<string>;
}

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function open(options: { entry?: string | URL; policy?: CheckpointPolicy } = {}): Opened {
  const folder = dataFolder();
  cleanUps.push(() => folder[Symbol.dispose]());
  const store = openFolder(folder.path);
  const clock = new ManualClock();
  const warnings: string[] = [];
  const listeners: ((warning: string) => void)[] = [];
  const side = openSideThread({
    store,
    entry: options.entry ?? sideThreadEntry,
    after: (delayMs, callback) => clock.after(delayMs, callback),
    warn(message, fields) {
      const warning = `${message} ${JSON.stringify(fields)}`;
      warnings.push(warning);
      for (const listener of listeners.splice(0)) listener(warning);
    },
    ...(options.policy === undefined ? {} : { policy: options.policy }),
  });
  cleanUps.push(async () => {
    await side.close();
    store.close();
  });
  const warned = () => new Promise<string>((resolve) => listeners.push(resolve));
  return { folder: folder.path, store, side, clock, warnings, warned };
}

/** As a turn does. */
function commit(store: Store, rows: readonly JobRow[]): void {
  store.begin();
  for (const row of rows) store.jobs.insert(row);
  store.commit();
}

function commitJob(store: Store, n: number): void {
  commit(store, [blankRow({ id: jobIdOf(n) })]);
}

const nextLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Looks in every turn of the event loop; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextLoopTurn();
}

function walFileBytes(store: Store): number {
  return statSync(`${store.file}-wal`).size;
}

describe('listing jobs', () => {
  const rows = Array.from({ length: 400 }, (_, n) =>
    blankRow({
      id: jobIdOf(n),
      state: JobState.options[n % JobState.options.length] ?? 'waiting',
      lane: lanes[n % 3] ?? 'low',
      provider: n % 5 < 3 ? 'demo' : 'openai',
      groupKey: `group-${n % 7}`,
      quarantined: n % 11 === 0,
      stacktrace: n % 2 === 0 ? [] : ['a line'],
    }),
  );

  const filters: JobFilter[] = [
    { limit: 50 },
    { limit: 1_000 },
    { state: 'waiting', limit: 20 },
    { lane: 'high', limit: 20 },
    { provider: 'openai', limit: 20 },
    { groupKey: 'group-3', limit: 20 },
    { before: jobIdOf(123), limit: 20 },
    { state: 'failed', lane: 'low', provider: 'demo', groupKey: 'group-2', before: jobIdOf(390), limit: 5 },
    { groupKey: 'no such group', limit: 20 },
    { state: undefined, lane: undefined, before: undefined, limit: 3 },
  ];

  it('gives the rows that plain SQL gives, newest first', async () => {
    const { store, side } = open();
    commit(store, rows);
    const byId = new Map<unknown, JobRow>(rows.map((row) => [row.id, row]));
    for (const filter of filters) {
      const wanted = idsByPlainSql(store, filter).map((id) => byId.get(id));
      expect(await side.listJobs(filter), JSON.stringify(filter)).toEqual(wanted);
    }
  });

  it('sees every commit made before the call, and nothing of an open transaction', async () => {
    const { store, side } = open();
    for (let n = 0; n < 20; n += 1) {
      commitJob(store, n);
      expect((await side.listJobs({ limit: 1 })).map(({ id }) => id)).toEqual([jobIdOf(n)]);
    }
    store.begin();
    store.jobs.insert(blankRow({ id: jobIdOf(20) }));
    expect((await side.listJobs({ limit: 1 })).map(({ id }) => id)).toEqual([jobIdOf(19)]);
    store.rollback();
  });

  it('leaves the thread of its caller to turns, also when it scans 200,000 rows in vain', async () => {
    const { store, side } = open();
    fill(store, 200_000);
    const filter: JobFilter = { groupKey: 'no such group', limit: 50 };
    await side.listJobs({ limit: 1 });

    let isOver = false;
    const listed = side.listJobs(filter).finally(() => {
      isOver = true;
    });
    let commits = 0;
    let turns = 0;
    // The loop goes round while the thread reads, and each round commits.
    while (!isOver) {
      if (turns % 10 === 0) {
        commitJob(store, 300_000 + commits);
        commits += 1;
      }
      turns += 1;
      await nextLoopTurn();
    }
    expect(await listed).toEqual([]);
    // A scan on this thread would leave it one turn at the most; how many more it gets depends on the machine.
    expect(turns).toBeGreaterThan(5);
    expect(commits).toBeGreaterThan(0);
  });

  it('refuses more reads than can wait', async () => {
    const { side } = open();
    const reads = await Promise.allSettled(Array.from({ length: 250 }, () => side.listJobs({ limit: 1 })));
    const refused = reads.filter((read) => read.status === 'rejected');
    expect(refused).toHaveLength(50);
    expect(refused[0]?.reason).toBeInstanceOf(SideThreadError);
  });

  it('refuses a read whose statement fails, and goes on', async () => {
    const { store, side, warnings } = open();
    commitJob(store, 1);
    store.sqlite.exec('ALTER TABLE llm_jobs RENAME COLUMN rank TO place');
    await expect(side.listJobs({ limit: 1 })).rejects.toThrow(/could not be read: no such column.*rank/u);
    store.sqlite.exec('ALTER TABLE llm_jobs RENAME COLUMN place TO rank');
    expect(await side.listJobs({ limit: 1 })).toHaveLength(1);
    expect(warnings).toEqual([]);
  });
});

describe('checkpoints', () => {
  it('are none of COMMIT’s business while the thread lives, and SQLite’s again when it is closed', async () => {
    const { store, side } = open({ policy: never });
    await side.listJobs({ limit: 1 });
    for (let n = 0; store.wal().pages < 3_000; n += 1) commitJob(store, n);
    expect(store.wal().copiedPages).toBe(0);
    await side.close();
    commitJob(store, 1e6);
    expect(store.wal().copiedPages).toBeGreaterThan(3_000);
  });

  it('never happen inside a transaction', () => {
    const { store } = open({ policy: never });
    store.begin();
    store.jobs.insert(blankRow());
    expect(() => store.checkpoint()).toThrow(/inside a transaction/u);
    store.commit();
    store.checkpoint();
    expect(store.wal().copiedPages).toBe(store.wal().pages);
  });

  it('keep the log small under constant load with readers, between turns and without a fault', async () => {
    const { store, side, warnings } = open({
      policy: { ...defaultPolicy, duePages: 100, restartPages: 200, boundPages: 1_000 },
    });
    await side.listJobs({ limit: 1 });

    let isOver = false;
    let reads = 0;
    const readers = Array.from({ length: 3 }, async () => {
      while (!isOver) {
        await side.listJobs({ groupKey: 'no such group', limit: 10 });
        reads += 1;
      }
    });
    let written = 0;
    let restarts = 0;
    let before = store.wal().pages;
    let n = 0;
    while (restarts < 20) {
      // Every turn is followed by a turn of the event loop, as the engine's are.
      store.begin();
      for (let i = 0; i < 10; i += 1) store.jobs.insert(blankRow({ id: jobIdOf((n += 1)) }));
      store.commit();
      const { pages } = store.wal();
      if (pages < before) restarts += 1;
      written += pages < before ? pages : pages - before;
      before = pages;
      await nextLoopTurn();
    }
    isOver = true;
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(3);
    expect(warnings).toEqual([]);
    // Started over again and again: the file holds a fraction of what went through it.
    expect(walFileBytes(store)).toBeLessThan((written * 4_120) / 4);
    expect(store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(store.sqlite.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(n);
  });

  it('start a log over its bound over, whatever is left of it', async () => {
    // A rest of less than nothing is never small enough: only the bound is left.
    const { store, side } = open({
      policy: { ...defaultPolicy, duePages: 50, restartPages: 100, restPages: -1, boundPages: 500 },
    });
    await side.listJobs({ limit: 1 });
    let highest = 0;
    for (let n = 0; ; n += 1) {
      commitJob(store, n);
      const { pages } = store.wal();
      if (pages < highest) break;
      highest = pages;
      await nextLoopTurn();
    }
    expect(highest).toBeGreaterThan(500);
  });

  it('wait for no foreign reader: the log is started over when it has gone', async () => {
    const { store, side, warnings } = open({ policy: { ...defaultPolicy, duePages: 50, restartPages: 50 } });
    await side.listJobs({ limit: 1 });
    const foreign = new Database(store.file, { readonly: true });
    commitJob(store, 0);
    foreign.exec('BEGIN');
    foreign.prepare('SELECT count(*) FROM llm_jobs').get();

    const write = async (n: number) => {
      commitJob(store, n);
      await nextLoopTurn();
    };
    let n = 1;
    for (; store.wal().pages < 1_000; n += 1) await write(n);
    expect(foreign.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(1);
    foreign.exec('COMMIT');
    foreign.close();
    for (; store.wal().pages >= 1_000; n += 1) await write(n);
    expect(warnings).toEqual([]);
  });

  it('copy all of the log when nothing was written for a while, and leave its file as long as it is', async () => {
    const { store, side, clock } = open();
    await side.listJobs({ limit: 1 });
    for (let n = 0; n < 100; n += 1) commitJob(store, n);
    const bytes = walFileBytes(store);
    clock.advance(defaultPolicy.idleMs);
    // Written since it looked the last time: not idle yet.
    commitJob(store, 100);
    clock.advance(defaultPolicy.idleMs);
    // A commit that writes nothing, as the dispatcher's ticks are, does not count.
    commit(store, []);
    expect(store.wal().copiedPages).toBeLessThan(store.wal().pages);
    clock.advance(defaultPolicy.idleMs);
    await until(() => store.wal().copiedPages === store.wal().pages);
    await nextLoopTurn();
    commitJob(store, 101);
    expect(store.wal().pages).toBeLessThan(20);
    expect(walFileBytes(store)).toBe(bytes);
    expect(store.sqlite.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(102);
  });

  it('of a few pages need no thread', () => {
    const { store, clock, warnings } = open({ entry: '/no/such/thread.mjs' });
    commitJob(store, 1);
    clock.advance(2 * defaultPolicy.idleMs);
    expect(store.wal().copiedPages).toBe(store.wal().pages);
    expect(warnings).toEqual([]);
  });
});

describe('the thread', () => {
  it('is started again when it dies: its read is refused, the others wait for the new one, writes go on', async () => {
    const { folder, store, side, clock, warned } = open({ entry: crashingEntry });
    commitJob(store, 1);
    const warning = warned();
    const [first, second] = [side.listJobs({ limit: 1 }), side.listJobs({ limit: 1 })];
    await expect(first).rejects.toThrow(/ended while it read \(exit code 7\).*try again/u);
    expect(await warning).toContain('"restartMs":250');
    // Nobody copies the log now but SQLite itself.
    for (let n = 2; store.wal().copiedPages === 0; n += 1) commitJob(store, n);
    clock.advance(250);
    expect(await second).toHaveLength(1);
    expect(await side.listJobs({ limit: 5 })).toHaveLength(5);
    expect(store.sqlite.pragma('wal_autocheckpoint', { simple: true })).toBe(0);
    // The dead thread's connections are closed too: closing the store's, the last one, takes the log away.
    await side.close();
    store.close();
    expect(Object.keys(contentsOf(folder))).toEqual(['nightshift.db', 'nightshift.db.crashed', 'nightshift.lock']);
  });

  it('that cannot be started refuses reads with the reason, and is tried again', async () => {
    using elsewhere = dataFolder();
    const entry = join(elsewhere.path, 'thread.mjs');
    const { store, side, clock, warned } = open({ entry });
    await expect(side.listJobs({ limit: 1 })).rejects.toThrow(/could not be started \(.*thread\.mjs/u);
    const again = warned();
    clock.advance(250);
    expect(await again).toContain('"restartMs":500');
    commitJob(store, 1);
    expect(store.sqlite.pragma('wal_autocheckpoint', { simple: true })).toBe(1_000);

    writeFileSync(entry, `await import(${JSON.stringify(sideThreadEntry)});`);
    clock.advance(500);
    expect(await side.listJobs({ limit: 1 })).toHaveLength(1);
  });

  it('ends with its store: what waits is refused, and the folder is left tidy', async () => {
    const { folder, store, side } = open();
    commitJob(store, 1);
    const waiting = [side.listJobs({ limit: 1 }), side.listJobs({ limit: 1 })];
    const refused = Promise.all(waiting.map((read) => expect(read).rejects.toThrow(/closed or closing/u)));
    await Promise.all([side.close(), side.close()]);
    await refused;
    await expect(side.listJobs({ limit: 1 })).rejects.toThrow(SideThreadError);
    commitJob(store, 2);
    store.close();
    expect(Object.keys(contentsOf(folder))).toEqual(['nightshift.db', 'nightshift.lock']);
  });

  it('keeps no process alive', async () => {
    using folder = dataFolder();
    const script = new URL('fixtures/leave-open.ts', import.meta.url).pathname;
    const child = execFile(node24, [script, folder.path, migrationsFolder]);
    let output = '';
    child.stdout?.on('data', (text: string) => (output += text));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, output }).toEqual({ code: 0, output: '0 jobs\n' });
  });
});

function idsByPlainSql(store: Store, { before, limit, ...equal }: JobFilter): unknown[] {
  const given = Object.entries(equal).filter(([, value]) => value !== undefined);
  const conditions = ['1', ...given.map(([key]) => `${snakeCase(key)} = ?`)];
  const values = given.map(([, value]) => value);
  if (before !== undefined) {
    conditions.push('id < ?');
    values.push(before);
  }
  return store.sqlite
    .prepare(`SELECT id FROM llm_jobs WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${limit}`)
    .pluck()
    .all(...values);
}

/** `count` waiting jobs, written by SQL alone. */
function fill(store: Store, count: number): void {
  commit(store, [blankRow({ id: jobIdOf(0) })]);
  const columns = (store.sqlite.pragma('table_info(llm_jobs)') as { name: string }[]).map(({ name }) => `"${name}"`);
  const copied = columns.map((name) => (name === '"id"' ? `substr(id, 1, 22) || printf('%08d', n)` : name));
  store.begin();
  store.sqlite.exec(
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1})
     INSERT INTO llm_jobs (${columns.join(', ')}) SELECT ${copied.join(', ')} FROM llm_jobs, numbers`,
  );
  store.commit();
}
