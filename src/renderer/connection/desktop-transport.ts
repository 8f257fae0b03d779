/** How the page reaches the engine in the desktop: over a message port that the window's preload passes on. */
import { fromEventPort, portTransport, type EventPort } from '../../carrier/port-transport.ts';
import { transportSocket } from '../../carrier/transport-socket.ts';
import type { Transport as Carrier, TransportEvents } from '../../carrier/transport.ts';
import { openFlow } from '../../carrier/flow.ts';
import type { Transport } from './transport.ts';

/** What the desktop's preload puts there (src/hosts/electron/bridge.ts). */
interface DesktopBridge {
  readonly platform: string;
  connect(): void;
}

declare global {
  interface Window {
    readonly nightshiftDesktop?: DesktopBridge;
  }
}

const portMessage = 'nightshift:port';
/** The main process answers at once, or it is not there. */
const portWaitMs = 5_000;

/** A message that may bring a port. */
interface PortMessage {
  readonly source: unknown;
  readonly data: unknown;
  readonly ports: readonly EventPort[];
}

/** What is needed of a window. */
export interface DesktopWindow {
  readonly nightshiftDesktop?: DesktopBridge;
  setTimeout(run: () => void, ms: number): number;
  clearTimeout(timer: number): void;
  addEventListener(type: 'message', listener: (event: PortMessage) => void): void;
  removeEventListener(type: 'message', listener: (event: PortMessage) => void): void;
}

/** Undefined in a browser. */
export function desktopTransport(window: DesktopWindow): Transport | undefined {
  const bridge = window.nightshiftDesktop;
  if (bridge === undefined) return undefined;
  return {
    WebSocket: transportSocket(() => requestedPort(window, bridge)),
    url: 'ipc://nightshift',
    // The service is this very program.
    probe: () => Promise.resolve('reachable'),
  };
}

/** A carrier over a port that is asked for when it starts. Only one is asked for at a time: tRPC's client has one socket. */
function requestedPort(window: DesktopWindow, bridge: DesktopBridge): Carrier {
  let carrier: Carrier | undefined;
  let giveUp: (() => void) | undefined;
  return {
    flow: openFlow,
    start(events: TransportEvents) {
      const receive = (event: PortMessage): void => {
        const [port] = event.ports;
        if (event.source !== window || event.data !== portMessage || port === undefined) return;
        stopWaiting();
        carrier = portTransport(fromEventPort(port));
        carrier.start(events);
      };
      const timer = window.setTimeout(() => giveUp?.(), portWaitMs);
      const stopWaiting = (): void => {
        window.clearTimeout(timer);
        window.removeEventListener('message', receive);
        giveUp = undefined;
      };
      giveUp = () => {
        stopWaiting();
        events.onClose();
      };
      window.addEventListener('message', receive);
      bridge.connect();
    },
    send: (text) => carrier?.send(text),
    close() {
      if (carrier === undefined) giveUp?.();
      else carrier.close();
    },
  };
}
