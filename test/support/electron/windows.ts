/** `BrowserWindow`, `ipcMain`: each window is a page of a real Chromium, with the bundle's own preload. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserWindow as ElectronWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import type { CDPSession, Page } from 'playwright-core';
import { toApp, toWindow } from './addresses.ts';
import { app, whenQuitting } from './app.ts';
import { browser } from './chromium-process.ts';
import type { StandInPort } from './message-ports.ts';
import { isolatedWorld, mainWorld } from './preload-world.ts';
import { respond } from './session.ts';
import { strict } from './strict.ts';
import { onCommand, report } from './test-channel.ts';

const worldName = 'preload';
const windows = new Set<BrowserWindow>();
let lastId = 0;
let focused: BrowserWindow | undefined;
function setFocused(window: BrowserWindow): void {
  focused = window;
}

const ipcEvents = new EventEmitter();
export const ipcMain = strict('ipcMain', ipcEvents);

/** What the isolated world says over its binding. */
type Said =
  | { type: 'ipc'; channel: string; args: unknown[] }
  | { type: 'port'; id: number; data: unknown }
  | { type: 'port-closed'; id: number };

/** Of what Electron tells it, the bundle looks at the address only. */
type WindowOpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

class StandInFrame {
  readonly parent = null;
  readonly #contents: StandInContents;

  constructor(contents: StandInContents) {
    this.#contents = contents;
  }

  get url(): string {
    return this.#contents.getURL();
  }

  postMessage(channel: string, message: unknown, transfer: StandInPort[] = []): void {
    if (message !== null) throw new Error('the stand-in carries no message beside a port');
    this.#contents.deliver(channel, [], transfer[0]);
  }
}

class StandInContents extends EventEmitter {
  readonly id = (lastId += 1);
  readonly #ports = new Map<number, StandInPort>();
  #page: Page | undefined;
  #cdp: CDPSession | undefined;
  #world: number | undefined;
  #lastPort = 0;
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' });

  getURL(): string {
    return toApp(this.#page?.url() ?? '');
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.deliver(channel, args, undefined);
  }

  /** Into the preload's world; with a port, whose other end stays here. */
  deliver(channel: string, args: unknown[], port: StandInPort | undefined): void {
    let id: number | null = null;
    if (port !== undefined) {
      id = this.#lastPort += 1;
      this.#ports.set(id, port);
      port.on('message', ({ data }: { data: unknown }) => this.#inWorld('post', id, data));
      port.on('close', () => {
        this.#inWorld('closePort', id);
        if (id !== null) this.#ports.delete(id);
      });
    }
    this.#inWorld('receive', channel, args, id);
    port?.start();
  }

  async open(page: Page, preload: string): Promise<void> {
    this.#page = page;
    const cdp = (this.#cdp = await page.context().newCDPSession(page));
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.#world = context.id;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === 'standInSend') this.#hear(JSON.parse(payload) as Said);
    });
    await cdp.send('Runtime.enable');
    await cdp.send('Page.enable');
    await cdp.send('Runtime.addBinding', { name: 'standInSend', executionContextName: worldName });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorld });
    const source = isolatedWorld(readFileSync(preload, 'utf8'), process.platform);
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName });
    page.on('framenavigated', (frame) => {
      // A new document has none of the ports that the one before it had.
      if (frame === page.mainFrame() && !this.#isSameDocument(frame.url())) this.#closePorts();
    });
    page.on('popup', (popup) => {
      const { action } = this.#windowOpenHandler({ url: popup.url() });
      if (action === 'deny') void popup.close();
    });
    await page.route('**/*', async (route) => {
      const request = route.request();
      if (!request.url().startsWith('https://nightshift.invalid/')) {
        // As `will-navigate` would; nothing of a test leaves the machine.
        if (!request.isNavigationRequest()) await route.abort();
        // "No content" leaves the document as it is.
        else if (this.#willNavigate(request.url()) === 'prevented') await route.fulfill({ status: 204 });
        else await route.abort();
        return;
      }
      const response = await respond(toApp(request.url()), request.method());
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
  }

  closed(): void {
    this.#closePorts();
    this.emit('destroyed');
  }

  #document = '';

  #isSameDocument(url: string): boolean {
    const [document = ''] = url.split('#', 1);
    const isSame = document === this.#document;
    this.#document = document;
    return isSame;
  }

  #willNavigate(url: string): 'prevented' | 'gone' {
    let prevented = false;
    this.emit('will-navigate', { url, preventDefault: () => (prevented = true) });
    if (prevented) return 'prevented';
    report({ type: 'opened', what: `the window went to ${url}` });
    return 'gone';
  }

  #hear(said: Said): void {
    switch (said.type) {
      case 'ipc':
        ipcEvents.emit(said.channel, { sender: this, senderFrame: new StandInFrame(this) }, ...said.args);
        break;
      case 'port':
        this.#ports.get(said.id)?.postMessage(said.data);
        break;
      case 'port-closed':
        this.#ports.get(said.id)?.close();
        this.#ports.delete(said.id);
        break;
    }
  }

  #closePorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  /** In order: the DevTools protocol answers calls in the order in which they were made. */
  #inWorld(method: string, ...args: unknown[]): void {
    if (this.#cdp === undefined || this.#world === undefined) return;
    const call = `standIn.${method}(${args.map((arg) => JSON.stringify(arg ?? null)).join(', ')})`;
    this.#cdp.send('Runtime.evaluate', { expression: call, contextId: this.#world }).catch(() => {
      // The document it was for is gone, and its ports with it.
    });
  }
}

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
    const { sandbox, contextIsolation, nodeIntegration } = options.webPreferences ?? {};
    if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false) {
      throw new Error('the stand-in makes windows with sandbox, context isolation and no Node only');
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
    await this.webContents.open(this.#page, preload);
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

  setProgressBar(_progress: number): void {}

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 40, y: 40, width: this.#options.width ?? 800, height: this.#options.height ?? 600 };
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
