/** `webContents`, `ipcMain`: what of a window is its page, with the bundle's own preload in a world of its own. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { inWindow, toApp } from './addresses.ts';
import { startDownload } from './downloads.ts';
import type { StandInPort } from './message-ports.ts';
import { applyPermissions } from './permissions.ts';
import { isolatedWorld, mainWorld } from './preload-world.ts';
import { respond } from './session.ts';
import { report } from './test-channel.ts';
import { strict } from './strict.ts';

const worldName = 'preload';
let lastId = 0;

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

export class StandInContents extends EventEmitter {
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

  async open(page: Page, preload: string, size: { width: number; height: number }): Promise<void> {
    this.#page = page;
    const cdp = (this.#cdp = await page.context().newCDPSession(page));
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.#world = context.id;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === 'standInSend') this.#hear(JSON.parse(payload) as Said);
    });
    await applyPermissions(cdp);
    const { width, height } = size;
    await cdp.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await cdp.send('Runtime.enable');
    await cdp.send('Page.enable');
    // Windows stand side by side; tabs, which these are to Chromium, do not.
    await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
    await cdp.send('Runtime.addBinding', { name: 'standInSend', executionContextName: worldName });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorld });
    const source = isolatedWorld(readFileSync(preload, 'utf8'), process.platform);
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName });
    page.on('framenavigated', (frame) => {
      // A new document has none of the ports that the one before it had.
      if (frame === page.mainFrame() && !this.#isSameDocument(frame.url())) this.#closePorts();
    });
    cdp.on('Page.windowOpen', ({ url }) => {
      const { action } = this.#windowOpenHandler({ url: toApp(url) });
      if (action === 'allow') report({ type: 'opened', what: `a window with ${url}` });
    });
    // In Electron one that is denied is never made.
    page.on('popup', (popup) => void popup.close());
    await page.route('**/*', async (route) => {
      const request = route.request();
      const isNavigation = request.isNavigationRequest() && request.frame() === page.mainFrame();
      // "No content" leaves the document as it is.
      if (isNavigation && this.#willNavigate(request.url()) === 'prevented') return route.fulfill({ status: 204 });
      // Nothing of a test leaves the machine.
      if (!request.url().startsWith(`${inWindow}/`)) return route.abort();
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

  /** As if the page had been asked for it, but for the main process. */
  downloadURL(url: string): void {
    void startDownload({ url, initiator: '' });
  }

  #willNavigate(url: string): 'prevented' | 'gone' {
    let prevented = false;
    this.emit('will-navigate', { url: toApp(url), preventDefault: () => (prevented = true) });
    if (prevented) return 'prevented';
    if (!url.startsWith(`${inWindow}/`)) report({ type: 'opened', what: `the window went to ${url}` });
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
