/** Live actors, as the page sees them. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import { ActorView } from '../../protocol/views.ts';
import { Done, done, never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const actors = router({
  list: procedure
    .meta({ summary: 'Ids of the actors that are live now.' })
    .output(z.array(z.string()))
    .query(({ ctx }) => ctx.engine.actors.list()),
  watch: procedure
    .meta({ summary: "An actor's public snapshot, then each change.", refusals: ['NOT_FOUND'], yields: ActorView })
    .input(api.ActorRef)
    .subscription(({ ctx, input, signal }) => ctx.engine.actors.watch(input.id, signal ?? never)),
  send: procedure
    .meta({ summary: 'Sends an actor one of the events that a user may send.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.SendToActor)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.actors.send(input.id, input.event);
      return done;
    }),
});
