/** The data folder of this host: how large it is, and its backups. */
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFolder } from '../../engine/ports.ts';
import { BackupName, type BackupFile } from '../../protocol/data.ts';

export interface DataFolderOptions {
  folder: string;
  /** The database's file. */
  file: string;
  /**
   * Copies the database in a process of its own, with the module `src/hosts/common/backup-process.ts`. Rejects with what it
   * said for people.
   */
  copy(file: string, target: string): Promise<void>;
  now: () => number;
}

export function openDataFolder({ folder, file, copy, now }: DataFolderOptions): DataFolder {
  const backupFolder = join(folder, 'backups');

  function backups(): BackupFile[] {
    return names(backupFolder)
      .filter((name) => BackupName.safeParse(name).success)
      .flatMap((name) => {
        const path = join(backupFolder, name);
        const stat = statSync(path, { throwIfNoEntry: false });
        return stat === undefined ? [] : [{ name, path, bytes: stat.size, at: stat.mtimeMs }];
      })
      .sort((one, other) => (one.name < other.name ? 1 : -1));
  }

  return {
    path: folder,
    sizes: () => ({ databaseBytes: sizeOf(file), logBytes: sizeOf(`${file}-wal`), freeBytes: freeBytes(folder) }),
    backups,
    async backUp() {
      const target = join(backupFolder, `nightshift-${stamp(now())}.db`);
      try {
        mkdirSync(backupFolder, { recursive: true, mode: 0o700 });
        await copy(file, target);
      } catch (error) {
        throw new Error(`The backup was not made. ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
    removeBackup(name) {
      rmSync(join(backupFolder, BackupName.parse(name)), { force: true });
    },
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // Nobody has made one yet, or something else has the name.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}

/** 0 for a file that is not there. Looks at the name only: the database's files are opened by SQLite and nobody else. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // A file system that does not tell, such as some network shares.
    return null;
  }
}

/** `20261122-140509-123`, in UTC: sorted by name is sorted by time. */
function stamp(at: number): string {
  return new Date(at)
    .toISOString()
    .replace(/[-:]/gu, '')
    .replace('T', '-')
    .replace(/\.(\d{3})Z$/u, '-$1');
}
