/** The queue as a whole: live counts, lists of jobs, changes to many of them, pauses. */
import * as api from '../../protocol/api.ts';
import {
  BulkView,
  JobLines,
  JobListFilter,
  JobListNews,
  JobListRef,
  JobListView,
  LaneRef,
  QueueView,
  ReadJobList,
  StartBulk,
} from '../../protocol/queue.ts';
import { never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const queue = router({
  get: procedure
    .meta({ summary: 'How many jobs there are by lane, state and provider, what is paused, and the last bulk change.' })
    .output(QueueView)
    .query(({ ctx }) => ctx.engine.queue.get()),
  watch: procedure
    .meta({ summary: 'The same whenever it changes, at most about four times a second.', yields: QueueView })
    .subscription(({ ctx, signal }) => ctx.engine.queue.watch(signal ?? never)),
  open: procedure
    .meta({
      summary:
        'Makes a list of the jobs that fit a filter now. Its places keep their jobs, so that rows can be read from any place; ' +
        'the least used of many lists is dropped.',
      refusals: ['UNAVAILABLE'],
    })
    .input(JobListFilter)
    .output(JobListView)
    .query(({ ctx, input }) => ctx.engine.queue.openList(input)),
  lines: procedure
    .meta({ summary: 'Jobs of a list by their places, as they are now.', refusals: ['NOT_FOUND', 'UNAVAILABLE'] })
    .input(ReadJobList)
    .output(JobLines)
    .query(({ ctx, input }) => ctx.engine.queue.lines(input)),
  news: procedure
    .meta({
      summary: 'How many jobs fit the filter now that are not in the list, and the other way round.',
      refusals: ['NOT_FOUND', 'UNAVAILABLE'],
    })
    .input(JobListRef)
    .output(JobListNews)
    .query(({ ctx, input }) => ctx.engine.queue.news(input.listId)),
  change: procedure
    .meta({
      summary:
        'Cancels, retries or moves many jobs of a list, one after the other; returns when it has begun. `watch` shows how far ' +
        'it is. One at a time.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(StartBulk)
    .output(BulkView)
    .mutation(({ ctx, input }) => ctx.engine.queue.startBulk(input)),
  stopChange: procedure
    .meta({ summary: 'Ends the change of many jobs that is under way; what was changed stays changed.' })
    .output(BulkView.nullable())
    .mutation(({ ctx }) => ctx.engine.queue.stopBulk()),
  pauseLane: procedure
    .meta({ summary: 'Gives no more jobs of a lane to workers. What runs goes on, what waits keeps its place.' })
    .input(LaneRef)
    .output(QueueView)
    .mutation(({ ctx, input }) => ctx.engine.queue.pauseLane(input.lane)),
  resumeLane: procedure
    .meta({ summary: 'Takes the pause of a lane back.' })
    .input(LaneRef)
    .output(QueueView)
    .mutation(({ ctx, input }) => ctx.engine.queue.resumeLane(input.lane)),
  pauseProvider: procedure
    .meta({ summary: 'Gives no more jobs to a provider. What runs goes on, what waits keeps its place.' })
    .input(api.ProviderRef)
    .output(QueueView)
    .mutation(({ ctx, input }) => ctx.engine.queue.pauseProvider(input.id)),
  resumeProvider: procedure
    .meta({ summary: 'Takes the pause of a provider back.' })
    .input(api.ProviderRef)
    .output(QueueView)
    .mutation(({ ctx, input }) => ctx.engine.queue.resumeProvider(input.id)),
});
