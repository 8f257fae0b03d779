/** A raw reader of a message port: it says what it has taken, as a page does, when the test lets it read. */
import type { MessagePort } from 'node:worker_threads';
import type { SlowReader } from './carrier.ts';

export function slowPortReader(port: MessagePort): SlowReader {
  return {
    send: (text) => port.postMessage(text),
    read(onText) {
      port.on('message', (frame: unknown) => {
        if (typeof frame !== 'string') return;
        // As port-transport.ts counts: each frame with 16 for its envelope.
        port.postMessage(frame.length + 16);
        onText(frame);
      });
    },
    close: () => port.close(),
  };
}
