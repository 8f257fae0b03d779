/** `BrowserWindow`: each window is a page of a real Chromium. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow as ElectronWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import type { Page } from 'playwright-core';
import { toWindow } from './addresses.ts';
import { app, whenQuitting } from './app.ts';
import { browser } from './chromium-process.ts';
import { StandInContents } from './contents.ts';
import { strict } from './strict.ts';
import { onCommand, report } from './test-channel.ts';

const windows = new Set<BrowserWindow>();
let focused: BrowserWindow | undefined;
function setFocused(window: BrowserWindow): void {
  focused = window;
}

/** What is safe in Electron's checklist of security, and what the stand-in therefore is. */
const required = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
} as const;
/** Others, such as `experimentalFeatures` and `enableBlinkFeatures`, it refuses. */
const known = new Set([...Object.keys(required), 'session', 'preload', 'navigateOnDragDrop', 'spellcheck']);

export class BrowserWindow extends EventEmitter {
  readonly webContents: StandInContents & Pick<WebContents, 'id'>;
  readonly #options: BrowserWindowConstructorOptions;
  #page: Page | undefined;
  #visible: boolean;
  #destroyed = false;

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return focused ?? null;
  }

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    if (!app.isReady()) throw new Error('a BrowserWindow cannot be made before app is ready');
    for (const [name, value] of Object.entries(required)) {
      if (options.webPreferences?.[name as keyof typeof required] === value) continue;
      throw new Error(`the stand-in makes windows with webPreferences.${name} = ${value} only`);
    }
    for (const name of Object.keys(options.webPreferences ?? {})) {
      if (!known.has(name)) throw new Error(`the stand-in does not know webPreferences.${name}`);
    }
    this.#options = options;
    this.#visible = options.show !== false;
    this.webContents = strict('webContents', new StandInContents());
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    const chromium = await browser();
    const [context] = chromium.contexts();
    if (context === undefined) throw new Error('Chromium has no context');
    this.#page = windows.size === 1 ? (context.pages()[0] ?? (await context.newPage())) : await context.newPage();
    const { preload } = this.#options.webPreferences ?? {};
    if (preload === undefined) throw new Error('the window has no preload');
    await this.webContents.open(this.#page, preload, this.getNormalBounds());
    await this.#page.goto(toWindow(url));
    this.focus();
    this.emit('ready-to-show');
  }

  show(): void {
    this.#visible = true;
    this.focus();
  }

  hide(): void {
    this.#visible = false;
    if (focused === this) focused = undefined;
  }

  focus(): void {
    setFocused(this);
    void this.#page?.bringToFront();
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isMinimized(): boolean {
    return false;
  }

  isMaximized(): boolean {
    return false;
  }

  restore(): void {}

  maximize(): void {}

  reload(): void {
    void this.#page?.reload();
  }

  setProgressBar(value: number): void {
    report({ type: 'progress', value });
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    const { x = 40, y = 40, width = 800, height = 600 } = this.#options;
    return { x, y, width, height };
  }

  /** As if the user had closed it. False when the bundle kept it. */
  close(): boolean {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (prevented) return false;
    this.destroy();
    return true;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    windows.delete(this);
    if (focused === this) focused = undefined;
    this.webContents.closed();
    this.emit('closed');
    const last = windows.size === 0;
    // Chromium ends with its last page; the next window needs it.
    if (last) void this.#page?.goto('about:blank');
    else void this.#page?.close();
    if (last) app.emit('window-all-closed');
  }
}

type Known = Pick<
  ElectronWindow,
  | 'show'
  | 'hide'
  | 'focus'
  | 'isVisible'
  | 'isMinimized'
  | 'isMaximized'
  | 'restore'
  | 'maximize'
  | 'reload'
  | 'destroy'
>;
BrowserWindow.prototype satisfies Known;

whenQuitting(() => {
  for (const window of windows) if (!window.close()) return false;
  return true;
});

onCommand('close-window', ({ index }) => void [...windows][index]?.close());
