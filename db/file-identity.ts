/**
 * Whether the database's file is still the one that was opened. On most systems a file can be deleted, moved or replaced
 * while it is open, and SQLite goes on writing into what no name leads to any more: each commit succeeds, and all of them
 * are gone with the process. Looking takes two `stat` calls, 10 us; so under load not every commit looks. The file is never
 * opened (closing a second descriptor would drop SQLite's locks).
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { StorageFault } from './storage-fault.ts';

/** A look holds for so long: what is written meanwhile is as safe as what was written right before the file went. */
const holdsMs = 5;

export interface FileIdentity {
  /** Throws `StorageFault` (`deleted` or `replaced`) when the names do not lead to the open files any more. */
  assertInPlace(): void;
  /** The same, up to 5 ms late: for every commit. */
  assertLatelyInPlace(): void;
}

/** Call it with the file open. Its log (`-wal`) is known from the first look that finds it. */
export function identify(file: string): FileIdentity {
  const opened = new Map<string, string>();
  const look = (path: string, required: boolean): void => {
    const found = identityOf(path);
    const known = opened.get(path);
    if (known === undefined) {
      if (found !== undefined) opened.set(path, found);
      else if (required) throw new StorageFault('deleted', goneWords(path));
      return;
    }
    if (found === known) return;
    if (found === undefined) throw new StorageFault('deleted', goneWords(path));
    throw new StorageFault('replaced', `another file was put in the place of ${basename(path)} while it was open`);
  };
  let looked = -Infinity;
  const assertInPlace = (): void => {
    look(file, true);
    look(`${file}-wal`, false);
    looked = performance.now();
  };
  const assertLatelyInPlace = (): void => {
    if (performance.now() - looked >= holdsMs) assertInPlace();
  };
  assertInPlace();
  return { assertInPlace, assertLatelyInPlace };
}

function goneWords(path: string): string {
  return `${basename(path)} was deleted or moved away while it was open`;
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
