/**
 * `--inspect`: a WebSocket on this machine's loopback that sends @statelyai/inspect's events to whoever connects, as its
 * `createWebSocketReceiver` does; and a page at the same address that hands them to Stately's own inspector in a frame.
 *
 * The package's own relay listens on all addresses and asks nobody for anything. Here the address holds a key made for this
 * run, and a page of another site is not answered.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { StatelyInspectionEvent } from '@statelyai/inspect';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Engine } from '../../engine/engine.ts';
import { createAccessCheck, type AccessCheck } from './access.ts';
import { StartError } from '../common/exit-codes.ts';
import { createInspectEvents } from './inspect-events.ts';
import { inspectPage } from './inspect-page.ts';

const address = '127.0.0.1';
/** A reader that is so far behind is cut off: it would only make this process larger. */
const maxUnreadBytes = 16 * 2 ** 20;
const maxReaders = 16;

export interface InspectServer {
  /** `http://127.0.0.1:<port>/<key>`: the page; with `ws:` the events. */
  readonly url: string;
  /** Twice is harmless. */
  close(): Promise<void>;
}

/** Rejects with `StartError` when the port cannot be had. Begins to inspect at once: call it before the engine starts. */
export async function startInspectServer(options: {
  engine: Pick<Engine, 'inspection' | 'actorsNow'>;
  /** 0: any free one. */
  port: number;
}): Promise<InspectServer> {
  const path = `/${randomBytes(16).toString('base64url')}`;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, perMessageDeflate: false });
  const server = createServer({ maxHeaderSize: 8 * 1_024 });
  const port = await listen(server, options.port);
  const check = createAccessCheck({ host: address, port, allowedHosts: [] });
  const events = createInspectEvents(options.engine, (event) => {
    if (sockets.clients.size === 0) return;
    const text = JSON.stringify(event);
    for (const socket of sockets.clients) sendTo(socket, text);
  });

  server.on('request', (request, response) => answer(request, response, { path, check }));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (!isKnown(request, path) || check(request.headers, false) !== undefined || sockets.clients.size >= maxReaders) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (reader) => {
      // What a reader sends is of no interest; an error is followed by its end.
      reader.on('error', () => reader.terminate());
      events.introduce((event: StatelyInspectionEvent) => sendTo(reader, JSON.stringify(event)));
    });
  });

  let closing: Promise<void> | undefined;
  return {
    url: `http://${address}:${port}${path}`,
    close: () =>
      (closing ??= new Promise((resolve) => {
        events.close();
        for (const socket of sockets.clients) socket.close(1_001);
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets.clients) socket.terminate();
      })),
  };
}

function sendTo(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
  else socket.send(text);
}

function answer(request: IncomingMessage, response: ServerResponse, door: { path: string; check: AccessCheck }): void {
  const isPage = request.method === 'GET' && isKnown(request, door.path);
  if (!isPage || door.check(request.headers, true) !== undefined) {
    response.writeHead(isPage ? 403 : 404, { 'Content-Length': 0 }).end();
    return;
  }
  const page = inspectPage(request.headers.host ?? '', door.path, randomBytes(16).toString('base64'));
  response.writeHead(200, page.headers).end(page.html);
}

function isKnown(request: IncomingMessage, path: string): boolean {
  const [asked, known] = [Buffer.from(request.url ?? ''), Buffer.from(path)];
  return asked.length === known.length && timingSafeEqual(asked, known);
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host: address, port }, resolve);
  try {
    await promise;
  } catch (error) {
    throw new StartError(
      'address',
      `Port ${port} for the Stately Inspector cannot be had: ${error instanceof Error ? error.message : String(error)}. ` +
        'Choose another with --inspect-port (0 takes any free one).',
      { cause: error },
    );
  }
  server.off('error', reject);
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}
