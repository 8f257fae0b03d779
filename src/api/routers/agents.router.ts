/** Agents. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import { AgentView } from '../../protocol/views.ts';
import { Done, done } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const agents = router({
  list: procedure
    .meta({ summary: 'All agents.' })
    .output(z.array(AgentView))
    .query(({ ctx }) => ctx.engine.agents.list()),
  get: procedure
    .meta({ summary: 'One agent.', refusals: ['NOT_FOUND'] })
    .input(api.AgentRef)
    .output(AgentView)
    .query(({ ctx, input }) => ctx.engine.agents.get(input.id)),
  create: procedure
    .meta({ summary: 'Creates an agent.', refusals: ['CONFLICT'] })
    .input(api.CreateAgent)
    .output(AgentView)
    .mutation(({ ctx, input }) => ctx.engine.agents.create(input)),
  update: procedure
    .meta({ summary: 'Changes an agent; jobs that were not yet claimed follow.', refusals: ['NOT_FOUND'] })
    .input(api.UpdateAgent)
    .output(AgentView)
    .mutation(({ ctx, input }) => ctx.engine.agents.update(input)),
  remove: procedure
    .meta({
      summary: 'Removes an agent; its conversations go on with the default agent.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.AgentRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.agents.remove(input.id);
      return done;
    }),
});
