/** Jobs: enqueue, look, change, watch. */
import { tracked } from '@trpc/server';
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import { JobId } from '../../protocol/ids.ts';
import { JobEventView, JobView, JobWatchEvent } from '../../protocol/views.ts';
import { Done, done, never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const jobs = router({
  enqueue: procedure
    .meta({ summary: 'Enqueues one job outside any conversation.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.EnqueueJob)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.enqueue(input)),
  enqueueMany: procedure
    .meta({
      summary: 'Enqueues up to 10,000 jobs in one transaction: all or none.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.EnqueueJobs)
    .output(z.array(JobId))
    .mutation(({ ctx, input }) => ctx.engine.jobs.enqueueMany(input)),
  get: procedure
    .meta({ summary: 'One job.', refusals: ['NOT_FOUND'] })
    .input(api.JobRef)
    .output(JobView)
    .query(({ ctx, input }) => ctx.engine.jobs.get(input.id)),
  list: procedure
    .meta({ summary: 'Jobs, newest first, by state, lane, provider or conversation.' })
    .input(api.ListJobs)
    .output(z.array(JobView))
    .query(({ ctx, input }) => ctx.engine.jobs.list(input)),
  cancel: procedure
    .meta({ summary: 'Stops a job; what it has streamed is kept.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'CANCEL')),
  retry: procedure
    .meta({
      summary: 'Runs a failed or cancelled job again, and re-opens what failed because of it.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'RETRY')),
  skip: procedure
    .meta({
      summary: 'Gives up a failed job, so that what is held behind it goes on.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'SKIP')),
  promote: procedure
    .meta({ summary: 'Makes a delayed job due now.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.JobRef)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.send(input.id, 'PROMOTE')),
  setLane: procedure
    .meta({
      summary: 'Moves a job that has not started to another lane, at the end of its group there.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.SetJobLane)
    .output(JobView)
    .mutation(({ ctx, input }) => ctx.engine.jobs.setLane(input.id, input.lane)),
  remove: procedure
    .meta({
      summary: 'Removes a job that has ended and belongs to no conversation, with its events and its answer.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.JobRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.jobs.remove(input.id);
      return done;
    }),
  events: procedure
    .meta({ summary: "A job's timeline, oldest first.", refusals: ['NOT_FOUND'] })
    .input(api.ListJobEvents)
    .output(z.array(JobEventView))
    .query(({ ctx, input }) => ctx.engine.jobs.events(input.id, input.limit)),
  watch: procedure
    .meta({
      summary: 'A job and its answer as it streams; resumes after `lastEventId`.',
      refusals: ['NOT_FOUND'],
      yields: JobWatchEvent,
    })
    .input(api.WatchJob)
    .subscription(async function* ({ ctx, input, signal }) {
      const events = ctx.engine.jobs.watch(input.id, input.lastEventId, signal ?? never);
      for await (const { cursor, event } of events) yield tracked(cursor, event);
    }),
});
