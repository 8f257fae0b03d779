/** One job's answer as it streams, shared by everybody who looks at it and painted at most once a frame. */
import { useEffect, useState } from 'react';
import { useSelector } from '@xstate/react';
import type { JobId } from '../../protocol/ids.ts';
import type { JobWatchEvent } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';
import { useServices } from '../services.tsx';
import { applyWatchEvent, emptyStream, type JobStream } from './job-stream.ts';

/** Watches from the beginning of the present attempt. Returns how to stop. */
function streamJob(client: Pick<Client, 'jobs'>, id: JobId, store: Store<JobStream>): () => void {
  let latest = store.getSnapshot();
  let ended = false;
  const publish = () => {
    if (!ended) store.set(latest);
  };
  let stop: () => void = () => {};
  const watch = () => {
    latest = { ...emptyStream, job: latest.job };
    stop = live<{ data: JobWatchEvent }>({
      start: (handlers) => client.jobs.watch.subscribe({ id }, handlers),
      onData: ({ data }) => {
        const next = applyWatchEvent(latest, data);
        if (next === null) {
          stop();
          watch();
          return;
        }
        latest = next;
        inNextFrame(publish);
      },
    });
  };
  watch();
  return () => {
    ended = true;
    stop();
  };
}

/** The stream of a job while `open`; afterwards what was seen last. */
export function useJobStream(id: JobId | null, open: boolean): JobStream {
  const { client } = useServices();
  const [store] = useState(() => new Store(emptyStream));
  useEffect(() => (id !== null && open ? streamJob(client, id, store) : undefined), [client, id, open, store]);
  return useSelector(store, (stream) => stream);
}
