/** The workers' figures of the last minutes, as they come with the pool's view. Pure. */
import type { PoolHistory, PoolView, WorkerSample } from '../../protocol/pool.ts';

/** Five minutes of heartbeats, as the service keeps them. */
const keptSamples = 150;

/** Adds the workers' present figures where they are new; the same object where none are. */
export function withFigures(history: PoolHistory, { workers }: Pick<PoolView, 'workers'>): PoolHistory {
  let samples: Record<string, WorkerSample[]> | undefined;
  for (const { id, stats, statsAt: at, cpuShare } of workers) {
    const known = history.samples[id] ?? [];
    if (stats === null || at === null || (known.at(-1)?.at ?? 0) >= at) continue;
    const { rssBytes, eventLoopDelayMs, slotsUsed } = stats;
    samples ??= { ...history.samples };
    samples[id] = [...known, { at, cpuShare, rssBytes, eventLoopDelayMs, slotsUsed }].slice(-keptSamples);
  }
  return samples === undefined ? history : { ...history, samples };
}
