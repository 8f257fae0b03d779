/** The jobs of the measurements, as the API hands them to the engine. */
import { type EnqueueJob, type EnqueueJobs, JobSpec } from '../../src/protocol/api.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobView } from '../../src/protocol/views.ts';
import type { z } from 'zod';
import type { Engine } from '../../src/engine/engine.ts';

/** Does nothing: the demo answers with an empty text at once. A user's message is about as long. */
export const noop: JobSpec = JobSpec.parse({
  name: 'noop',
  model: 'demo/demo',
  lane: 'high',
  messages: [{ role: 'user', content: 'What did we decide about the release on Friday?' }],
  demo: { tokens: 0, tokenMs: 0 },
});

let requests = 0;

/** A call as it arrives from the API, parsed and complete; every one has a `requestId` of its own. */
export function call(job: JobSpec): z.infer<typeof EnqueueJob> {
  requests += 1;
  return { requestId: `bench-${process.pid}-${Date.now()}-${requests}`, job };
}

export function batchCall(job: JobSpec, count: number): z.infer<typeof EnqueueJobs> {
  const { requestId } = call(job);
  return { requestId, jobs: Array.from({ length: count }, () => ({ ...job, dependsOnIndex: [] })) };
}

/** Enqueues `count` jobs, 1,000 at a time. */
export async function enqueueAll(engine: Engine, job: JobSpec, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) await engine.jobs.enqueueMany(batchCall(job, Math.min(left, 1_000)));
}

/**
 * Lets the demo run one job at a time, and gives it one that does not end: all others wait, in a pool that is ready for
 * them. Resolves with that job, for `releaseDemo`.
 */
export async function holdDemo(engine: Engine): Promise<JobId> {
  await engine.providers.set({ id: 'demo', kind: 'demo', concurrency: 1 });
  const { id } = await engine.jobs.enqueue(call({ ...noop, name: 'blocker', demo: { firstContentMs: 600_000 } }));
  await jobLooking(engine, id, ({ state }) => state === 'active');
  return id;
}

export async function releaseDemo(engine: Engine, blocker: JobId): Promise<void> {
  await engine.providers.set({ id: 'demo', kind: 'demo', concurrency: null });
  await engine.jobs.send(blocker, 'CANCEL');
}

/** Resolves when the job looks like that. */
export async function jobLooking(engine: Engine, id: JobId, looks: (job: JobView) => boolean): Promise<JobView> {
  const watch = new AbortController();
  try {
    for await (const { event } of engine.jobs.watch(id, undefined, watch.signal)) {
      if (event.type === 'snapshot' && looks(event.job)) return event.job;
    }
  } finally {
    watch.abort();
  }
  throw new Error(`job ${id} was never seen as expected`);
}
