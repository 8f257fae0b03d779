/**
 * Gathers changes until the next frame, and lets at most one pass every 32 ms: near the end of a long answer one update
 * of its markdown costs 7-8 ms, and the eye does not read faster. A hidden tab has no frames and is not painted.
 */
const minGapMs = 32;
const waiting = new Set<() => void>();
let scheduled = false;
let last = Number.NEGATIVE_INFINITY;

function run(now: number): void {
  if (now - last < minGapMs) {
    requestAnimationFrame(run);
    return;
  }
  last = now;
  scheduled = false;
  const due = [...waiting];
  waiting.clear();
  for (const callback of due) callback();
}

/** Calls it once in the next frame, however often it is asked. */
export function inNextFrame(callback: () => void): void {
  waiting.add(callback);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(run);
}
