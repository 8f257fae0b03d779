/** What the service knows of a job beside its view: read anew whenever the job has changed. */
import { useCallback, useEffect, useState } from 'react';
import type { JobId } from '../../protocol/ids.ts';
import type { JobDetails, JobGraph, JobRemains, JobRequestView } from '../../protocol/job-details.ts';
import type { JobEventView } from '../../protocol/views.ts';
import { describeError, isNotFound } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';

export type Read<T> =
  | { readonly is: 'loading' }
  | { readonly is: 'known'; readonly value: T }
  | { readonly is: 'failed'; readonly problem: string };

/** A job that is there, or what is left of one that is not kept. */
export type FoundJob =
  | { readonly is: 'here'; readonly details: JobDetails }
  | { readonly is: 'gone'; readonly remains: JobRemains };

/** Asks when `ask` is another than before; what was known stays until the answer is there. */
function useRead<T>(ask: () => Promise<T>): Read<T> {
  const [read, setRead] = useState<Read<T>>({ is: 'loading' });
  useEffect(() => {
    let over = false;
    const put = (next: Read<T>): void => {
      if (!over) setRead(next);
    };
    ask().then(
      (value) => put({ is: 'known', value }),
      (error: unknown) => put({ is: 'failed', problem: describeError(error) }),
    );
    return () => {
      over = true;
    };
  }, [ask]);
  return read;
}

/** `version`: the job's, as far as it is known. `round`: another one asks again. */
export function useJobDetails(id: JobId, version: number | undefined, round: string): Read<FoundJob> {
  const { client } = useServices();
  const ask = useCallback(
    async (_of: unknown): Promise<FoundJob> => {
      try {
        return { is: 'here', details: await client.jobDetails.get.query({ id }) };
      } catch (error) {
        if (!isNotFound(error)) throw error;
        return { is: 'gone', remains: await client.jobDetails.remains.query({ id }) };
      }
    },
    [client, id],
  );
  return useRead(useCallback(() => ask([version, round]), [ask, version, round]));
}

/** Of the job in this version, as the three below. */
export function useJobEvents(id: JobId, version: number): Read<JobEventView[]> {
  const { client } = useServices();
  const ask = useCallback((_of: number) => client.jobs.events.query({ id, limit: 1_000 }), [client, id]);
  return useRead(useCallback(() => ask(version), [ask, version]));
}

export function useJobRequest(id: JobId, version: number): Read<JobRequestView> {
  const { client } = useServices();
  const ask = useCallback((_of: number) => client.jobDetails.request.query({ id }), [client, id]);
  return useRead(useCallback(() => ask(version), [ask, version]));
}

export function useJobGraph(id: JobId, version: number): Read<JobGraph> {
  const { client } = useServices();
  const ask = useCallback((_of: number) => client.jobDetails.graph.query({ id }), [client, id]);
  return useRead(useCallback(() => ask(version), [ask, version]));
}
