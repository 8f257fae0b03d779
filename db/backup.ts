/**
 * A consistent copy of a database that may be in use: one read transaction of a connection of its own, so it needs neither
 * the folder's lease nor the running host, and waits for nobody.
 */
import { existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { applicationId } from './application-id.ts';
import { explainFault, isStorageFault } from './storage-fault.ts';
import { StoreError } from './store-error.ts';
import { syncFile } from './sync-file.ts';

export interface Backup {
  bytes: number;
  messages: number;
  jobs: number;
}

/**
 * Writes the copy to `target`, checks every page of it, and gives it its name only then. Throws `StoreError` when the
 * database cannot be read, `target` is there already or cannot be written, or the copy is not whole; nothing is left behind.
 */
export function backUp(file: string, target: string): Backup {
  if (!existsSync(file))
    throw new StoreError('not-a-database', `There is no database ${file}. Name its folder with --data.`);
  refuseToOverwrite(target);
  const part = `${target}.part`;
  rmSync(part, { force: true });
  try {
    copy(file, part);
    const found = check(part);
    syncFile(part);
    try {
      // Unlike a rename, this cannot replace a file that has come to be meanwhile.
      linkSync(part, target);
    } catch (error) {
      refuseToOverwrite(target);
      throw error;
    }
    syncFile(dirname(target));
    return { bytes: statSync(target).size, ...found };
  } catch (error) {
    throw asStoreError(error, file, target);
  } finally {
    rmSync(part, { force: true });
  }
}

function copy(file: string, part: string): void {
  const source = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 });
  try {
    if (source.pragma('application_id', { simple: true }) !== applicationId) {
      throw new StoreError('not-a-database', `${file} is not a database of Nightshift's.`);
    }
    source.prepare('VACUUM INTO ?').run(part);
  } finally {
    source.close();
  }
}

function check(part: string): Omit<Backup, 'bytes'> {
  const made = new Database(part, { readonly: true });
  try {
    const verdict = made.pragma('integrity_check(1)', { simple: true });
    if (verdict !== 'ok')
      throw new StoreError('damaged', `The copy is damaged, and was thrown away: ${String(verdict)}`);
    const count = (table: string): number => Number(made.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
    return { messages: count('messages'), jobs: count('llm_jobs') };
  } finally {
    made.close();
  }
}

function refuseToOverwrite(target: string): void {
  if (!existsSync(target)) return;
  throw new StoreError('read-only', `${target} is there already and is not overwritten. Name another file.`);
}

function asStoreError(error: unknown, file: string, target: string): unknown {
  if (error instanceof StoreError) return error;
  if (isStorageFault(error)) {
    const { kind, what } = explainFault(error);
    return new StoreError(kind === 'damaged' ? 'damaged' : 'no-writes', `${file} could not be copied: ${what}.`, {
      cause: error,
    });
  }
  if (error instanceof Error && 'code' in error) {
    return new StoreError('no-writes', `${target} could not be written: ${error.message}`, { cause: error });
  }
  return error;
}
