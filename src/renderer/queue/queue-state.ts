/** The queue as the service counts it, watched while the view is shown. */
import { useEffect, useState } from 'react';
import type { JobState, Lane } from '../../protocol/job.ts';
import type { JobCount, QueueView } from '../../protocol/queue.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { useServices } from '../services.tsx';

/** Null until it is known. */
export function useQueue(): QueueView | null {
  const { client } = useServices();
  const [view, setView] = useState<QueueView | null>(null);
  useEffect(() => {
    let latest: QueueView | null = null;
    const show = () => setView(latest);
    return live<QueueView>({
      start: (handlers) => client.queue.watch.subscribe(undefined, handlers),
      onData: (data) => {
        latest = data;
        inNextFrame(show);
      },
    });
  }, [client]);
  return view;
}

interface Of {
  readonly state?: JobState | undefined;
  readonly lane?: Lane | undefined;
  readonly provider?: string | undefined;
}

/** How many there are of this kind; what is not named counts altogether. */
export function sumOf(counts: readonly JobCount[], of: Of): number {
  return counts.reduce((sum, entry) => {
    const fits =
      (of.state === undefined || entry.state === of.state) &&
      (of.lane === undefined || entry.lane === of.lane) &&
      (of.provider === undefined || entry.provider === of.provider);
    return fits ? sum + entry.count : sum;
  }, 0);
}
