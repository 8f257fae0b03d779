/**
 * One connection that carries text frames both ways, whatever is below it. Both ends of a carrier are built on it: the
 * server with `serveTransport`, the client with `transportSocket`.
 */
import type { Flow } from './flow.ts';

export interface TransportEvents {
  /** Frames may be sent. Never within the call of `start`. */
  onOpen(): void;
  onText(text: string): void;
  /** Exactly once, whoever closed it, also when it never opened. Nothing follows it. */
  onClose(): void;
}

export interface Transport {
  /** Connects and begins to deliver. Called once. */
  start(events: TransportEvents): void;
  /** Dropped unless open. */
  send(text: string): void;
  /** `onClose` follows. Harmless when it is closed. */
  close(): void;
  readonly flow: Flow;
}
