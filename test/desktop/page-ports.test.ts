/** The desktop's carrier from end to end: the page's own transport, a port that it asked for, and the router behind it. */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { ipcMain, type MessagePortMain } from 'electron';
import { expect, test } from 'vitest';
import type { Speak } from '../../src/api/carriers/serve-transport.ts';
import { connectChannel, portChannel } from '../../src/hosts/electron/channels.ts';
import type { Door } from '../../src/hosts/common/service.ts';
import { servePorts } from '../../src/hosts/electron/page-ports.ts';
import { desktopTransport, type DesktopWindow } from '../../src/renderer/connection/desktop-transport.ts';
import { describeCarrier } from '../conformance/carrier.ts';
import { slowPortReader } from '../conformance/slow-port-reader.ts';

const page = 'app://nightshift/index.html';

/** A main process that serves ports, and windows that ask for one. */
class Bench {
  readonly refused: unknown[] = [];
  readonly #open = new Set<MessagePortMain>();
  readonly #door: Door;
  #lastWindow = 0;

  constructor(speak: Speak) {
    this.#door = servePorts({ speak }, (_level, _line, fields) => this.refused.push(fields?.['url']));
  }

  /** Asks as a frame of a new window, or of the given one; `take` gets the port as a page has it. */
  ask(take: (port: MessagePort) => void, { url = page, parent = null, window = (this.#lastWindow += 1) }: Asking = {}) {
    const senderFrame = {
      url,
      parent,
      postMessage: (channel: string, _message: unknown, [port]: MessagePortMain[]) => {
        if (channel !== portChannel || port === undefined) throw new Error('no port came');
        take(this.#bridge(port));
      },
    };
    ipcMain.emit(connectChannel, { sender: { id: window }, senderFrame });
  }

  /** As Chromium does: what is posted to one end comes out of the other, and the end of one is that of both. */
  #bridge(port: MessagePortMain): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#open.add(port);
    port1.on('message', (frame: unknown) => port.postMessage(frame));
    port1.on('close', () => port.close());
    port.on('message', ({ data }) => port1.postMessage(data));
    port.on('close', () => {
      this.#open.delete(port);
      port1.close();
    });
    port.start();
    return port2;
  }

  /** A window with the page in it. */
  window(): DesktopWindow {
    const messages = new EventEmitter();
    const number = (this.#lastWindow += 1);
    const timers = new Map<number, NodeJS.Timeout>();
    let lastTimer = 0;
    const window: DesktopWindow = {
      nightshiftDesktop: {
        platform: process.platform,
        connect: () =>
          this.ask(
            (port) =>
              setImmediate(() => messages.emit('message', { source: window, data: portChannel, ports: [port] })),
            {
              window: number,
            },
          ),
      },
      setTimeout(run, ms) {
        timers.set((lastTimer += 1), setTimeout(run, ms));
        return lastTimer;
      },
      clearTimeout: (timer) => clearTimeout(timers.get(timer)),
      addEventListener: (type, listener) => void messages.on(type, listener),
      removeEventListener: (type, listener) => void messages.off(type, listener),
    };
    return window;
  }

  cut(): void {
    for (const port of this.#open) port.close();
  }

  close(): Promise<void> {
    return this.#door.close(0);
  }
}

interface Asking {
  url?: string;
  parent?: object | null;
  window?: number;
}

describeCarrier('MessagePortMain (Electron)', (speak) => {
  const bench = new Bench(speak);
  const transport = desktopTransport(bench.window());
  if (transport === undefined) throw new Error('the window has no bridge');
  return Promise.resolve({
    client: transport,
    cut: () => bench.cut(),
    slowReader: () => new Promise((resolve) => bench.ask((port) => resolve(slowPortReader(port)))),
    close: () => bench.close(),
  });
});

test('a port goes to the page itself only, and a page has one at a time', async () => {
  const bench = new Bench(() => undefined);
  const given: MessagePort[] = [];
  const take = (port: MessagePort) => void given.push(port);
  bench.ask(take, { url: 'https://example.com/' });
  bench.ask(take, { url: 'app://elsewhere/index.html' });
  bench.ask(take, { parent: {} });
  expect(given).toEqual([]);
  expect(bench.refused).toEqual(['https://example.com/', 'app://elsewhere/index.html', page]);

  bench.ask(take, { window: 1_000 });
  const closed = new Promise<void>((resolve) => given[0]?.once('close', () => resolve()));
  bench.ask(take, { window: 1_000 });
  await closed;
  expect(given).toHaveLength(2);
  await bench.close();
});
