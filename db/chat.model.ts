/** Conversations, their messages, and the agents that answer. Times are epoch milliseconds. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { AnswerMeta } from '../src/protocol/answers.ts';
import type { AgentId, ConversationId, JobId, MessageId, ProjectId } from '../src/protocol/ids.ts';
import type { AgentColor } from '../src/protocol/agents.ts';
import type { ArrivalKind } from '../src/protocol/conversations.ts';
import type { MessageGoal } from '../src/protocol/goals.ts';
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
  color: text().$type<AgentColor>().notNull().default('amber'),
  /** Null: no limit. See `agent-limits.ts`. */
  tokensPerDay: integer(),
  /** Millionths of a US dollar. */
  spendPerDay: integer(),
});
export type AgentRow = typeof agents.$inferSelect;

/** A project holds channels: conversations in which several agents take part. */
export const projects = sqliteTable('projects', {
  id: text().$type<ProjectId>().primaryKey(),
  name: text().notNull(),
  createdAt: integer().notNull(),
  /** Null: in use. An archived one is listed apart, with its channels. */
  archivedAt: integer(),
  /** Hidden since then, and purged some minutes later; until then it can be restored. */
  removedAt: integer(),
});
export type ProjectRow = typeof projects.$inferSelect;

/** What came last into a conversation by itself: an answer, the failure of one, or what a goal has to tell. */
export interface Arrival {
  kind: ArrivalKind;
  /** The answer, or a goal's report; with the failure of an answer the question. */
  messageId: MessageId;
  agentId: AgentId;
  at: number;
}

export const conversations = sqliteTable(
  'conversations',
  {
    id: text().$type<ConversationId>().primaryKey(),
    title: text().notNull(),
    /** False while the title is only the start of the first message. */
    titled: integer({ mode: 'boolean' }).notNull(),
    /** Whom it is with; in a channel its lead, who answers what is addressed to nobody. */
    agentId: text()
      .$type<AgentId>()
      .notNull()
      .references(() => agents.id),
    /** The job of its newest message; the next one is chained behind it. */
    lastJobId: text().$type<JobId>(),
    preview: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    kind: text().$type<'direct' | 'channel'>().notNull().default('direct'),
    /** A channel's. */
    projectId: text()
      .$type<ProjectId>()
      .references(() => projects.id),
    pinnedAt: integer(),
    archivedAt: integer(),
    /** Hidden since then, and purged some minutes later; until then it can be restored. */
    removedAt: integer(),
    /** Answers and failures that came since it was last read. */
    unread: integer().notNull().default(0),
    arrival: text({ mode: 'json' }).$type<Arrival>(),
    /** The job that writes its title: one for each conversation. */
    titleJobId: text().$type<JobId>(),
    /** What this conversation has of its own; null: as its agent has it. See `conversation-settings.ts`. */
    model: text(),
    lane: text().$type<Lane>(),
    fallbacks: text({ mode: 'json' }).$type<string[]>(),
    systemPrompt: text(),
    /** A parameter that is absent is the agent's. */
    params: text({ mode: 'json' }).$type<ModelParams>(),
  },
  (conversation) => [
    index('conversations_updated').on(conversation.updatedAt),
    index('conversations_project')
      .on(conversation.projectId)
      .where(sql`project_id IS NOT NULL`),
    index('conversations_removed')
      .on(conversation.removedAt)
      .where(sql`removed_at IS NOT NULL`),
  ],
);
export type ConversationRow = typeof conversations.$inferSelect;
/** What has a default may be left out. */
export type NewConversationRow = typeof conversations.$inferInsert;

/** Who takes part in a channel, in the order in which they were added. A direct message has its agent alone, and no rows. */
export const conversationAgents = sqliteTable(
  'conversation_agents',
  {
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    agentId: text()
      .$type<AgentId>()
      .notNull()
      .references(() => agents.id),
    isLead: integer({ mode: 'boolean' }).notNull(),
    position: integer().notNull(),
  },
  (member) => [
    primaryKey({ columns: [member.conversationId, member.agentId] }),
    index('conversation_agents_agent').on(member.agentId),
  ],
);
export type MemberRow = typeof conversationAgents.$inferSelect;

/** What was typed and not sent, apart from the conversations, so that their list does not carry it. */
export const drafts = sqliteTable('drafts', {
  conversationId: text()
    .$type<ConversationId>()
    .primaryKey()
    .references(() => conversations.id, { onDelete: 'cascade' }),
  text: text().notNull(),
  /** Which window has written it: that one does not take it for another's. */
  writer: text().notNull(),
  updatedAt: integer().notNull(),
});
export type DraftRow = typeof drafts.$inferSelect;

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
    /** With a question the first job that answers it (`message_jobs` has them all), with an answer the job that gave it. */
    jobId: text().$type<JobId>(),
    createdAt: integer().notNull(),
    /**
     * Order within the conversation: a question's is an id, its own as long as it is not moved in the queue; an answer's is
     * that of its question with a `~` behind it, so that it stands right below, also when later messages were written
     * meanwhile, followed by its agent's first job there and its own (`answerPosition`).
     */
    position: text().notNull(),
    /** Not read any more: `message_jobs` names the jobs that went on with an answer. */
    continuationJobId: text().$type<JobId>(),
    /** Of a question the question before it on its branch (null: the first one), of an answer its question. */
    parentId: text().$type<MessageId>(),
    /** 0: on the shown path. Else the bits of `hiddenBits`: why not. */
    hidden: integer().notNull().default(0),
    /** Who answered; null with a question, and where nobody knows. */
    agentId: text().$type<AgentId>(),
    /** What the answer took, written with it: its job's row goes with time. */
    meta: text({ mode: 'json' }).$type<AnswerMeta>(),
    /** The intention that began a goal, or what an agent reports of one: such a report is nobody's answer, and has no versions. */
    goal: text({ mode: 'json' }).$type<MessageGoal>(),
  },
  (message) => [
    uniqueIndex('messages_position').on(message.conversationId, message.position),
    /** One answer for each job: the last fence of exactly-once delivery. */
    uniqueIndex('messages_job').on(message.jobId, message.role),
    /** The path that is shown: a page of it is one seek, however many versions and branches there are. */
    index('messages_path')
      .on(message.conversationId, message.position)
      .where(sql`hidden = 0`),
    /** Versions and branches: what has the same parent. */
    index('messages_parent').on(message.conversationId, message.parentId),
  ],
);
export type MessageRow = typeof messages.$inferSelect;
/** What has a default, or may be null, may be left out. */
export type NewMessageRow = Partial<MessageRow> &
  Pick<MessageRow, 'id' | 'conversationId' | 'role' | 'text' | 'status' | 'createdAt' | 'position'>;

/** Why a message is not on the shown path. */
export const hiddenBits = {
  /** Another version of it was chosen: of an answer one of the same agent, of a question one with the same parent. */
  own: 1,
  /** It belongs to a question that is not shown. */
  inherited: 2,
} as const;

/** Every job that answers a question: one for each agent, those of further versions, and those that went on with a cut one. */
export const messageJobs = sqliteTable(
  'message_jobs',
  {
    jobId: text().$type<JobId>().primaryKey(),
    /** The question. */
    messageId: text()
      .$type<MessageId>()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    /** Who is asked. */
    agentId: text().$type<AgentId>().notNull(),
  },
  (job) => [index('message_jobs_message').on(job.messageId, job.jobId)],
);
export type MessageJobRow = typeof messageJobs.$inferSelect;
