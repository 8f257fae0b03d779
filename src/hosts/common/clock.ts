/** The real clock. */
import type { Clock } from '../../engine/ports.ts';

/** Node fires a timer with a longer delay at once. */
const longestTimerMs = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      const stepMs = Math.min(leftMs, longestTimerMs);
      timer = setTimeout(() => {
        if (leftMs > stepMs) wait(leftMs - stepMs);
        else callback();
      }, stepMs);
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
};
