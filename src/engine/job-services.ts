/** What the engine offers of jobs: the queue, the workers that run it, what came of it. `service.ts` has the rules. */
import type { z } from 'zod';
import type * as api from '../protocol/api.ts';
import type { JobId, ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type * as details from '../protocol/job-details.ts';
import type { PoolHistory, PoolView, RestartWorker } from '../protocol/pool.ts';
import type * as queue from '../protocol/queue.ts';
import type { StatisticsRange, StatisticsView } from '../protocol/statistics.ts';
import type { JobEventView, JobUserEvent, JobView, JobWatchEvent } from '../protocol/views.ts';

export interface JobServices {
  readonly jobs: {
    enqueue(input: z.infer<typeof api.EnqueueJob>): Promise<JobView>;
    /** All in one transaction; returns the ids in the order of the specs. */
    enqueueMany(input: z.infer<typeof api.EnqueueJobs>): Promise<JobId[]>;
    get(id: JobId): JobView;
    /** Sees all that was committed before the call. */
    list(input: z.infer<typeof api.ListJobs>): Promise<JobView[]>;
    /** CANCEL, RETRY, PROMOTE or SKIP; `CONFLICT` when the job's machine does not accept it now. */
    send(id: JobId, event: JobUserEvent): Promise<JobView>;
    setLane(id: JobId, lane: Lane): Promise<JobView>;
    /** One at rest that belongs to no conversation, with its events and its answer; what it took stays in the statistics. */
    remove(id: JobId): Promise<void>;
    events(id: JobId, limit: number): JobEventView[];
    watch(
      id: JobId,
      cursor: string | undefined,
      signal: AbortSignal,
    ): AsyncIterable<{ cursor: string; event: JobWatchEvent }>;
  };
  readonly queue: {
    get(): queue.QueueView;
    watch(signal: AbortSignal): AsyncIterable<queue.QueueView>;
    /** A photograph of the jobs that fit now. */
    openList(filter: queue.JobListFilter): Promise<queue.JobListView>;
    /** By place. `NOT_FOUND` when the list is kept no longer. */
    lines(input: z.infer<typeof queue.ReadJobList>): Promise<queue.JobLines>;
    news(listId: queue.JobListId): Promise<queue.JobListNews>;
    /** Resolves when it has begun; `watch` shows how far it is. */
    startBulk(input: z.infer<typeof queue.StartBulk>): Promise<queue.BulkView>;
    stopBulk(): queue.BulkView | null;
    /** These four do nothing when it is so already. */
    pauseLane(lane: Lane): Promise<queue.QueueView>;
    resumeLane(lane: Lane): Promise<queue.QueueView>;
    pauseProvider(id: ProviderId): Promise<queue.QueueView>;
    resumeProvider(id: ProviderId): Promise<queue.QueueView>;
  };
  readonly pool: {
    get(): PoolView;
    watch(signal: AbortSignal): AsyncIterable<PoolView>;
    resize(size: { min: number; max: number }): Promise<PoolView>;
    /** The worker finishes what it runs, stops, and is replaced as the load asks. */
    drain(workerId: string): Promise<PoolView>;
    /** `when-done`: a successor starts, and it finishes what it runs. `now`: what it runs goes back to the queue. */
    restart(input: z.infer<typeof RestartWorker>): Promise<PoolView>;
    /** The workers' figures of the last minutes, and what happened to the pool since the start. */
    history(): PoolHistory;
  };
  readonly jobDetails: {
    get(id: JobId): details.JobDetails;
    /** Built now, from the rows as they are. */
    request(id: JobId): details.JobRequestView;
    graph(input: z.infer<typeof details.GetJobGraph>): details.JobGraph;
    /** Of any id: of one that never was there is nothing. */
    remains(id: JobId): details.JobRemains;
  };
  readonly statistics: {
    /** Up to now. Read beside the engine's thread. */
    get(range: StatisticsRange): Promise<StatisticsView>;
    watch(range: StatisticsRange, signal: AbortSignal): AsyncIterable<StatisticsView>;
  };
}
