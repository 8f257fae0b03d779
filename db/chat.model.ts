/** Conversations, their messages, and the agents that answer. Times are epoch milliseconds. */
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { AgentId, ConversationId, JobId, MessageId } from '../src/protocol/ids.ts';
import type { Lane } from '../src/protocol/job.ts';
import type { ModelParams } from '../src/protocol/request.ts';
import type { MessageStatus } from '../src/protocol/views.ts';

export const agents = sqliteTable('agents', {
  id: text().$type<AgentId>().primaryKey(),
  name: text().notNull(),
  systemPrompt: text().notNull(),
  /** `provider/model` */
  model: text().notNull(),
  lane: text().$type<Lane>().notNull(),
  params: text({ mode: 'json' }).$type<ModelParams>().notNull(),
  createdAt: integer().notNull(),
  /** `provider/model` of those that may answer instead, when the provider is in trouble for longer than this. */
  fallbacks: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
  fallbackAfterMs: integer().notNull().default(30_000),
});
export type AgentRow = typeof agents.$inferSelect;

export const conversations = sqliteTable(
  'conversations',
  {
    id: text().$type<ConversationId>().primaryKey(),
    title: text().notNull(),
    /** False while the title is only the start of the first message. */
    titled: integer({ mode: 'boolean' }).notNull(),
    agentId: text()
      .$type<AgentId>()
      .notNull()
      .references(() => agents.id),
    /** The job of its newest message; the next one is chained behind it. */
    lastJobId: text().$type<JobId>(),
    preview: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (conversation) => [index('conversations_updated').on(conversation.updatedAt)],
);
export type ConversationRow = typeof conversations.$inferSelect;

export const messages = sqliteTable(
  'messages',
  {
    id: text().$type<MessageId>().primaryKey(),
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    role: text().$type<'user' | 'assistant'>().notNull(),
    text: text().notNull(),
    thinking: text(),
    status: text().$type<MessageStatus>().notNull(),
    /** With a user message the job that answers it, with an answer the job that gave it. */
    jobId: text().$type<JobId>(),
    createdAt: integer().notNull(),
    /**
     * Order within the conversation: a user message's own id; an answer takes the id of the message it answers with a
     * `~` behind it, so that it stands right below, also when later messages were written meanwhile.
     */
    position: text().notNull(),
    /** With a user message: the newest job that went on with its answer, after that was cut by the token limit. */
    continuationJobId: text().$type<JobId>(),
  },
  (message) => [
    uniqueIndex('messages_position').on(message.conversationId, message.position),
    /** One answer for each job: the last fence of exactly-once delivery. */
    uniqueIndex('messages_job').on(message.jobId, message.role),
  ],
);
export type MessageRow = typeof messages.$inferSelect;
