/** Where the desktop keeps everything, where that is not the system's usual folder. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app } from 'electron';

/**
 * `folder`: for a second profile beside the first, or one on another disk. Before the instance's lock, which lies in it:
 * each profile has an instance of its own.
 */
export function moveProfile(folder: string | undefined): void {
  if (folder === undefined || folder === '') return;
  const userData = resolve(folder);
  const logs = join(userData, 'logs');
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  app.setPath('logs', logs);
}
