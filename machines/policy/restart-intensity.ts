/**
 * When to stop restarting a worker that keeps crashing, as Erlang/OTP supervisors do: more than N restarts within a
 * window mean that restarting does not help. https://www.erlang.org/doc/system/sup_princ.html#maximum-restart-intensity
 */

export interface RestartLimits {
  /** Restarts allowed within any window. */
  readonly maxRestarts: number;
  readonly windowMs: number;
}

/**
 * Ten in a minute. OTP's own default (1 in 5 s) is for a tree whose root restarts the machine; here nothing stands above
 * the pool, and with the delays below a worker that can never start is given up after about 45 s.
 */
export const defaultRestartLimits: RestartLimits = { maxRestarts: 10, windowMs: 60_000 };

/** The first restart is nearly immediate, since most crashes happen once: 100 ms, doubled up to 10 s. */
const restartBaseMs = 100;
const restartMaxMs = 10_000;

/** The restarts among `restartTimes` (epoch ms) that count against the limit at `now`. */
export function recentRestarts(restartTimes: readonly number[], now: number, windowMs: number): number[] {
  return restartTimes.filter((at) => at > now - windowMs);
}

/** May there be one more restart at `now`, after those at `restartTimes` (epoch ms)? */
export function restartAllowed(restartTimes: readonly number[], now: number, limits: RestartLimits): boolean {
  return recentRestarts(restartTimes, now, limits.windowMs).length < limits.maxRestarts;
}

/** The wait before the next restart, with `recent` restarts in the window so far. */
export function restartDelayMs(recent: number): number {
  return Math.min(restartMaxMs, restartBaseMs * 2 ** Math.min(recent, 30));
}
