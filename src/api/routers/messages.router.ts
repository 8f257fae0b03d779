/** Messages and their answers. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import * as inputs from '../../protocol/message-api.ts';
import { MessageView } from '../../protocol/views.ts';
import { Done, done } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const messages = router({
  continue: procedure
    .meta({
      summary: 'Goes on with an answer that the token limit has cut; the rest is joined to it.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.ContinueAnswer)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.continue(input)),
  list: procedure
    .meta({
      summary: 'A page of messages, oldest first; `more` says that there are older ones, `moreNewer` newer ones.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ListMessages)
    .output(z.object({ messages: z.array(MessageView), more: z.boolean(), moreNewer: z.boolean() }))
    .query(({ ctx, input }) => ctx.engine.messages.list(input)),
  get: procedure
    .meta({ summary: 'One message, also one that is not shown now.', refusals: ['NOT_FOUND'] })
    .input(inputs.MessageRef)
    .output(MessageView)
    .query(({ ctx, input }) => ctx.engine.messages.get(input.messageId)),
  regenerate: procedure
    .meta({
      summary:
        'Asks for another version of an answer; the old ones are kept, and can be shown again. Returns the question.',
      refusals: ['NOT_FOUND', 'CONFLICT', 'BAD_REQUEST'],
    })
    .input(inputs.RegenerateAnswer)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.regenerate(input)),
  edit: procedure
    .meta({
      summary:
        'Asks a question with another text. What came of the old one is kept as a branch, and can be shown again.',
      refusals: ['NOT_FOUND', 'CONFLICT', 'BAD_REQUEST'],
    })
    .input(inputs.EditMessage)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.edit(input)),
  show: procedure
    .meta({
      summary: 'Shows this version of an answer, or this branch of a conversation; jobs of others go on.',
      refusals: ['NOT_FOUND'],
    })
    .input(inputs.MessageRef)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.show(input.messageId)),
  editQueued: procedure
    .meta({
      summary: 'Changes the text of a question that nothing has begun to answer.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(inputs.EditQueuedMessage)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.editQueued(input)),
  removeQueued: procedure
    .meta({
      summary: 'Takes back a question that nothing has begun to answer; its jobs are cancelled.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(inputs.MessageRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.messages.removeQueued(input.messageId);
      return done;
    }),
  reorderQueued: procedure
    .meta({
      summary: 'Puts the queued questions of a conversation in another order; names all of them.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(inputs.ReorderQueuedMessages)
    .output(z.array(MessageView))
    .mutation(({ ctx, input }) => ctx.engine.messages.reorderQueued(input)),
  sendNow: procedure
    .meta({
      summary: 'Steers: stops the answer that a queued question waits for, keeps what it said, and answers with both.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(inputs.MessageRef)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.messages.sendNow(input.messageId)),
});
