/** Updates, where somebody publishes them: off until `NIGHTSHIFT_UPDATE_FEED` names a feed. */
import { app, Notification } from 'electron';
import { updateElectronApp, UpdateSourceType } from 'update-electron-app';
import type { Log } from '../../engine/ports.ts';
import type { Words } from './words.ts';

export interface UpdateSurroundings {
  /** The base URL of a static storage, laid out as update-electron-app wants it. */
  feed: string | undefined;
  isPackaged: boolean;
  platform: NodeJS.Platform;
  arch: string;
}

/** Where this app's updates are; or, with a reason for the log, that there are none. */
export function updatesOf({ feed, isPackaged, platform, arch }: UpdateSurroundings): { baseUrl: string } | string {
  if (feed === undefined || feed === '') return 'No update feed is set: updates are off.';
  if (!isPackaged) return 'Updates are for packaged apps only.';
  if (platform === 'linux') return "On Linux updates are the package manager's matter.";
  return { baseUrl: `${feed.replace(/\/$/u, '')}/${platform}/${arch}` };
}

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
