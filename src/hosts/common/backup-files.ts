/** Backups as files to take away: `GET /backups/<name>`. */
import type { BackupFile } from '../../protocol/data.ts';

const prefix = '/backups/';

export function isBackupPath(path: string): boolean {
  return path.startsWith(prefix);
}

/** Looked up in the list of those that there are; its path is never put together from a request. */
export function backupAt(path: string, backups: readonly BackupFile[]): BackupFile | undefined {
  return backups.find(({ name }) => `${prefix}${name}` === path);
}

export function backupHeaders({ name, bytes }: BackupFile): readonly (readonly [string, string])[] {
  return [
    ['Content-Type', 'application/vnd.sqlite3'],
    ['Content-Disposition', `attachment; filename="${name}"`],
    ['Content-Length', String(bytes)],
  ];
}
