/** The WebSocket carrier, server side: takes upgraded HTTP connections and lets tRPC speak over them. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { callSlotsOf } from './call-slots.ts';
import { highWater, type Flow } from '../../carrier/flow.ts';
import { setFlow } from './flow.ts';
import type { Speak } from './serve-transport.ts';

/** How long a connection that is full may take nothing at all before it is cut. */
const defaultStuckMs = 30_000;

/**
 * The room on a TCP connection: what the kernel has not taken yet is counted by the stream. `onFull` is called when there
 * is none, with the promise of there being some.
 */
function socketFlow(socket: Socket, onFull: (ready: Promise<void>) => void): Flow {
  let waiting: Promise<void> | undefined;
  return {
    ready() {
      if (socket.destroyed || socket.writableLength <= highWater) return undefined;
      if (waiting === undefined) {
        waiting = new Promise((resolve) => {
          const done = () => {
            socket.off('drain', done);
            socket.off('close', done);
            waiting = undefined;
            resolve();
          };
          socket.on('drain', done);
          socket.on('close', done);
        });
        onFull(waiting);
      }
      return waiting;
    },
  };
}

export interface WsCarrier {
  /** Completes the handshake of a request whose token, Host and Origin were checked. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Connections that are open now. */
  readonly size: number;
  /** Asks every client to go (1012, service restart), cuts those that stay longer than `graceMs`, then resolves. */
  close(graceMs: number): Promise<void>;
}

export interface WsCarrierOptions {
  speak: Speak;
  /** A larger message closes its connection with code 1009. */
  maxPayloadBytes: number;
  /** A connection without room that takes not one byte in this time is cut. */
  stuckMs?: number;
  /** Told of each connection that was cut for that. */
  onStuck?: () => void;
}

export function createWsCarrier({
  speak,
  maxPayloadBytes,
  stuckMs = defaultStuckMs,
  onStuck,
}: WsCarrierOptions): WsCarrier {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });

  function serve(socket: WebSocket, request: IncomingMessage): void {
    const stream = request.socket;
    // While a client does not take what it asked for, or has many calls under way, it is not listened to.
    const holdUntil = (ready: Promise<void> | undefined) => {
      if (ready === undefined || socket.isPaused) return;
      socket.pause();
      void ready.then(() => {
        socket.resume();
        hold();
      });
    };
    const flow = socketFlow(stream, (ready) => {
      // Node looks whether the kernel took a part of what waits, and begins anew when it did.
      stream.setTimeout(stuckMs);
      void ready.then(() => stream.setTimeout(0));
      holdUntil(ready);
    });
    const slots = callSlotsOf(socket);
    const hold = () => holdUntil(flow.ready() ?? slots.ready());
    stream.on('timeout', () => {
      if (flow.ready() === undefined) return;
      onStuck?.();
      socket.terminate();
    });
    setFlow(socket, flow);
    speak(socket, request);
    socket.on('message', hold);
  }

  return {
    get size() {
      return server.clients.size;
    },
    upgrade(request, stream, head) {
      server.handleUpgrade(request, stream, head, (socket) => serve(socket, request));
    },
    async close(graceMs) {
      const gone = [...server.clients].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve());
            socket.close(1012, 'the server stops');
            socket.resume();
          }),
      );
      const cut = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, graceMs);
      await Promise.all(gone);
      clearTimeout(cut);
      server.close();
    },
  };
}
