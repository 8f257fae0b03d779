/**
 * Downloads: what the page hands out goes to the bundle's `will-download`, then to a save dialog, which the test answers. A
 * `blob:` is Chromium's to write; what has an address of the app's is asked of its protocol handler, as in Electron.
 */
import { EventEmitter } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { DownloadItem, SaveDialogOptions } from 'electron';
import { inWindow, toApp } from './addresses.ts';
import { app } from './app.ts';
import { defaultSession, respond } from './session.ts';
import { strict } from './strict.ts';
import { onCommand, report } from './test-channel.ts';

interface Started {
  url: string;
  initiator: string;
  fileName?: string;
  /** Writes what was downloaded; rejects where that cannot be. */
  save?: (path: string) => Promise<void>;
  cancel?: () => void;
}

class StandInDownload extends EventEmitter {
  readonly #started: Started;
  readonly fileName: string;
  options: SaveDialogOptions = {};
  path = '';

  constructor(started: Started, fileName: string) {
    super();
    this.#started = started;
    this.fileName = fileName;
  }

  getURL(): string {
    return this.#started.url;
  }

  getInitiatorOrigin(): string {
    return this.#started.initiator;
  }

  getFilename(): string {
    return this.fileName;
  }

  getSavePath(): string {
    return this.path;
  }

  setSaveDialogOptions(options: SaveDialogOptions): void {
    this.options = options;
  }
}

type Known = Pick<
  DownloadItem,
  'getURL' | 'getInitiatorOrigin' | 'getFilename' | 'getSavePath' | 'setSaveDialogOptions'
>;
StandInDownload.prototype satisfies Known;

/** Answers that no dialog has asked for yet, and dialogs that nobody has answered yet. */
const answers: (string | null)[] = [];
const dialogs: ((path: string | null) => void)[] = [];
onCommand('save-as', ({ path }) => {
  const dialog = dialogs.shift();
  if (dialog === undefined) answers.push(path);
  else dialog(path);
});

function askForPath(): Promise<string | null> {
  const answer = answers.shift();
  return answer === undefined ? new Promise((resolve) => dialogs.push(resolve)) : Promise.resolve(answer);
}

/** As if the page, or the main process (`initiator` is then empty), had started it. */
export async function startDownload(started: Started): Promise<void> {
  const response = started.save === undefined ? await respond(started.url, 'GET') : undefined;
  const file = started.fileName ?? fileNameOf(response?.headers.get('content-disposition') ?? '', started.url);
  const item = new StandInDownload(started, file);
  const end = (state: 'completed' | 'cancelled' | 'interrupted'): void => {
    report({ type: 'download', file, state });
    item.emit('done', {}, state);
  };
  let prevented = false;
  defaultSession.emit('will-download', { preventDefault: () => (prevented = true) }, strict('DownloadItem', item));
  if (prevented) {
    started.cancel?.();
    report({ type: 'download', file, state: 'refused' });
    return;
  }
  const { title = started.url, defaultPath = file } = item.options;
  report({ type: 'save-dialog', title, defaultPath });
  const path = await askForPath();
  if (path === null) {
    started.cancel?.();
    end('cancelled');
    return;
  }
  item.path = path;
  try {
    if (started.save !== undefined) await started.save(path);
    else if (response?.ok === true) writeFileSync(path, Buffer.from(await response.arrayBuffer()));
    else throw new Error(`status ${response?.status}`);
    end('completed');
  } catch {
    end('interrupted');
  }
}

function fileNameOf(disposition: string, url: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/u.exec(disposition)?.[1];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  return /filename="([^"]+)"/u.exec(disposition)?.[1] ?? new URL(url).pathname.split('/').at(-1) ?? 'download';
}

/** From now on what Chromium would download goes the bundle's way. */
export async function takeDownloads(browser: Browser): Promise<void> {
  const folder = join(app.getPath('userData'), 'downloading');
  mkdirSync(folder, { recursive: true });
  const cdp = await browser.newBrowserCDPSession();
  const ended = new EventEmitter();
  await cdp.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: folder,
    eventsEnabled: true,
  });
  cdp.on('Browser.downloadProgress', ({ guid, state }) => {
    if (state !== 'inProgress') ended.emit(guid, state);
  });
  cdp.on('Browser.downloadWillBegin', ({ guid, url, suggestedFilename }) => {
    const cancel = (): void => void cdp.send('Browser.cancelDownload', { guid }).catch(() => undefined);
    const initiator = toApp(inWindow);
    if (!url.startsWith('blob:')) {
      cancel();
      void startDownload({ url: toApp(url), initiator, fileName: suggestedFilename });
      return;
    }
    const written = new Promise<string>((resolve) => ended.once(guid, resolve));
    void startDownload({
      url: `blob:${toApp(url.slice('blob:'.length))}`,
      initiator,
      fileName: suggestedFilename,
      cancel,
      async save(path) {
        if ((await written) !== 'completed') throw new Error('Chromium could not write it');
        renameSync(join(folder, guid), path);
      },
    });
  });
}
