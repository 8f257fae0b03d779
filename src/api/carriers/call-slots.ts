/**
 * What one connection may have under way. Answers to calls cannot be held back once they are there, so the calls wait
 * instead: only a few run at a time, each after the answers before it found room on the connection. What one client can
 * make the service hold is thereby some answers, however many questions it sends at once.
 */
import type { WebSocket } from 'ws';

/** Calls of one connection that run at the same time; the others wait, and while they do nothing more is read. */
const maxRunningCalls = 16;
/** Subscriptions of one connection; a page has one for each answer that streams before it, and a few more. */
export const maxSubscriptions = 500;

export class CallSlots {
  #running = 0;
  #subscriptions = 0;
  readonly #waiting: (() => void)[] = [];
  #idle: PromiseWithResolvers<void> | undefined;

  /** Undefined: nobody waits. Otherwise resolves when nobody waits any more. */
  ready(): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined;
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** Resolves when the call may run. `leave` follows, whatever becomes of it. */
  async enter(): Promise<void> {
    if (this.#running < maxRunningCalls) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((run) => this.#waiting.push(run));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
    if (this.#waiting.length > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Undefined when there are too many; otherwise how to end this one, harmless when called again. */
  subscribe(): (() => void) | undefined {
    if (this.#subscriptions >= maxSubscriptions) return undefined;
    this.#subscriptions += 1;
    let open = true;
    return () => {
      if (open) this.#subscriptions -= 1;
      open = false;
    };
  }
}

const slots = new WeakMap<WebSocket, CallSlots>();

/** The slots of a served connection: for its carrier, and for `createContext`, which gets the socket as `res`. */
export function callSlotsOf(socket: WebSocket): CallSlots {
  const known = slots.get(socket) ?? new CallSlots();
  slots.set(socket, known);
  return known;
}
