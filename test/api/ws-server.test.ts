import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createWsCarrier, type WsCarrier } from '../../src/api/carriers/ws-server.ts';
import { Probe, speakFor } from '../conformance/carrier-router.ts';

const calls = 100;
const megabyte = 'x'.repeat(1_000_000);

let server: Server;
let carrier: WsCarrier;
let url: string;
/** The server's end of the connection, and how many messages it has read. */
let served: WebSocket | undefined;
let read: number;
let paused: PromiseWithResolvers<void>;
let stuck: PromiseWithResolvers<void>;

beforeEach(async () => {
  const speak = speakFor(new Probe());
  read = 0;
  paused = Promise.withResolvers();
  stuck = Promise.withResolvers();
  carrier = createWsCarrier({
    maxPayloadBytes: 2_000_000,
    stuckMs: 500,
    onStuck: () => stuck.resolve(),
    speak(socket, request) {
      served = socket;
      speak(socket, request);
      socket.on('message', () => {
        read += 1;
        // The carrier's own listener comes after this one.
        queueMicrotask(() => {
          if (socket.isPaused) paused.resolve();
        });
      });
    },
  });
  server = createServer().on('upgrade', (request, socket, head) => carrier.upgrade(request, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
});
afterEach(async () => {
  await carrier.close(0);
  server.close();
});

describe('the WebSocket server', () => {
  test('does not listen to a client that asks and asks without reading the answers, until it reads them', async () => {
    const client = new WebSocket(url);
    await once(client, 'open');
    client.pause();
    for (let id = 1; id <= calls; id += 1) {
      client.send(JSON.stringify({ id, method: 'query', params: { path: 'echo', input: megabyte } }));
    }
    await paused.promise;
    for (let turn = 0; turn < 200; turn += 1) await nextTurn();
    expect(read).toBeLessThan(calls / 2);

    const answered = new Set<number>();
    const all = Promise.withResolvers<void>();
    client.on('message', (data: Buffer) => {
      const [, id = ''] = /^\{"id":(\d+),"result"/u.exec(data.toString('latin1', 0, 60)) ?? [];
      answered.add(Number(id));
      if (answered.size === calls) all.resolve();
    });
    client.resume();
    await all.promise;
    expect(read).toBe(calls);
    expect(served?.isPaused).toBe(false);
    client.terminate();
  });

  test('lets go of a client that was cut off while it was not listened to', async () => {
    const client = new WebSocket(url);
    await once(client, 'open');
    client.pause();
    for (let id = 1; id <= calls; id += 1) {
      client.send(JSON.stringify({ id, method: 'query', params: { path: 'echo', input: megabyte } }));
    }
    await paused.promise;
    expect(carrier.size).toBe(1);
    const gone = served === undefined ? undefined : once(served, 'close');
    client.terminate();
    await gone;
    expect(carrier.size).toBe(0);
  });

  test('cuts a client that subscribes and then takes nothing', async () => {
    const client = new WebSocket(url);
    await once(client, 'open');
    client.pause();
    client.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'flood' } }));
    await stuck.promise;
    await expect.poll(() => carrier.size).toBe(0);
    client.terminate();
  });
});
