import type { SimulatedClock } from 'xstate';

/**
 * Lets time pass as it does for a process that is awake. `clock.increment(60_000)` by itself is a leap: timers that are
 * set on the way start from its end, as after a sleep of the machine.
 */
export function advance(clock: SimulatedClock, ms: number, stepMs = 10): void {
  for (let passed = 0; passed < ms; passed += stepMs) clock.increment(Math.min(stepMs, ms - passed));
}
