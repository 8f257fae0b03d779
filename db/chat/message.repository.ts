/**
 * Messages: a tree of questions with their answers, of which one path is shown. Whatever shows or asks reads that path by
 * `messages_path`, one seek for a page; versions and branches are found by `messages_parent`, which the statements name: left
 * alone, the planner reads a whole conversation to be spared the sorting of two rows.
 */
import type Database from 'better-sqlite3';
import { eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AgentId, ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import { hiddenBits, messages, type MessageJobRow, type MessageRow, type NewMessageRow } from '../chat.model.ts';
import { rowCodec, rowUpdate } from '../row-codec.ts';

/**
 * Where an answer stands: right below its question, beside the other versions of the same agent, whatever other agents have
 * answered meanwhile. `firstJob`: the first job by which this agent was asked.
 */
export function answerPosition(question: Pick<MessageRow, 'position'>, firstJob: JobId, job: JobId): string {
  return `${question.position}~${firstJob}~${job}`;
}

const blankMessage = {
  thinking: null,
  jobId: null,
  continuationJobId: null,
  parentId: null,
  hidden: 0,
  agentId: null,
  meta: null,
  goal: null,
} as const satisfies Partial<MessageRow>;

type MessageChange = Partial<Pick<MessageRow, 'text' | 'thinking' | 'status' | 'parentId' | 'position' | 'meta'>>;

export function createMessageRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const codec = rowCodec(messages);
  const rows = (sql: string) => {
    const statement = sqlite.prepare<unknown[], unknown[]>(sql.replace('*', codec.columnList)).raw(true);
    return (...values: unknown[]): MessageRow[] => statement.all(...values).map((row) => codec.decode(row));
  };
  const update = rowUpdate(sqlite, codec);
  const insert = sqlite.prepare(`INSERT INTO messages (${codec.columnList}) VALUES (${codec.placeholders})`);
  const insertJob = sqlite.prepare('INSERT INTO message_jobs (job_id, message_id, agent_id) VALUES (?, ?, ?)');
  const get = rows('SELECT * FROM messages WHERE id = ?');
  const ofJob = rows('SELECT * FROM messages WHERE job_id = ? AND role = ?');
  const newest = rows('SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 ORDER BY position DESC LIMIT ?');
  const before = rows(
    'SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 AND position < ? ORDER BY position DESC LIMIT ?',
  );
  const after = rows(
    'SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 AND position > ? ORDER BY position LIMIT ?',
  );
  const questionsFrom = rows(
    `SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 AND position >= ? AND role = 'user' ORDER BY position`,
  );
  const lastQuestion = rows(
    `SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 AND role = 'user' ORDER BY position DESC LIMIT 1`,
  );
  const questionBefore = rows(
    `SELECT * FROM messages WHERE conversation_id = ? AND hidden = 0 AND position < ? AND role = 'user'
     ORDER BY position DESC LIMIT 1`,
  );
  const jobsOf = sqlite.prepare<[MessageId], { job_id: JobId; agent_id: AgentId }>(
    'SELECT job_id, agent_id FROM message_jobs WHERE message_id = ? ORDER BY job_id',
  );
  const countBefore = sqlite
    .prepare<[ConversationId, string], number>(
      `SELECT count(*) FROM messages
       WHERE conversation_id = ? AND hidden = 0 AND position < ? AND (text <> '' OR role = 'user') AND status <> 'interrupted'`,
    )
    .pluck();
  const answersOf = rows(
    `SELECT * FROM messages INDEXED BY messages_parent
     WHERE conversation_id = ? AND parent_id = ? AND role = 'assistant' ORDER BY position`,
  );
  const versions = sqlite
    .prepare<[ConversationId, MessageId | null, 'user' | 'assistant', AgentId | null], MessageId>(
      `SELECT id FROM messages INDEXED BY messages_parent
       WHERE conversation_id = ? AND parent_id IS ? AND role = ? AND agent_id IS ? ORDER BY position`,
    )
    .pluck();

  const displace = sqlite
    .prepare<[ConversationId, MessageId | null, 'user' | 'assistant', AgentId | null, MessageId], MessageId>(
      `UPDATE messages INDEXED BY messages_parent SET hidden = hidden | ${hiddenBits.own} WHERE conversation_id = ? AND parent_id IS ? AND role = ?
       AND agent_id IS ? AND id <> ? AND hidden & ${hiddenBits.own} = 0 RETURNING id`,
    )
    .pluck();
  const choose = sqlite.prepare<[MessageId]>(`UPDATE messages SET hidden = hidden & ~${hiddenBits.own} WHERE id = ?`);
  const hideBelow = sqlite.prepare<[ConversationId, MessageId, ConversationId]>(
    `WITH RECURSIVE below(id) AS (
       SELECT id FROM messages INDEXED BY messages_parent WHERE conversation_id = ? AND parent_id = ?
       UNION ALL
       SELECT m.id FROM below b CROSS JOIN messages m INDEXED BY messages_parent ON m.conversation_id = ? AND m.parent_id = b.id
     ) UPDATE messages SET hidden = hidden | ${hiddenBits.inherited} WHERE id IN (SELECT id FROM below)`,
  );
  const showBelow = sqlite.prepare<[ConversationId, MessageId, ConversationId]>(
    `WITH RECURSIVE below(id, own) AS (
       SELECT id, hidden & ${hiddenBits.own} FROM messages INDEXED BY messages_parent
       WHERE conversation_id = ? AND parent_id = ?
       UNION ALL
       SELECT m.id, m.hidden & ${hiddenBits.own}
       FROM below b CROSS JOIN messages m INDEXED BY messages_parent ON m.conversation_id = ? AND m.parent_id = b.id WHERE b.own = 0
     ) UPDATE messages SET hidden = hidden & ~${hiddenBits.inherited} WHERE id IN (SELECT id FROM below)`,
  );

  return {
    insertMessage(row: NewMessageRow): void {
      insert.run(codec.encode({ ...blankMessage, ...row }));
    },
    message: (id: MessageId): MessageRow | undefined => get(id)[0],
    /** `assistant`: the answer that the job gave. `user`: the question of which it is the first job. */
    messageOfJob: (jobId: JobId, role: MessageRow['role']): MessageRow | undefined => ofJob(jobId, role)[0],
    updateMessage: (id: MessageId, change: MessageChange): void => update(id, change),
    /** With the names of its jobs, which stay where they are. */
    removeMessage(id: MessageId): void {
      db.delete(messages).where(eq(messages.id, id)).run();
    },

    /** Of the shown path, newest first. */
    newestMessages: (id: ConversationId, limit: number): MessageRow[] => newest(id, limit),
    /** Of the shown path, newest first, strictly before `position`. */
    messagesBefore: (id: ConversationId, position: string, limit: number): MessageRow[] => before(id, position, limit),
    /** Of the shown path, oldest first, strictly behind `position`. */
    messagesAfter: (id: ConversationId, position: string, limit: number): MessageRow[] => after(id, position, limit),
    /** Of the shown path those that a model would be told: neither empty nor interrupted. */
    countBefore: (id: ConversationId, position: string): number => countBefore.get(id, position) ?? 0,
    /** The questions of the shown path from `position` on, oldest first. */
    questionsFrom: (id: ConversationId, position: string): MessageRow[] => questionsFrom(id, position),
    /** The newest question of the shown path. */
    lastQuestion: (id: ConversationId): MessageRow | undefined => lastQuestion(id)[0],
    /** The question before `position` on the shown path. */
    questionBefore: (id: ConversationId, position: string): MessageRow | undefined => questionBefore(id, position)[0],
    /** All versions of all answers to a question, by agent. */
    answersOf: (question: Pick<MessageRow, 'id' | 'conversationId'>): MessageRow[] =>
      answersOf(question.conversationId, question.id),
    /**
     * What can be shown in its place, itself among them, oldest first: of an answer the versions of the same agent, of a
     * question those that have the same parent.
     */
    versionsOf: (message: Pick<MessageRow, 'conversationId' | 'parentId' | 'role' | 'agentId'>): MessageId[] =>
      versions.all(message.conversationId, message.parentId, message.role, message.agentId),
    /** Of its versions this one is shown, as far as what is above it is. Returns those that were shown in its place. */
    chooseVersion(id: MessageId): MessageId[] {
      const [row] = get(id);
      if (row === undefined) return [];
      choose.run(id);
      return displace.all(row.conversationId, row.parentId, row.role, row.agentId, id);
    },
    /** All that stands below a question goes with it. */
    hideBelow(conversation: ConversationId, root: MessageId): void {
      hideBelow.run(conversation, root, conversation);
    },
    /** What stands below a question is shown with it, by the versions and branches that were chosen there. */
    showBelow(conversation: ConversationId, root: MessageId): void {
      showBelow.run(conversation, root, conversation);
    },

    insertMessageJob({ jobId, messageId, agentId }: MessageJobRow): void {
      insertJob.run(jobId, messageId, agentId);
    },
    /** In the order in which they were enqueued. */
    jobsOfMessage: (id: MessageId): MessageJobRow[] =>
      jobsOf.all(id).map(({ job_id: jobId, agent_id: agentId }) => ({ jobId, messageId: id, agentId })),
  };
}
