/** Updates, where somebody publishes them: off until `NIGHTSHIFT_UPDATE_FEED` or the package names a feed. */
import { app } from 'electron';
import { updateElectronApp, UpdateSourceType } from 'update-electron-app';
import type { Log } from '../../engine/ports.ts';

/** `feed`: the base URL of a static storage, laid out as update-electron-app wants it. */
export function followUpdates(feed: string | undefined, log: Log): void {
  if (feed === undefined || feed === '') {
    log('debug', 'No update feed is set: updates are off.');
    return;
  }
  if (!app.isPackaged) {
    log('info', 'Updates are for packaged apps only.');
    return;
  }
  if (process.platform === 'linux') {
    log('info', "On Linux updates are the package manager's matter.");
    return;
  }
  const say = (message: string): void => log('info', message);
  const warn = (message: string): void => log('warn', message);
  updateElectronApp({
    updateSource: { type: UpdateSourceType.StaticStorage, baseUrl: `${feed}/${process.platform}/${process.arch}` },
    logger: { log: say, info: say, warn, error: warn },
  });
}
