/**
 * The client's end of any `Transport`: a class in the shape of the browser's WebSocket, for `createWSClient` of
 * `@trpc/client`, which makes a new one for every connection. Runs in Node and in a page.
 */
import type { Transport } from './transport.ts';

type Listener<Event> = ((this: WebSocket, event: Event) => unknown) | null;

/** `connect` is called once for each connection, with the URL that `createWSClient` was given. */
export function transportSocket(connect: (url: string) => Transport): typeof WebSocket {
  return class TransportSocket extends EventTarget implements WebSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readonly CONNECTING = 0;
    readonly OPEN = 1;
    readonly CLOSING = 2;
    readonly CLOSED = 3;

    readonly url: string;
    readonly extensions = '';
    readonly protocol = '';
    readonly bufferedAmount = 0;
    binaryType: BinaryType = 'arraybuffer';
    readyState: 0 | 1 | 2 | 3 = 0;
    onopen: Listener<Event> = null;
    onmessage: Listener<MessageEvent> = null;
    onclose: Listener<CloseEvent> = null;
    onerror: Listener<Event> = null;
    readonly #transport: Transport;

    constructor(url: string | URL) {
      super();
      this.url = String(url);
      this.#transport = connect(this.url);
      let opened = false;
      this.#transport.start({
        onOpen: () => {
          opened = true;
          this.readyState = 1;
          const event = new Event('open');
          this.onopen?.(event);
          this.dispatchEvent(event);
        },
        onText: (text) => {
          const event = new MessageEvent('message', { data: text });
          this.onmessage?.(event);
          this.dispatchEvent(event);
        },
        onClose: () => {
          this.readyState = 3;
          if (!opened) {
            const event = new Event('error');
            this.onerror?.(event);
            this.dispatchEvent(event);
          }
          const event = new CloseEvent('close', { wasClean: opened, code: opened ? 1000 : 1006 });
          this.onclose?.(event);
          this.dispatchEvent(event);
        },
      });
    }

    send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
      if (typeof data !== 'string') throw new TypeError('this carrier takes text frames only');
      this.#transport.send(data);
    }

    close(): void {
      if (this.readyState >= 2) return;
      this.readyState = 2;
      this.#transport.close();
    }
  };
}
