/**
 * Why the database takes no writes, in words for people: what happened, and what to do next. SQLite's codes become a few
 * kinds; what SQLite cannot see by itself (its file is not in its place any more, a check found damage) has an error of
 * its own.
 */
import { sqliteCode, StoreError } from './store-error.ts';

export type StorageFaultKind = 'full' | 'read-only' | 'locked' | 'damaged' | 'deleted' | 'replaced' | 'io';

/** Found by Nightshift, not by SQLite. */
export class StorageFault extends Error {
  readonly kind: StorageFaultKind;

  constructor(kind: StorageFaultKind, message: string) {
    super(message);
    this.name = 'StorageFault';
    this.kind = kind;
  }
}

export interface StorageFaultWords {
  readonly kind: StorageFaultKind;
  /** Goes on after "The database takes no writes: "; without a full stop. */
  readonly what: string;
  /** A sentence. */
  readonly next: string;
  /** It does not end while this process runs, so nothing is tried again. */
  readonly lasting: boolean;
}

const nextSteps: Record<StorageFaultKind, string> = {
  full: 'Free some space; it goes on by itself.',
  'read-only': 'Make the disk and the file writable again; it goes on by itself.',
  locked: 'Close the other program that has the file open; it goes on by itself.',
  damaged:
    'Stop Nightshift, put a backup in its place, and delete the files beside it that end in -wal and -shm: they belong to the damaged one.',
  deleted: 'Move the file back if it was moved; it goes on by itself. Else stop Nightshift and restore a backup.',
  replaced: 'Stop Nightshift, put the right file in its place, and start it again.',
  io: 'Look at the disk and the system log; it goes on by itself when the disk works again.',
};

/** The disk does not take the write now, or its file is not to be trusted. Not the writer's fault. */
export function isStorageFault(error: unknown): boolean {
  return error instanceof StorageFault || kindOfCode(sqliteCode(error)) !== undefined;
}

/** For an error of which `isStorageFault` holds. */
export function explainFault(error: unknown): StorageFaultWords {
  const kind = error instanceof StorageFault ? error.kind : (kindOfCode(sqliteCode(error)) ?? 'io');
  const own = error instanceof Error ? error.message : String(error);
  return { kind, what: whatHappened(kind, own), next: nextSteps[kind], lasting: kind === 'damaged' };
}

/** A disk that does not take a start's writes, or a page that cannot be read, is a message and no defect. */
export function startRefusal(error: unknown, file: string): unknown {
  const fault = error instanceof Error && !isStorageFault(error) ? error.cause : error;
  if (error instanceof StoreError || !isStorageFault(fault)) return error;
  const { kind, what, next } = explainFault(fault);
  const code = kind === 'damaged' ? 'damaged' : kind === 'read-only' ? 'read-only' : 'no-writes';
  return new StoreError(code, `${file} cannot be used: ${what}. ${next}`, { cause: error });
}

function kindOfCode(code: string | undefined): StorageFaultKind | undefined {
  if (code === undefined) return undefined;
  if (code === 'SQLITE_READONLY_DBMOVED') return 'deleted';
  const family = /^SQLITE_([A-Z]+)/u.exec(code)?.[1] ?? '';
  return kindsByFamily[family];
}

const kindsByFamily: Readonly<Record<string, StorageFaultKind>> = {
  FULL: 'full',
  READONLY: 'read-only',
  PERM: 'read-only',
  BUSY: 'locked',
  LOCKED: 'locked',
  CORRUPT: 'damaged',
  NOTADB: 'damaged',
  IOERR: 'io',
  CANTOPEN: 'io',
  NOMEM: 'io',
  AUTH: 'io',
};

function whatHappened(kind: StorageFaultKind, own: string): string {
  switch (kind) {
    case 'full':
      return 'the disk is full';
    case 'read-only':
      return `the disk or the file is read-only (${own})`;
    case 'locked':
      return `another process holds it locked (${own})`;
    case 'damaged':
      return `its file is damaged (${own})`;
    case 'deleted':
    case 'replaced':
      return own;
    case 'io':
      return `the disk failed (${own})`;
  }
}
