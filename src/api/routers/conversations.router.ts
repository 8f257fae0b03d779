/** Conversations. */
import { z } from 'zod';
import * as api from '../../protocol/api.ts';
import * as talks from '../../protocol/conversations.ts';
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
  organize: procedure
    .meta({ summary: 'Pins or archives a conversation, or takes that back.', refusals: ['NOT_FOUND'] })
    .input(talks.OrganizeConversation)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.organize(input)),
  markRead: procedure
    .meta({
      summary: 'Nothing of it is unread any more, unless something newer than the named message has arrived.',
      refusals: ['NOT_FOUND'],
    })
    .input(talks.MarkRead)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.markRead(input)),
  setMembers: procedure
    .meta({ summary: 'Sets who takes part in a channel, and its lead.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(talks.SetMembers)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.setMembers(input)),
  settings: procedure
    .meta({
      summary: 'What a conversation has of its own; null is what it has from its agent.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ConversationRef)
    .output(talks.ConversationSettings)
    .query(({ ctx, input }) => ctx.engine.conversations.settings(input.id)),
  setSettings: procedure
    .meta({
      summary: 'Changes what a conversation has of its own, or its agent; no other conversation changes.',
      refusals: ['NOT_FOUND', 'CONFLICT'],
    })
    .input(talks.SetConversationSettings)
    .output(talks.ConversationSettings)
    .mutation(({ ctx, input }) => ctx.engine.conversations.setSettings(input)),
  saveDraft: procedure
    .meta({ summary: 'Keeps what was typed and not sent.', refusals: ['NOT_FOUND'] })
    .input(talks.SaveDraft)
    .output(talks.DraftView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.saveDraft(input)),
  watchDraft: procedure
    .meta({
      summary: "A conversation's draft, then each change with the window that made it.",
      refusals: ['NOT_FOUND'],
      yields: talks.DraftView,
    })
    .input(api.ConversationRef)
    .subscription(({ ctx, input, signal }) => ctx.engine.conversations.watchDraft(input.id, signal ?? never)),
  remove: procedure
    .meta({
      summary: 'Cancels its open jobs and hides the conversation; it can be restored for 10 minutes.',
      refusals: ['NOT_FOUND'],
    })
    .input(api.ConversationRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.conversations.remove(input.id);
      return done;
    }),
  restore: procedure
    .meta({ summary: 'Brings a removed conversation back.', refusals: ['NOT_FOUND'] })
    .input(api.ConversationRef)
    .output(ConversationView)
    .mutation(({ ctx, input }) => ctx.engine.conversations.restore(input.id)),
  listRemoved: procedure
    .meta({ summary: 'Removed conversations that can still be restored.' })
    .output(z.array(talks.RemovedConversation))
    .query(({ ctx }) => ctx.engine.conversations.listRemoved()),
  purge: procedure
    .meta({ summary: 'Deletes a removed conversation now and for good.', refusals: ['NOT_FOUND', 'CONFLICT'] })
    .input(api.ConversationRef)
    .output(Done)
    .mutation(async ({ ctx, input }) => {
      await ctx.engine.conversations.purge(input.id);
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
