/** What belongs to the desktop around the windows: questions, notifications, menus, tray, keyring, power. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions, MessageBoxOptions, MessageBoxReturnValue, SafeStorage } from 'electron';
import { app } from './app.ts';
import { settings } from './control.ts';
import { strict } from './strict.ts';
import { onCommand, report } from './test-channel.ts';

let lastDialog = 0;
const questions = new Map<number, (response: number) => void>();

export const dialog = strict('dialog', {
  showMessageBox({ message, detail = '', buttons = [] }: MessageBoxOptions): Promise<MessageBoxReturnValue> {
    const id = (lastDialog += 1);
    report({ type: 'dialog', id, message, detail, buttons });
    return new Promise((resolve) => {
      questions.set(id, (response) => resolve({ response, checkboxChecked: false }));
    });
  },
  showErrorBox: (title: string, content: string): void => report({ type: 'error-box', title, content }),
});
onCommand('answer', ({ id, response }) => questions.get(id)?.(response));

let lastNotification = 0;
const notifications = new Map<number, StandInNotification>();

class StandInNotification extends EventEmitter {
  readonly #id = (lastNotification += 1);
  readonly #title: string;
  readonly #body: string;

  static isSupported(): boolean {
    return true;
  }

  constructor({ title = '', body = '' }: { title?: string; body?: string }) {
    super();
    this.#title = title;
    this.#body = body;
    notifications.set(this.#id, this);
  }

  show(): void {
    report({ type: 'notification', id: this.#id, title: this.#title, body: this.#body });
  }

  close(): void {
    notifications.delete(this.#id);
    this.emit('close');
  }
}
export { StandInNotification as Notification };
onCommand('click-notification', ({ id }) => void notifications.get(id)?.emit('click'));

type Item = MenuItemConstructorOptions;
const clicks = new Map<string, () => void>();

function collect(items: readonly Item[]): void {
  for (const { label, click, submenu } of items) {
    if (label !== undefined && click !== undefined) clicks.set(label, click as () => void);
    if (Array.isArray(submenu)) collect(submenu);
  }
}

function wordsOf(items: readonly Item[]): string[] {
  return items.flatMap(({ label, submenu }) => [
    ...(label === undefined ? [] : [label]),
    ...(Array.isArray(submenu) ? wordsOf(submenu) : []),
  ]);
}

export const Menu = strict('Menu', {
  buildFromTemplate(template: Item[]): { items: Item[] } {
    collect(template);
    return { items: template };
  },
  setApplicationMenu(menu: { items: Item[] }): void {
    report({ type: 'menu', items: wordsOf(menu.items) });
  },
});
onCommand('click-menu', ({ label }) => {
  const click = clicks.get(label);
  if (click === undefined)
    throw new Error(`there is no menu item "${label}"; there are ${[...clicks.keys()].join(', ')}`);
  click();
});

export const nativeImage = strict('nativeImage', {
  createFromPath(path: string) {
    if (!existsSync(path)) throw new Error(`there is no image ${path}`);
    return { setTemplateImage: (): void => undefined };
  },
});

export class Tray extends EventEmitter {
  #toolTip = '';
  #destroyed = false;

  setToolTip(toolTip: string): void {
    this.#toolTip = toolTip;
  }

  setContextMenu(menu: { items: Item[] }): void {
    report({ type: 'tray', toolTip: this.#toolTip, items: menu.items.flatMap(({ label }) => label ?? []) });
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  destroy(): void {
    this.#destroyed = true;
  }
}

/** A keyring of its own: a key beside the profile, as the system keeps one beside the app. */
function keyringKey(): Buffer {
  const file = join(process.env[settings.userData] ?? '', 'keyring');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}

export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(app.isReady()),
  getSelectedStorageBackend: () =>
    (process.env[settings.keyring] ?? 'gnome_libsecret') as ReturnType<SafeStorage['getSelectedStorageBackend']>,
  encryptStringAsync(text: string): Promise<Buffer> {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keyringKey(), iv);
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Promise.resolve(Buffer.concat([iv, cipher.getAuthTag(), body]));
  },
  decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const decipher = createDecipheriv('aes-256-gcm', keyringKey(), encrypted.subarray(0, 12));
    decipher.setAuthTag(encrypted.subarray(12, 28));
    const result = Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]).toString('utf8');
    return Promise.resolve({ result, shouldReEncrypt: false });
  },
} satisfies Partial<SafeStorage>);

export const powerMonitor = strict('powerMonitor', new EventEmitter());
onCommand('power', ({ event }) => void powerMonitor.emit(event));

export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1_600, height: 1_200 } }],
});

export const shell = strict('shell', {
  openExternal(url: string): Promise<void> {
    report({ type: 'opened', what: url });
    return Promise.resolve();
  },
  openPath(path: string): Promise<string> {
    report({ type: 'opened', what: path });
    return Promise.resolve('');
  },
});

export const crashReporter = strict('crashReporter', { start: (): void => undefined });
export const autoUpdater = strict('autoUpdater', new EventEmitter());
