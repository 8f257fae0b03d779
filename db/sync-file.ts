import { closeSync, fsyncSync, openSync } from 'node:fs';

/** What was written to a file, or which names a folder holds, is on the disk when this returns. */
export function syncFile(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
