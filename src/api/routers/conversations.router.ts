/** Conversations. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import * as files from '../../protocol/conversation-file.ts';
import { ConversationEvent, ConversationListEvent, ConversationView, MessageView } from '../../protocol/views.ts';
import { Done, done, never } from './parts.ts';
import { procedure, router } from '../trpc.ts';

export const conversations = router({
  create: procedure
    .meta({ summary: 'Starts a conversation with an agent.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.CreateConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.create(input)),
  list: procedure
    .meta({ summary: 'All conversations, the one that changed last first.' })
    .output(z.array(ConversationView))
    .query(({ ctx }) => ctx.engine.conversations.list()),
  get: procedure
    .meta({ summary: 'One conversation.', refusals: ['NOT_FOUND'] })
    .input(api.ConversationRef)
    .output(ConversationView)
    .query(({ ctx, input }) => ctx.engine.conversations.get(input.id)),
  rename: procedure
    .meta({ summary: 'Gives a conversation a new title.', refusals: ['NOT_FOUND'] })
    .input(api.RenameConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.rename(input.id, input.title)),
  remove: procedure
    .meta({ summary: 'Cancels its open jobs and removes the conversation with its messages.', refusals: ['NOT_FOUND'] })
    .input(api.ConversationRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.conversations.remove(input.id);
      return done;
    }),
  send: procedure
    .meta({
      summary: 'Writes a message; its answer is a job, queued behind the open ones of the conversation.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(api.SendMessage)
    .output(MessageView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.send(input)),
  export: procedure
    .meta({
      summary: 'A conversation as a file: JSON, which can be imported again, or Markdown.',
      refusals: ['NOT_FOUND'],
    })
    .input(files.ExportConversation)
    .output(files.ExportedConversation)
    .query(({ ctx, input }) => ctx.engine.conversationFiles.export(input)),
  import: procedure
    .meta({
      summary: 'Makes a new conversation from an exported JSON file.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(files.ImportConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversationFiles.import(input)),
  watch: procedure
    .meta({
      summary: 'A conversation and the messages that change in it.',
      refusals: ['NOT_FOUND'],
      yields: ConversationEvent,
    })
    .input(api.ConversationRef)
    .subscription(({ ctx, input, signal }) => ctx.engine.conversations.watch(input.id, signal ?? never)),
  watchAll: procedure
    .meta({ summary: 'The list of conversations, then each change.', yields: ConversationListEvent })
    .subscription(({ ctx, signal }) => ctx.engine.conversations.watchAll(signal ?? never)),
});
