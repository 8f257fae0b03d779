/** The server's end of any `Transport`: tRPC's own WebSocket handler, speaking over it. */
import { EventEmitter } from 'node:events';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { setFlow } from './flow.ts';
import type { Transport } from '../../carrier/transport.ts';

/** What `getWSConnectionHandler` of `@trpc/server/adapters/ws` returns. */
export type Speak = (socket: WebSocket, request: IncomingMessage) => void;

/** tRPC's handler is typed to want a `ws` server, which it does not use. This one listens to nothing. */
export const noServer = new WebSocketServer({ noServer: true, clientTracking: false });

/** The members of a `ws` socket that tRPC's handler uses; the conformance suite fails when it starts to use another. */
type ServedSocket = EventEmitter & {
  -readonly [Member in 'readyState' | 'send' | 'close' | 'terminate']: WebSocket[Member];
};

/** Serves one connection until either side closes it. */
export function serveTransport(transport: Transport, speak: Speak): void {
  const close = () => transport.close();
  const served: ServedSocket = Object.assign(new EventEmitter(), {
    readyState: 0 as const,
    send: (frame: unknown) => transport.send(String(frame)),
    close,
    terminate: close,
  });
  const socket = served as WebSocket;
  setFlow(socket, transport.flow);
  // There is no upgrade request; the handler looks for connection parameters in its URL.
  const request = Object.assign(new IncomingMessage(new Socket()), { url: '/' });

  transport.start({
    onOpen() {
      served.readyState = 1;
      speak(socket, request);
    },
    onText(text) {
      served.emit('message', Buffer.from(text), false);
    },
    onClose() {
      served.readyState = 3;
      served.emit('close');
    },
  });
}
