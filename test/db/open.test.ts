import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../db/open.ts';
import type { Store } from '../../db/store.ts';
import { StoreError, type StoreErrorCode } from '../../db/store-error.ts';
import { node24 } from '../../scripts/setup/project.mjs';
import { contentsOf, dataFolder, migrationsFolder, openFolder } from '../support/data-folder.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

const dbFile = 'nightshift.db';
const lockFile = 'nightshift.lock';
/** Of a database with all migrations. */
const version = readdirSync(migrationsFolder).filter((name) => name.endsWith('.sql')).length;

describe('opening a data folder', () => {
  it('creates the folder, for the user alone, and a database that says what it is', () => {
    using folder = dataFolder();
    const path = join(folder.path, 'not', 'there', 'yet');
    const store = openFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(store.sqlite.pragma('application_id', { simple: true })).toBe(0x4e534854);
    expect(store.sqlite.pragma('user_version', { simple: true })).toBe(version);
    expect(store.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.sqlite.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    store.close();
    store.close();
  });

  it('finds again what was written, without a backup', () => {
    using folder = dataFolder();
    withStore(openFolder(folder.path), (store) => store.jobs.insert(blankRow()));
    withStore(openFolder(folder.path), (store) => expect(store.jobs.get(jobIdOf(0))).toEqual(blankRow()));
    expect(Object.keys(contentsOf(folder.path))).toEqual([dbFile, lockFile]);
  });

  it('copies a database of an older version before it migrates', () => {
    using folder = dataFolder();
    using newer = dataFolder();
    addMigration(newer.path);
    withStore(openFolder(folder.path), (store) => store.jobs.insert(blankRow()));

    withStore(openStore({ folder: folder.path, migrationsFolder: newer.path }), (store) => {
      expect(store.sqlite.pragma('user_version', { simple: true })).toBe(version + 1);
      expect(store.sqlite.prepare('SELECT extra FROM llm_jobs').pluck().get()).toBe('new');
    });
    const backup = new Database(join(folder.path, `${dbFile}.backup-${version}`), { readonly: true });
    expect(backup.pragma('user_version', { simple: true })).toBe(version);
    expect(backup.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(backup.prepare('SELECT id FROM llm_jobs').pluck().all()).toEqual([jobIdOf(0)]);
    backup.close();

    // And the backup is a data folder again.
    using restored = dataFolder();
    cpSync(join(folder.path, `${dbFile}.backup-${version}`), join(restored.path, dbFile));
    withStore(openFolder(restored.path), (store) => expect(store.jobs.get(jobIdOf(0))).toEqual(blankRow()));
  });

  it('leaves the old database and its copy alone when a migration fails', () => {
    using folder = dataFolder();
    using newer = dataFolder();
    addMigration(newer.path, 'CREATE TABLE half_done (id text);\n--> statement-breakpoint\nnot SQL at all;');
    withStore(openFolder(folder.path), (store) => store.jobs.insert(blankRow()));

    expect(() => openStore({ folder: folder.path, migrationsFolder: newer.path })).toThrow(/not SQL at all|syntax/u);
    withStore(openFolder(folder.path), (store) => {
      expect(store.sqlite.pragma('user_version', { simple: true })).toBe(version);
      expect(store.jobs.get(jobIdOf(0))).toEqual(blankRow());
      expect(store.sqlite.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half_done'").pluck().get()).toBe(0);
    });
  });

  it('makes the copy whole or not at all: one that was cut off is made again', () => {
    using folder = dataFolder();
    using newer = dataFolder();
    addMigration(newer.path);
    withStore(openFolder(folder.path), (store) => store.jobs.insert(blankRow()));
    writeFileSync(
      join(folder.path, `${dbFile}.backup-${version}.part`),
      'what a run that died while it copied left behind',
    );
    openStore({ folder: folder.path, migrationsFolder: newer.path }).close();
    const copies = Object.keys(contentsOf(folder.path)).filter((name) => name.includes('backup'));
    expect(copies).toEqual([`${dbFile}.backup-${version}`]);
    const backup = new Database(join(folder.path, `${dbFile}.backup-${version}`), { readonly: true });
    expect(backup.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(1);
    backup.close();
  });

  it('goes on after a first start that was cut off in its migrations', () => {
    using folder = dataFolder();
    using broken = dataFolder();
    cpSync(migrationsFolder, broken.path, { recursive: true });
    writeFileSync(join(broken.path, '0000_spine.sql'), 'not SQL at all;');
    expect(() => openStore({ folder: folder.path, migrationsFolder: broken.path })).toThrow(/syntax|not SQL at all/u);
    // Drizzle makes its own table before the transaction: it is still there.
    withStore(openFolder(folder.path), (store) => expect(store.jobs.get(jobIdOf(0))).toBeUndefined());
  });
});

describe('a folder that cannot be used', () => {
  it('of a newer version', () => {
    using folder = dataFolder();
    using newer = dataFolder();
    addMigration(newer.path);
    openStore({ folder: folder.path, migrationsFolder: newer.path }).close();
    const words = `newer Nightshift \\(database version ${version + 1}, this one knows ${version}\\)`;
    expectRefusal(folder.path, 'newer-version', new RegExp(words, 'u'));
  });

  it('of a newer version that was not closed: its log is left alone too', async () => {
    using folder = dataFolder();
    using newer = dataFolder();
    addMigration(newer.path);
    const store = openStore({ folder: folder.path, migrationsFolder: newer.path });
    store.jobs.insert(Object.assign(blankRow(), { extra: 'x' }));
    using copy = dataFolder();
    for (const name of [dbFile, `${dbFile}-wal`]) cpSync(join(folder.path, name), join(copy.path, name));
    store.close();
    expectRefusal(copy.path, 'newer-version', /newer/u);
  });

  it('not a database', () => {
    using folder = dataFolder();
    writeFileSync(
      join(folder.path, dbFile),
      'these are my holiday notes, and they are longer than a header of SQLite'.repeat(30),
    );
    expectRefusal(folder.path, 'not-a-database', /not a database.*Nothing was changed/u);
  });

  it('a directory where the database should be', () => {
    using folder = dataFolder();
    mkdirSync(join(folder.path, dbFile));
    expectRefusal(folder.path, 'not-a-database', /not a database/u);
  });

  it("somebody else's database", () => {
    using folder = dataFolder();
    const other = new Database(join(folder.path, dbFile));
    other.exec('CREATE TABLE holiday (notes text)');
    other.close();
    expectRefusal(folder.path, 'not-a-database', /not one of Nightshift's/u);
  });

  it('a database whose pages are damaged', () => {
    using folder = dataFolder();
    openFolder(folder.path).close();
    const file = join(folder.path, dbFile);
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0xee)]));
    expectRefusal(folder.path, 'not-a-database', /damaged/u);
  });

  it('held by this process already', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    expect(() => openFolder(folder.path)).toThrow(expect.objectContaining({ code: 'in-use' }));
    store.jobs.insert(blankRow());
    store.close();
    openFolder(folder.path).close();
  });

  it('held by another process, until that one dies in whatever way', async () => {
    using folder = dataFolder();
    const holder = await openElsewhere(folder.path);
    expect(holder.said.code).toBe('open');
    expectRefusal(folder.path, 'in-use', /Another running Nightshift uses the data folder .*--data/u);
    holder.child.kill('SIGKILL');
    await once(holder.child, 'exit');
    openFolder(folder.path).close();
  });
});

