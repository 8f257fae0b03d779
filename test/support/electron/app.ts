/** `app`: life, paths, one instance. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import type { App } from 'electron';
import manifest from '../../../package.json' with { type: 'json' };
import { settings } from './control.ts';
import { strict } from './strict.ts';
import { onCommand, report } from './test-channel.ts';

const userData = process.env[settings.userData];
if (userData === undefined) throw new Error(`${settings.userData} is not set`);
const lockFile = join(userData, 'instance.sock');
const pidFile = join(userData, 'instance.pid');

/** An instance that was killed has left its file, and is not there. */
function isTaken(): boolean {
  if (!existsSync(pidFile)) return false;
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

Object.defineProperty(process, 'resourcesPath', { value: process.env[settings.resources] });

/** Closes all windows; false when one was kept open. Set by the windows. */
let closeWindows: () => boolean = () => true;
export function whenQuitting(close: () => boolean): void {
  closeWindows = close;
}

class StandInApp extends EventEmitter {
  readonly isPackaged = true;
  readonly name = 'Nightshift';
  readonly #paths = new Map<string, string>([
    ['userData', join(userData ?? '', 'profile')],
    ['logs', join(userData ?? '', 'profile', 'logs')],
    ['downloads', join(userData ?? '', 'downloads')],
  ]);
  readonly #ready: Promise<void>;
  #isReady = false;

  constructor() {
    super();
    // As in Electron: later than the main script, whose listeners are there by then.
    this.#ready = new Promise((resolve) => {
      setTimeout(() => {
        this.#isReady = true;
        this.emit('ready');
        resolve();
      }, 20);
    });
    for (const path of this.#paths.values()) mkdirSync(path, { recursive: true });
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`the stand-in has no path ${name}`);
    return path;
  }

  setPath(name: string, path: string): void {
    if (name === 'userData' && this.#isReady) throw new Error('userData has to be set before ready');
    this.#paths.set(name, path);
  }

  getAppPath(): string {
    return join(import.meta.dirname, '..', '..', '..', 'out', 'desktop-check', 'app');
  }

  getVersion(): string {
    return manifest.version;
  }

  getLocale(): string {
    return process.env[settings.locale] ?? 'en-US';
  }

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() must be called before ready');
  }

  setAsDefaultProtocolClient(protocol: string): boolean {
    report({ type: 'opened', what: `default client for ${protocol}` });
    return true;
  }

  setBadgeCount(count = 0): boolean {
    report({ type: 'badge', count });
    return true;
  }

  /** A socket: whoever can listen on it is the first; the second tells the first its arguments, as Electron does. */
  requestSingleInstanceLock(): boolean {
    if (isTaken()) {
      const socket = createConnection(lockFile);
      socket.end(JSON.stringify(process.argv));
      return false;
    }
    rmSync(lockFile, { force: true });
    createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.on('end', () => this.emit('second-instance', {}, JSON.parse(text), process.cwd()));
    })
      .listen(lockFile)
      .unref();
    writeFileSync(pidFile, String(process.pid));
    return true;
  }

  quit(): void {
    if (!this.#emitPreventable('before-quit')) return;
    if (!closeWindows()) return;
    if (!this.#emitPreventable('will-quit')) return;
    this.exit(0);
  }

  #ended = false;

  exit(code = 0): void {
    if (this.#ended) return;
    this.#ended = true;
    this.emit('quit', {}, code);
    report({ type: 'quit', code });
    // The report has to leave first.
    setTimeout(() => process.exit(code), 20);
  }

  #emitPreventable(event: string): boolean {
    let prevented = false;
    this.emit(event, { preventDefault: () => (prevented = true) });
    return !prevented;
  }
}

type Known = Pick<
  App,
  | 'isPackaged'
  | 'name'
  | 'whenReady'
  | 'isReady'
  | 'getPath'
  | 'setPath'
  | 'getAppPath'
  | 'getVersion'
  | 'getLocale'
  | 'enableSandbox'
  | 'setAsDefaultProtocolClient'
  | 'setBadgeCount'
  | 'requestSingleInstanceLock'
  | 'quit'
  | 'exit'
>;

export const app = strict('app', new StandInApp() satisfies Known);

onCommand('quit', () => app.quit());
onCommand('open-url', ({ url }) => void app.emit('open-url', { preventDefault: () => undefined }, url));
