/** The inspector: machines as graphs, what actors say to each other, and what one of them did, step by step. */
import { tracked } from '@trpc/server';
import { z } from 'zod';
import * as inspection from '../../protocol/inspection.ts';
import { never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const inspector = router({
  machines: procedure
    .meta({ summary: 'Every machine as a graph: states, transitions, guards and actions by name.' })
    .output(z.array(inspection.MachineGraph))
    .query(({ ctx }) => ctx.engine.inspector.machines()),
  actors: procedure
    .meta({
      summary: 'The actors that are live now with their states, then each change.',
      yields: inspection.InspectedActors,
    })
    .subscription(({ ctx, signal }) => ctx.engine.inspector.actors(signal ?? never)),
  watch: procedure
    .meta({
      summary:
        'Events between actors as they happen, redacted; goes on after `lastEventId`. Nothing is kept before somebody watches.',
      yields: inspection.FeedBatch,
    })
    .input(inspection.WatchFeed)
    .subscription(async function* ({ ctx, input, signal }) {
      const batches = ctx.engine.inspector.watch(input, signal ?? never);
      for await (const { cursor, batch } of batches) yield tracked(cursor, batch);
    }),
  replay: procedure
    .meta({
      summary: 'What a job did so far, step by step, as its machine says when it is given the events again.',
      refusals: ['NOT_FOUND'],
    })
    .input(inspection.ReplayJob)
    .output(inspection.Replay)
    .query(({ ctx, input }) => ctx.engine.inspector.replay(input.id)),
  follow: procedure
    .meta({
      summary:
        'One actor: the steps it has taken (all of a job, live or not; of another actor how it is now), then each new one; ' +
        'goes on after `lastEventId`.',
      refusals: ['NOT_FOUND'],
      yields: inspection.Followed,
    })
    .input(inspection.FollowActor)
    .subscription(async function* ({ ctx, input, signal }) {
      const told = ctx.engine.inspector.follow(input, signal ?? never);
      for await (const { cursor, followed } of told) yield tracked(cursor, followed);
    }),
});
