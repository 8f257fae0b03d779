/** Agents. */
import { z } from 'zod';
import {
  AgentListView,
  AgentRef,
  AgentView,
  CreateAgent,
  ExportAgents,
  ExportedAgents,
  ImportAgents,
  UpdateAgent,
} from '../../protocol/agents.ts';
import { Done, done, never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const agents = router({
  list: procedure
    .meta({ summary: 'All agents.' })
    .output(z.array(AgentView))
    .query(({ ctx }) => ctx.engine.agents.list()),
  get: procedure
    .meta({ summary: 'One agent.', refusals: ['NOT_FOUND'] })
    .input(AgentRef)
    .output(AgentView)
    .query(({ ctx, input }) => ctx.engine.agents.get(input.id)),
  create: procedure
    .meta({ summary: 'Creates an agent.', refusals: ['CONFLICT'] })
    .input(CreateAgent)
    .output(AgentView)
    .mutation(({ ctx, input }) => ctx.engine.agents.create(input)),
  update: procedure
    .meta({
      summary:
        'Changes an agent; jobs that were not yet claimed follow. A raised limit lets its held jobs go on at once.',
      refusals: ['NOT_FOUND'],
    })
    .input(UpdateAgent)
    .output(AgentView)
    .mutation(({ ctx, input }) => ctx.engine.agents.update(input)),
  remove: procedure
    .meta({
      summary: 'Removes an agent; its conversations go on with the default agent.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(AgentRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.agents.remove(input.id);
      return done;
    }),
  export: procedure
    .meta({ summary: 'Agents as a file: all of them, or those that are named.', refusals: ['NOT_FOUND'] })
    .input(ExportAgents)
    .output(ExportedAgents)
    .query(({ ctx, input }) => ctx.engine.agents.export(input)),
  import: procedure
    .meta({ summary: 'Creates the agents of a file, as new ones: all or none.', refusals: ['CONFLICT'] })
    .input(ImportAgents)
    .output(z.array(AgentView))
    .mutation(({ ctx, input }) => ctx.engine.agents.import(input)),
  watch: procedure
    .meta({
      summary: 'All agents and which is the default, now and whenever one changes or uses up what it may use in a day.',
      yields: AgentListView,
    })
    .subscription(({ ctx, signal }) => ctx.engine.agents.watch(signal ?? never)),
});
