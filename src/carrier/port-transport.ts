/**
 * A `Transport` over a message port: worker_threads and browsers now, Electron's MessagePortMain with an adapter of its
 * own. Runs in Node and in a page.
 *
 * A port accepts everything at once and does not say what the other side has taken. So each side reports it: a frame is
 * either text, or a number, the characters taken since the last report. What was sent and not reported is in flight.
 */
import { highWater, type Flow } from './flow.ts';
import type { Transport, TransportEvents } from './transport.ts';

/** What the carrier needs of a port. `message` listeners get what was posted, not an event. */
export interface Port {
  postMessage(frame: string | number): void;
  onMessage(listener: (frame: unknown) => void): void;
  onClose(listener: () => void): void;
  /** Begins to deliver, after `onMessage`; what arrived before is kept until then. */
  start(): void;
  close(): void;
}

/** Taken characters are reported in steps of this size, so a small message costs no report. */
const reportStep = 64_000;
const frameCost = 16;

/** The shape that worker_threads' and a browser's MessagePort share. */
export interface EventPort {
  postMessage(frame: string | number): void;
  addEventListener(type: 'message' | 'close', listener: (event: Event) => void): void;
  start(): void;
  close(): void;
}

export function fromEventPort(port: EventPort): Port {
  return {
    postMessage: (frame) => port.postMessage(frame),
    onMessage: (listener) =>
      port.addEventListener('message', (event) => listener('data' in event ? event.data : undefined)),
    onClose: (listener) => port.addEventListener('close', () => listener()),
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** One end of a port as a transport. Whoever holds the other end must speak the same frames. */
export function portTransport(port: Port): Transport {
  let state: 'new' | 'open' | 'closed' = 'new';
  let events: TransportEvents | undefined;
  let inFlight = 0;
  let taken = 0;
  let room: { promise: Promise<void>; open: () => void } | undefined;

  function letGo(): void {
    room?.open();
    room = undefined;
  }

  function closed(): void {
    if (state === 'closed') return;
    state = 'closed';
    letGo();
    events?.onClose();
  }

  function receive(frame: unknown): void {
    if (state === 'closed') return;
    if (typeof frame === 'number') {
      inFlight = Math.max(0, inFlight - frame);
      if (inFlight <= highWater) letGo();
      return;
    }
    if (typeof frame !== 'string') {
      port.close();
      closed();
      return;
    }
    taken += frame.length + frameCost;
    if (taken >= reportStep) {
      port.postMessage(taken);
      taken = 0;
    }
    events?.onText(frame);
  }

  const flow: Flow = {
    ready() {
      if (state === 'closed' || inFlight <= highWater) return undefined;
      if (room === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        room = { promise, open: resolve };
      }
      return room.promise;
    },
  };

  return {
    flow,
    start(handlers) {
      events = handlers;
      port.onClose(closed);
      // A later macrotask: tRPC's client adds its listeners after it has made the socket.
      setTimeout(() => {
        if (state !== 'new') return;
        state = 'open';
        handlers.onOpen();
        port.onMessage(receive);
        port.start();
      });
    },
    send(text) {
      if (state !== 'open') return;
      inFlight += text.length + frameCost;
      port.postMessage(text);
    },
    close() {
      if (state === 'closed') return;
      port.close();
      closed();
    },
  };
}
