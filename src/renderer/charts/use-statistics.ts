/** The statistics of a range while they are looked at. */
import { useEffect, useState } from 'react';
import type { StatisticsRange, StatisticsView } from '../../protocol/statistics.ts';
import { describeError } from '../connection/refusal.ts';
import { live } from '../remote/live.ts';
import { useServices } from '../services.tsx';

export interface ShownStatistics {
  /** Of the range that was asked for; null until it is known. */
  readonly view: StatisticsView | null;
  /** When it arrived, epoch ms. */
  readonly at: number;
  /** Why it could not be read. */
  readonly problem: string | null;
}

const nothing: ShownStatistics = { view: null, at: 0, problem: null };

export function useStatistics(range: StatisticsRange): ShownStatistics & { readonly retry: () => void } {
  const { client } = useServices();
  const [shown, setShown] = useState(nothing);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    setShown((before) => (before.view?.range === range ? { ...before, problem: null } : nothing));
    return live<StatisticsView>({
      start: (handlers) =>
        client.statistics.watch.subscribe(
          { range },
          {
            ...handlers,
            // It is asked again by itself; until then it says why there is nothing to see.
            onError(error) {
              setShown((before) => ({ ...before, problem: describeError(error) }));
              handlers.onError(error);
            },
          },
        ),
      onData: (view) => setShown({ view, at: Date.now(), problem: null }),
    });
  }, [client, range, tries]);
  return { ...shown, retry: () => setTries((count) => count + 1) };
}
