/**
 * Notices that the wall clock is not where it should be. Everything Nightshift waits for is a time of that clock, in a row
 * (a process's own clock ends with the process), so:
 *
 * - it went **back** (by hand, or corrected): what is waited for moves back with it. A delay, a provider's pause and a
 *   deadline stay as long as they were.
 * - it went **ahead**, or the process stood still (sleep, SIGSTOP), which looks the same: what is due is due, pauses are
 *   over. Only deadlines move along: nobody's job fails because the machine slept.
 */
import type { Clock } from './ports.ts';

/** Smaller ones are the daily corrections of a clock, and turns that took long. */
const smallestBackMs = 1_000;
const smallestAheadMs = 5_000;

export class ClockJumps {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #everyMs: number;
  #last: number;

  /** `look` is called at least every `everyMs`. */
  constructor(clock: Pick<Clock, 'now'>, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#last = clock.now();
  }

  /** How far the clock moved since the last look beyond the time that passed, in ms, give or take `everyMs`; 0: not at all. */
  look(): number {
    const now = this.#clock.now();
    const moved = now - this.#last;
    this.#last = now;
    if (moved <= -smallestBackMs) return moved;
    return moved - this.#everyMs >= smallestAheadMs ? moved - this.#everyMs : 0;
  }
}
