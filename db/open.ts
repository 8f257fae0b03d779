/** Opens the data folder: checks before it touches anything, copies before it migrates. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { z } from 'zod';
import { applicationId } from './application-id.ts';
import { takeLease, type Lease } from './lease.ts';
import { createStore, type Store } from './store.ts';
import { startRefusal } from './storage-fault.ts';
import { sqliteCode, StoreError } from './store-error.ts';
import { syncFile } from './sync-file.ts';
import { reserveWal } from './wal-file.ts';

/** Before 3.51.3 a WAL that two connections write or checkpoint at once can be corrupted. */
const oldestSqlite = [3, 51, 3] as const;

/**
 * How long a turn waits for another program's lock: the whole service stands still meanwhile. The folder's lease keeps other
 * instances away, so only a stranger (a database browser) can hold one for long, and then calls are refused with the reason.
 */
const busyMs = 250;

export interface OpenStoreOptions {
  /** Created when missing. */
  folder: string;
  /** Drizzle's folder of migrations. */
  migrationsFolder: string;
  /** `FULL` (default): a commit survives a power cut. `NORMAL`: a power cut may take the last moments. */
  synchronous?: 'FULL' | 'NORMAL';
}

/** Throws `StoreError`; when it throws, no file of the folder was changed. */
export function openStore(options: OpenStoreOptions): Store {
  const { folder, migrationsFolder } = options;
  assertRuntime();
  makeFolder(folder);
  const file = join(folder, 'nightshift.db');
  const version = latestVersion(migrationsFolder);
  const lease = takeLease(folder);
  try {
    const found = inspect(file);
    if (found > version) {
      throw new StoreError(
        'newer-version',
        `${file} was written by a newer Nightshift (database version ${found}, this one knows ${version}). ` +
          'Nothing was changed. Start the newer Nightshift, or restore the backup it made beside the file.',
      );
    }
    return connect(file, found, version, lease, options);
  } catch (error) {
    lease.release();
    throw error;
  }
}

function connect(file: string, found: number, version: number, lease: Lease, options: OpenStoreOptions): Store {
  if (found < version) bringUpToDate(file, found, version, options.migrationsFolder);
  reserveWal(file);
  const sqlite = new Database(file, { timeout: 5_000 });
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma(`synchronous = ${options.synchronous ?? 'FULL'}`);
    sqlite.pragma('foreign_keys = ON');
    // 64 MiB of pages: the hot indexes stay in memory also with a million rows waiting.
    sqlite.pragma('cache_size = -65536');
    const store = createStore(sqlite, drizzle(sqlite, { casing: 'snake_case' }), file, () => lease.release());
    sqlite.pragma(`busy_timeout = ${busyMs}`);
    return store;
  } catch (error) {
    sqlite.close();
    throw startRefusal(error, file);
  }
}

function bringUpToDate(file: string, found: number, version: number, migrationsFolder: string): void {
  const sqlite = new Database(file, { timeout: 5_000 });
  try {
    if (found > 0) backUp(sqlite, `${file}.backup-${found}`);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('foreign_keys = ON');
    // First: a start that is cut off in its migrations must not find somebody else's database next time.
    sqlite.pragma(`application_id = ${applicationId}`);
    migrate(drizzle(sqlite, { casing: 'snake_case' }), { migrationsFolder });
    sqlite.pragma(`user_version = ${version}`);
  } catch (error) {
    throw startRefusal(error, file);
  } finally {
    sqlite.close();
  }
}

/** The file's version without changing it; 0 when it is new. */
function inspect(file: string): number {
  if (!existsSync(file)) return 0;
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new StoreError('read-only', `${file} cannot be written. Check its owner and permissions.`, { cause: error });
  }
  if (statSync(file).size === 0) return 0;
  let sqlite: Database.Database | undefined;
  try {
    sqlite = new Database(file, { readonly: true });
    const id = sqlite.pragma('application_id', { simple: true });
    const version = z
      .number()
      .int()
      .parse(sqlite.pragma('user_version', { simple: true }));
    const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (id === applicationId) return version;
    if (tables === 0) return 0;
    throw new StoreError('not-a-database', `${file} is an SQLite database, but not one of Nightshift's. ${elsewhere}`);
  } catch (error) {
    if (sqliteCode(error) === undefined) throw error;
    throw new StoreError('not-a-database', `${file} is not a database, or it is damaged. ${elsewhere}`, {
      cause: error,
    });
  } finally {
    sqlite?.close();
  }
}

const elsewhere = 'Nothing was changed. Move the file away, restore a backup, or choose another folder with --data.';

/** Under its name only when it is whole and on disk: `VACUUM INTO` syncs nothing. */
function backUp(sqlite: Database.Database, target: string): void {
  if (existsSync(target)) return;
  const part = `${target}.part`;
  rmSync(part, { force: true });
  sqlite.prepare('VACUUM INTO ?').run(part);
  syncFile(part);
  renameSync(part, target);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new StoreError(
        'no-writes',
        `The data folder ${folder} cannot be created: the disk is full. Free some space.`,
        {
          cause: error,
        },
      );
    }
    throw new StoreError(
      'read-only',
      `The data folder ${folder} cannot be created or written. Check its owner and permissions, or choose another with --data.`,
      { cause: error },
    );
  }
}

const Journal = z.object({ entries: z.array(z.object({ idx: z.number(), tag: z.string() })) });

function latestVersion(migrationsFolder: string): number {
  const journal: unknown = JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'));
  return Journal.parse(journal).entries.length;
}

function assertRuntime(): void {
  const sqlite = new Database(':memory:');
  const version = z.string().parse(sqlite.prepare('SELECT sqlite_version()').pluck().get());
  sqlite.close();
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const [wantMajor, wantMinor, wantPatch] = oldestSqlite;
  const number = major * 1_000_000 + minor * 1_000 + patch;
  if (number < wantMajor * 1_000_000 + wantMinor * 1_000 + wantPatch) {
    throw new StoreError('unsupported', `SQLite ${version} is too old; ${oldestSqlite.join('.')} or newer is needed.`);
  }
}
