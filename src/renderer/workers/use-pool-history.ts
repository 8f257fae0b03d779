/** The workers' figures of the last minutes and what happened to the pool: read once, then followed. */
import { useEffect, useState } from 'react';
import type { PoolHistory, PoolView } from '../../protocol/pool.ts';
import { useServices } from '../services.tsx';
import { withFigures } from './figures.ts';

const nothing: PoolHistory = { samples: {}, notes: [] };

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
