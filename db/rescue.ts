/**
 * The way out when the database's file was deleted or replaced while it was open: what it held is still there behind the
 * open file, for as long as the process lives.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { syncFile } from './sync-file.ts';

/** Resolves with the path of the copy. Rejects when it could not be made; a part of one is removed. */
export async function rescueCopy(sqlite: Database.Database, file: string): Promise<string> {
  const target = freeName(`${file}.rescued`);
  const part = `${target}.part`;
  try {
    await sqlite.backup(part);
    syncFile(part);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  return target;
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let n = 2; existsSync(name); n += 1) name = `${wanted}-${n}`;
  return name;
}
