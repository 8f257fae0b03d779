/**
 * Outgoing messages, one channel write for all that is ready in the same pass of the event loop. `setImmediate` runs right
 * after the I/O callbacks of a pass, so nothing is delayed by being batched.
 */
import type { WorkerToEngine } from '../protocol/worker.ts';
import type { Channel } from './channel.ts';

export interface Outbox {
  push(message: WorkerToEngine): void;
  /** Flushes at the end of this pass; `fill` is asked for what is due by then. */
  schedule(): void;
  /** True while an earlier batch has not been taken by the operating system: the engine is slower than we are. */
  readonly congested: boolean;
  /** Writes what is left and calls back when all of it has been taken. */
  drain(done: () => void): void;
}

/**
 * `fill` is called before each write, to add what waits for one. `resumed` is called when the channel has taken
 * everything and is no longer congested.
 */
export function createOutbox(channel: Channel, hooks: { fill: () => void; resumed: () => void }): Outbox {
  let queue: WorkerToEngine[] = [];
  let scheduled = false;
  let inFlight = 0;
  let drained: (() => void) | undefined;

  const sent = (): void => {
    inFlight -= 1;
    if (inFlight > 0) return;
    if (drained !== undefined && queue.length === 0) drained();
    else hooks.resumed();
  };

  const flush = (): void => {
    scheduled = false;
    hooks.fill();
    if (queue.length > 0) {
      const batch = queue;
      queue = [];
      inFlight += 1;
      channel.send(batch, sent);
    } else if (drained !== undefined && inFlight === 0) {
      drained();
    }
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  };

  return {
    push(message) {
      queue.push(message);
      schedule();
    },
    schedule,
    get congested() {
      return inFlight > 0;
    },
    drain(done) {
      drained = done;
      schedule();
    },
  };
}