// Root may write everywhere: these run in a process of the user `nobody` when the tests run as root.
describe('a folder without permission', () => {
  it('to create it', async () => {
    using folder = dataFolder();
    chmodSync(folder.path, 0o555);
    await expectRefusalElsewhere(join(folder.path, 'data'), folder.path, 'read-only', /cannot be created or written/u);
  });

  it('to write into it', async () => {
    using folder = dataFolder();
    openFolder(folder.path).close();
    chmodSync(folder.path, 0o555);
    await expectRefusalElsewhere(folder.path, folder.path, 'read-only', /cannot be created or written/u);
  });

  it.each([
    ['the database', dbFile, /cannot be written/u],
    ['the lock', lockFile, /could not be locked|could not be opened/u],
  ])('to write %s', async (_, name, message) => {
    using folder = dataFolder();
    openFolder(folder.path).close();
    chmodSync(folder.path, 0o777);
    for (const file of [dbFile, lockFile]) chmodSync(join(folder.path, file), file === name ? 0o444 : 0o666);
    await expectRefusalElsewhere(folder.path, folder.path, 'read-only', message);
  });

  it('to write an empty database', async () => {
    using folder = dataFolder();
    chmodSync(folder.path, 0o777);
    writeFileSync(join(folder.path, dbFile), '', { mode: 0o444 });
    await expectRefusalElsewhere(folder.path, folder.path, 'read-only', /cannot be written/u);
  });
});

function withStore(store: Store, work: (store: Store) => void): void {
  try {
    work(store);
  } finally {
    store.close();
  }
}

/** Drizzle's folder with one more migration behind ours. */
function addMigration(
  target: string,
  sql = "ALTER TABLE llm_jobs ADD COLUMN extra text NOT NULL DEFAULT 'new';",
): void {
  cpSync(migrationsFolder, target, { recursive: true });
  const file = join(target, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { idx: number; when: number; tag: string }[] };
  const last = journal.entries.at(-1);
  if (last === undefined) throw new Error('no migration yet');
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: '0999_later' });
  writeFileSync(file, JSON.stringify(journal));
  writeFileSync(join(target, '0999_later.sql'), sql);
}

/** Refused with this code, and every file that was there is as it was. */
function expectRefusal(folder: string, code: StoreErrorCode, message: RegExp): void {
  const before = contentsOf(folder);
  let refusal: unknown;
  try {
    openFolder(folder).close();
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(StoreError);
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expectUntouched(before, contentsOf(folder));
}

/** Beside the lock file, SQLite may leave a shared memory and an empty log when it has read a file. */
function expectUntouched(before: Record<string, string>, after: Record<string, string>): void {
  const holdsData = ([name, content]: [string, string]): boolean =>
    name !== lockFile && name !== `${dbFile}-shm` && !(name === `${dbFile}-wal` && content.startsWith('0 bytes'));
  expect(Object.entries(after).filter(holdsData)).toEqual(Object.entries(before).filter(holdsData));
}

interface Elsewhere {
  child: ChildProcess;
  said: { code: string; message: string };
}

async function openElsewhere(folder: string, uid?: number): Promise<Elsewhere> {
  const child = fork(new URL('fixtures/open-folder.ts', import.meta.url).pathname, [folder], {
    execPath: node24,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const [said] = (await once(child, 'message')) as [Elsewhere['said']];
  return { child, said };
}

async function expectRefusalElsewhere(
  folder: string,
  watched: string,
  code: StoreErrorCode,
  message: RegExp,
): Promise<void> {
  const nobody = 65_534;
  const before = contentsOf(watched);
  const { child, said } = await openElsewhere(folder, process.getuid?.() === 0 ? nobody : undefined);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(said).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expectUntouched(before, contentsOf(watched));
  expect(existsSync(join(watched, 'data'))).toBe(false);
}
