/** Agents, conversations and messages. */
import type Database from 'better-sqlite3';
import { and, asc, desc, eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AgentId, ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import { agents, messages, type AgentRow, type MessageRow, type NewMessageRow } from '../chat.model.ts';
import { rowCodec } from '../row-codec.ts';
import { createConversationRepository } from './conversation.repository.ts';
import { createProjectRepository } from './project.repository.ts';

export type ChatRepository = ReturnType<typeof createChatRepository>;

/** Where an answer stands: right below the message it answers (see `messages.position`). */
export function answerPosition(question: MessageId): string {
  return `${question}~`;
}

const blankMessage = {
  thinking: null,
  jobId: null,
  continuationJobId: null,
  parentId: null,
  hidden: 0,
  agentId: null,
  meta: null,
} as const satisfies Partial<MessageRow>;

export function createChatRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const codec = rowCodec(messages);
  const insertMessage = sqlite.prepare(`INSERT INTO messages (${codec.columnList}) VALUES (${codec.placeholders})`);
  const before = sqlite
    .prepare<[ConversationId, string, number], unknown[]>(
      `SELECT ${codec.columnList} FROM messages WHERE conversation_id = ? AND position < ? ORDER BY position DESC LIMIT ?`,
    )
    .raw(true);

  const countBefore = sqlite
    .prepare<[ConversationId, string], number>(
      "SELECT count(*) FROM messages WHERE conversation_id = ? AND position < ? AND text <> '' AND status <> 'interrupted'",
    )
    .pluck();

  return {
    agents: (): AgentRow[] => db.select().from(agents).orderBy(asc(agents.id)).all(),
    agent: (id: AgentId): AgentRow | undefined => db.select().from(agents).where(eq(agents.id, id)).get(),
    insertAgent(row: AgentRow): void {
      db.insert(agents).values(row).run();
    },
    updateAgent(id: AgentId, change: Partial<Omit<AgentRow, 'id'>>): void {
      db.update(agents).set(change).where(eq(agents.id, id)).run();
    },
    removeAgent(id: AgentId): void {
      db.delete(agents).where(eq(agents.id, id)).run();
    },

    ...createConversationRepository(sqlite, db),
    ...createProjectRepository(db),

    insertMessage(row: NewMessageRow): void {
      insertMessage.run(codec.encode({ ...blankMessage, ...row }));
    },
    message: (id: MessageId): MessageRow | undefined => db.select().from(messages).where(eq(messages.id, id)).get(),
    messageOfJob: (jobId: JobId, role: MessageRow['role']): MessageRow | undefined =>
      db
        .select()
        .from(messages)
        .where(and(eq(messages.jobId, jobId), eq(messages.role, role)))
        .get(),
    updateMessage(
      id: MessageId,
      change: Partial<Pick<MessageRow, 'text' | 'thinking' | 'status' | 'continuationJobId'>>,
    ): void {
      db.update(messages).set(change).where(eq(messages.id, id)).run();
    },
    /** The partial answer of an attempt that ended without a whole one. */
    removeAnswer(jobId: JobId): void {
      db.delete(messages)
        .where(and(eq(messages.jobId, jobId), eq(messages.role, 'assistant')))
        .run();
    },
    /** Newest first, strictly before `position`. */
    messagesBefore: (id: ConversationId, position: string, limit: number): MessageRow[] =>
      before.all(id, position, limit).map((values) => codec.decode(values)),
    /** Those that a model would be told: neither empty nor interrupted. */
    countBefore: (id: ConversationId, position: string): number => countBefore.get(id, position) ?? 0,
    /** Newest first. */
    newestMessages: (id: ConversationId, limit: number): MessageRow[] =>
      db
        .select()
        .from(messages)
        .where(eq(messages.conversationId, id))
        .orderBy(desc(messages.position))
        .limit(limit)
        .all(),
  };
}
