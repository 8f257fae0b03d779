/** The workers' figures of the last minutes and what happened to the pool: read once, then followed. */
import { useEffect, useState } from 'react';
import type { PoolHistory, WorkerSample } from '../../protocol/pool.ts';
import type { PoolView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';

const nothing: PoolHistory = { samples: {}, notes: [] };
/** Five minutes of heartbeats, as the service keeps them. */
const keptSamples = 150;

export function usePoolHistory(pool: PoolView | null): PoolHistory {
  const { client } = useServices();
  const [history, setHistory] = useState(nothing);
  const notes = pool?.notes;
  // Asked for again with each note, and after a new start of the service, whose count begins anew.
  useEffect(() => {
    if (notes === undefined) return undefined;
    let over = false;
    client.pool.history.query().then(
      (fresh) => {
        if (!over) setHistory(fresh);
      },
      (error: unknown) =>
        console.warn('What happened to the pool could not be read; the next change tries again.', error),
    );
    return () => {
      over = true;
    };
  }, [client, notes]);
  useEffect(() => {
    if (pool !== null) setHistory((before) => withFigures(before, pool));
  }, [pool]);
  return history;
}

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
