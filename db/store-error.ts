/** Why a data folder cannot be used, or a write was refused by the disk. The message is for people; nothing was changed. */
export type StoreErrorCode =
  /** Another running instance holds the folder. */
  | 'in-use'
  /** Written by a newer Nightshift. */
  | 'newer-version'
  /** The file is there but is no Nightshift database. */
  | 'not-a-database'
  /** The folder or the file cannot be written. */
  | 'read-only'
  /** It is a database of ours, and a page of it cannot be read. */
  | 'damaged'
  /** The disk is full or fails, or another process holds the file: the same start may work later. */
  | 'no-writes'
  /** This runtime cannot run the database at all. */
  | 'unsupported';

export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** SQLite's result code of an error thrown by better-sqlite3, e.g. `SQLITE_FULL`; undefined for other errors. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && error.code.startsWith('SQLITE_') ? error.code : undefined;
}
