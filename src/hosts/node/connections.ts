/** How many connections there may be, how long they may take, and what they hear who do not speak HTTP. */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../engine/ports.ts';
import { rawRefusal, refuse, setCommonHeaders, type Refusal } from './answers.ts';

/** Everything that is connected, with or without the token. A system gives a process 1,024 files or more. */
const maxConnections = 512;
/** Open WebSockets. One token is one client: pages and programs of one person, who has a few. */
export const maxWebSockets = 64;
/** A connection that has taken nothing of an answer for so long is cut. */
const stuckMs = 30_000;
/** Of one line in the log, when there are too many connections. */
const complaintMs = 60_000;

/** How long somebody who was refused may take to read why. */
const lingerMs = 1_000;

export const httpLimits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** How often the two above are looked at; by default every 30 s. */
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16 * 1024,
  /** Refused with words by our own check of the name. */
  requireHostHeader: false,
};

export function guardConnections(server: Server, log: Log): void {
  server.maxConnections = maxConnections;
  let complainedAt = -Infinity;
  server.on('drop', () => {
    if (performance.now() - complainedAt < complaintMs) return;
    complainedAt = performance.now();
    log('warn', `Connections are turned away: ${maxConnections} are open, the most there may be.`);
  });

  server.setTimeout(stuckMs, (socket: Socket) => {
    // Quiet connections are fine (a call that takes long, events that do not come). Those that do not read are not.
    if (socket.writableLength > 0) socket.destroy();
  });

  /** Connections in the middle of an answer, which words of ours would damage. */
  const answering = new WeakSet<Duplex>();
  /** Connections that were told why. What they go on sending is bad HTTP too. */
  const told = new WeakSet<Duplex>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.add(socket);
    response.once('close', () => answering.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (told.has(socket)) return;
    told.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET' || answering.has(socket)) socket.destroy();
    else endWith(socket, wordsFor(error.code));
  });
  server.on('connect', (_request, socket: Duplex) => {
    endWith(socket, { status: 405, code: 'METHOD_NOT_SUPPORTED', message: 'This server is no proxy.' });
  });
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    setCommonHeaders(response);
    refuse(request, response, {
      status: 417,
      code: 'BAD_REQUEST',
      message: 'This server understands "Expect: 100-continue" and no other expectation.',
    });
  });
}

/** Says it and closes. What the other side still sends is thrown away: a cut would take our words along. */
function endWith(socket: Duplex, refusal: Refusal): void {
  socket.on('error', () => undefined);
  socket.end(rawRefusal(refusal));
  socket.resume();
  const cut = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(cut));
}

function wordsFor(code: string | undefined): Refusal {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'BAD_REQUEST', message: 'The headers of this request are larger than 16 kB.' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, code: 'PAYLOAD_TOO_LARGE', message: 'The chunk extensions of this request are too large.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'TIMEOUT', message: 'This request took too long to arrive. Send it again.' };
    default:
      return { status: 400, code: 'BAD_REQUEST', message: 'This is not HTTP as this server understands it.' };
  }
}
