/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/engine/ports.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #now: number;
  #offset = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#offset;
  }

  /** Somebody sets the clock: what it shows changes, and no timer comes earlier or later for it. */
  set(byMs: number): void {
    this.#offset += byMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Fires what is due on the way, in its order. What a timer sets in motion by `setImmediate` runs after the call. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }

  /** The time alone: timers stay where they are, as for a process that was stopped. */
  jumpTo(now: number): void {
    this.#now = now;
  }

  #next(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers)
      if (timer.at <= until && (first === undefined || timer.at < first.at)) first = timer;
    return first;
  }
}
