/** Projects and their channels. */
import { z } from 'zod';
import * as talks from '../../protocol/conversations.ts';
import * as api from '../../protocol/projects.ts';
import { ConversationView } from '../../protocol/views.ts';
import { Done, done, never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const projects = router({
  create: procedure
    .meta({ summary: 'Creates a project.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.CreateProject)
    .output(api.ProjectView)
    .mutation(({ ctx, input }) => ctx.engine.projects.create(input)),
  list: procedure
    .meta({ summary: 'All projects, in the order of their creation.' })
    .output(z.array(api.ProjectView))
    .query(({ ctx }) => ctx.engine.projects.list()),
  update: procedure
    .meta({ summary: 'Renames a project, archives it, or takes that back.', refusals: ['NOT_FOUND'] })
    .input(api.UpdateProject)
    .output(api.ProjectView)
    .mutation(({ ctx, input }) => ctx.engine.projects.update(input)),
  remove: procedure
    .meta({
      summary: 'Cancels the open jobs of its channels and hides them with the project; restorable for 10 minutes.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ProjectRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.projects.remove(input.id);
      return done;
    }),
  restore: procedure
    .meta({ summary: 'Brings a removed project back, with the channels that went with it.', refusals: ['NOT_FOUND'] })
    .input(api.ProjectRef)
    .output(api.ProjectView)
    .mutation(({ ctx, input }) => ctx.engine.projects.restore(input.id)),
  createChannel: procedure
    .meta({
      summary:
        'Creates a channel in a project: a conversation in which several agents take part, one of them the lead.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(talks.CreateChannel)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.projects.createChannel(input)),
  watch: procedure
    .meta({ summary: 'All projects, again after each change.', yields: z.array(api.ProjectView) })
    .subscription(({ ctx, signal }) => ctx.engine.projects.watch(signal ?? never)),
});
