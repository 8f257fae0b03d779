/**
 * The lease on a data folder: an open exclusive transaction on a lock file. The kernel frees it when the process dies, in
 * whatever way: no pid file, no expiry, nothing to clean up.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startRefusal } from './storage-fault.ts';
import { sqliteCode, StoreError } from './store-error.ts';

export interface Lease {
  release(): void;
}

/** Throws `StoreError` with `in-use` when another process (or another store of this one) holds the folder. */
export function takeLease(folder: string): Lease {
  const file = join(folder, 'nightshift.lock');
  let lock: Database.Database;
  try {
    // On a file that it may only read, SQLite would grant "exclusive" to everybody.
    if (existsSync(file)) accessSync(file, constants.W_OK);
    lock = new Database(file, { timeout: 0 });
  } catch (error) {
    throw new StoreError('read-only', `The data folder cannot be written: ${file} could not be opened.`, {
      cause: error,
    });
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true) {
      throw new StoreError(
        'in-use',
        `Another running Nightshift uses the data folder ${folder}. Use that one, stop it, or give this one a folder of its own with --data.`,
        { cause: error },
      );
    }
    throw startRefusal(error, file);
  }
  return {
    release() {
      if (!lock.open) return;
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}
