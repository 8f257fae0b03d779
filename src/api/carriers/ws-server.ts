/** The WebSocket carrier, server side: takes upgraded HTTP connections and lets tRPC speak over them. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { highWater, setFlow, type Flow } from './flow.ts';
import type { Speak } from './serve-transport.ts';

/** The room on a TCP connection: what the kernel has not taken yet is counted by the stream. */
function socketFlow(socket: Duplex): Flow {
  let waiting: Promise<void> | undefined;
  return {
    ready() {
      if (socket.destroyed || socket.writableLength <= highWater) return undefined;
      waiting ??= new Promise((resolve) => {
        const done = () => {
          socket.off('drain', done);
          socket.off('close', done);
          waiting = undefined;
          resolve();
        };
        socket.on('drain', done);
        socket.on('close', done);
      });
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

/** A message larger than `maxPayloadBytes` closes its connection with code 1009. */
export function createWsCarrier(options: { speak: Speak; maxPayloadBytes: number }): WsCarrier {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxPayloadBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });
  return {
    get size() {
      return server.clients.size;
    },
    upgrade(request, stream, head) {
      server.handleUpgrade(request, stream, head, (socket) => {
        const flow = socketFlow(stream);
        setFlow(socket, flow);
        options.speak(socket, request);
        // Answers to calls cannot be held back, so a client that asks without reading is not listened to.
        socket.on('message', () => {
          const ready = flow.ready();
          if (ready === undefined || socket.isPaused) return;
          socket.pause();
          void ready.then(() => socket.resume());
        });
      });
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
