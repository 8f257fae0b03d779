/** Summaries of samples. */
import type { Spread } from './figure.ts';

/** The `share` quantile (0 to 1) by the nearest rank. Throws on no samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new Error('no samples to take a quantile of');
  return value;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** The median of several runs, with their spread. */
export function ofRuns(runs: readonly number[]): { value: number; spread: Spread } {
  return { value: median(runs), spread: { min: Math.min(...runs), max: Math.max(...runs), runs: runs.length } };
}

/**
 * Events per second in the steady state: the first and the last tenth are cut off, where a run fills and empties its slots.
 * @param times in ms, at least 20
 */
export function steadyRate(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 10);
  const from = sorted[cut];
  const to = sorted[sorted.length - 1 - cut];
  if (sorted.length < 20 || from === undefined || to === undefined)
    throw new Error('too few events for a steady state');
  return ((sorted.length - 1 - 2 * cut) / Math.max(1, to - from)) * 1_000;
}
