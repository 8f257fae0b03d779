/** Updates, where somebody publishes them: off until `NIGHTSHIFT_UPDATE_FEED` names a feed. */
import { app, Notification } from 'electron';
import { updateElectronApp, UpdateSourceType } from 'update-electron-app';
import type { Log } from '../../engine/ports.ts';
import { updatesOf } from './update-feed.ts';
import type { Words } from './words.ts';

/** Looks for updates from now on. One that is there is told, and used at the next start: no work is cut off for it. */
export function followUpdates(feed: string | undefined, words: Words, log: Log): void {
  const { platform, arch } = process;
  const source = updatesOf({ feed, isPackaged: app.isPackaged, platform, arch });
  if (typeof source === 'string') {
    log('debug', source);
    return;
  }
  const say = (message: string): void => log('info', message);
  const warn = (message: string): void => log('warn', message);
  updateElectronApp({
    updateSource: { type: UpdateSourceType.StaticStorage, baseUrl: source.baseUrl },
    logger: { log: say, info: say, warn, error: warn },
    onNotifyUser: () => new Notification({ title: app.name, body: words.updateReady }).show(),
  });
}
