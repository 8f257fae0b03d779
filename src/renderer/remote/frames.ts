/**
 * Gathers changes until the next frame, and draws each at most every 32 ms: near the end of a long answer one update of its
 * markdown costs 7-8 ms, and the eye does not read faster. When more changes than a frame has time for, as with ten answers
 * that stream at once, the rest has its turn in the next one. A hidden tab has no frames and is not painted.
 */
import { flushSync } from 'react-dom';

const minGapMs = 32;
/** Of a frame's 16 ms: layout, paint and what the reader does take the others. */
const budgetMs = 6;

/** In the order in which they were asked for: who was drawn stands behind those who wait. */
const waiting = new Set<() => void>();
const drawnAt = new WeakMap<() => void, number>();
let scheduled = false;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(run);
}

function run(now: number): void {
  scheduled = false;
  const startedAt = performance.now();
  for (const callback of [...waiting]) {
    if (now - (drawnAt.get(callback) ?? Number.NEGATIVE_INFINITY) < minGapMs) continue;
    waiting.delete(callback);
    drawnAt.set(callback, now);
    // Drawn here and not behind this loop, so that the time it takes is seen.
    flushSync(callback);
    if (performance.now() - startedAt >= budgetMs) break;
  }
  if (waiting.size > 0) schedule();
}

/** Calls it once in one of the next frames, however often it is asked. It is the function itself that counts as the same. */
export function inNextFrame(callback: () => void): void {
  waiting.add(callback);
  schedule();
}
