/** A `Transport` over the `ws` client: for Node programs that have to send headers, which a browser's WebSocket cannot. */
import { WebSocket } from 'ws';
import { openFlow } from '../../carrier/flow.ts';
import type { Transport } from '../../carrier/transport.ts';

/** `headers` go with the upgrade request, e.g. `{ authorization: 'Bearer …' }`. */
export function wsTransport(url: string, headers: Readonly<Record<string, string>> = {}): Transport {
  let socket: WebSocket | undefined;
  return {
    flow: openFlow,
    start(events) {
      socket = new WebSocket(url, { headers, perMessageDeflate: false });
      socket.on('open', () => events.onOpen());
      socket.on('message', (data: Buffer) => events.onText(data.toString('utf8')));
      // An error is always followed by `close`, which is all that a transport reports.
      socket.on('error', () => undefined);
      socket.on('close', () => events.onClose());
    },
    send(text) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
    },
    close() {
      socket?.close();
    },
  };
}
