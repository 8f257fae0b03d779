/** Conversations without their messages: rows, who takes part, drafts. One that was removed is not seen until it is restored. */
import type Database from 'better-sqlite3';
import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AgentId, ConversationId, ProjectId } from '../../src/protocol/ids.ts';
import {
  conversationAgents,
  conversations,
  drafts,
  type Arrival,
  type ConversationRow,
  type DraftRow,
  type MemberRow,
  type NewConversationRow,
} from '../chat.model.ts';
import { rowCodec, rowUpdate } from '../row-codec.ts';

/** Jobs of a conversation that are not at rest, and whether one of them runs. */
export interface OpenJobs {
  count: number;
  active: boolean;
}

const open = "state IN ('blocked', 'delayed', 'waiting', 'active')";
/** The group keys that are conversations; `` ` `` is the character behind `_`. */
const isConversation = "group_key >= 'conv_' AND group_key < 'conv`'";

export function createConversationRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const codec = rowCodec(conversations);
  const raw = (sql: string) => sqlite.prepare<unknown[], unknown[]>(sql).raw(true);
  const list = raw(
    `SELECT ${codec.columnList} FROM conversations WHERE removed_at IS NULL ORDER BY updated_at DESC, id DESC`,
  );
  const get = raw(`SELECT ${codec.columnList} FROM conversations WHERE id = ? AND removed_at IS NULL`);
  const getEvenRemoved = raw(`SELECT ${codec.columnList} FROM conversations WHERE id = ?`);
  const update = rowUpdate(sqlite, codec);
  const one = (values: unknown[] | undefined): ConversationRow | undefined =>
    values === undefined ? undefined : codec.decode(values);
  const arrive = sqlite.prepare<[string, ConversationId]>(
    'UPDATE conversations SET unread = unread + 1, arrival = ? WHERE id = ?',
  );
  const openCounts = sqlite.prepare<[], { id: ConversationId; count: number }>(
    `SELECT group_key AS id, count(*) AS count FROM llm_jobs WHERE ${open} AND ${isConversation} GROUP BY group_key`,
  );
  const activeGroups = sqlite
    .prepare<[], ConversationId>(`SELECT group_key FROM llm_jobs WHERE state = 'active' AND ${isConversation}`)
    .pluck();
  const due = sqlite
    .prepare<[number], ConversationId>(
      'SELECT id FROM conversations WHERE removed_at IS NOT NULL AND removed_at <= ? ORDER BY removed_at LIMIT 1',
    )
    .pluck();
  const removeMessages = sqlite.prepare<[ConversationId, number]>(
    'DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE conversation_id = ? LIMIT ?)',
  );
  const memberOrder = [desc(conversationAgents.isLead), asc(conversationAgents.position)];

  const membersOf = sqlite
    .prepare<[AgentId], ConversationId>('SELECT conversation_id FROM conversation_agents WHERE agent_id = ?')
    .pluck();

  /** Of one channel, the lead first; none of a direct message. */
  function members(id: ConversationId): MemberRow[] {
    return db
      .select()
      .from(conversationAgents)
      .where(eq(conversationAgents.conversationId, id))
      .orderBy(...memberOrder)
      .all();
  }

  /** In place of those that were there; `agentIds` in order, with the lead among them. */
  function setMembers(id: ConversationId, agentIds: readonly AgentId[], leadId: AgentId): void {
    db.delete(conversationAgents).where(eq(conversationAgents.conversationId, id)).run();
    const rows = agentIds.map((agentId, position) => ({
      conversationId: id,
      agentId,
      isLead: agentId === leadId,
      position,
    }));
    if (rows.length > 0) db.insert(conversationAgents).values(rows).run();
  }

  return {
    /** The one that changed last comes first. */
    conversations: (): ConversationRow[] => list.all().map((values) => codec.decode(values)),
    conversation: (id: ConversationId): ConversationRow | undefined => one(get.get(id)),
    /** Also while it is only hidden. */
    conversationEvenRemoved: (id: ConversationId): ConversationRow | undefined => one(getEvenRemoved.get(id)),
    insertConversation(row: NewConversationRow): void {
      db.insert(conversations).values(row).run();
    },
    /** What is undefined in `change` stays as it is. */
    updateConversation: (id: ConversationId, change: Partial<Omit<ConversationRow, 'id'>>): void => update(id, change),
    /** Something came that was not read yet. */
    arrived(id: ConversationId, arrival: Arrival): void {
      arrive.run(JSON.stringify(arrival), id);
    },
    /** Of all conversations that have any, in one read of the index of open jobs. */
    openJobs(): ReadonlyMap<ConversationId, OpenJobs> {
      const active = new Set(activeGroups.all());
      return new Map(openCounts.all().map(({ id, count }) => [id, { count, active: active.has(id) }]));
    },

    /** Of a project, with those that are archived. */
    channels: (projectId: ProjectId): ConversationRow[] =>
      db
        .select()
        .from(conversations)
        .where(and(eq(conversations.projectId, projectId), isNull(conversations.removedAt)))
        .all(),
    /** The channels that were removed along with their project, at `removedAt`. */
    channelsRemovedAt: (projectId: ProjectId, removedAt: number): ConversationRow[] =>
      db
        .select()
        .from(conversations)
        .where(and(eq(conversations.projectId, projectId), eq(conversations.removedAt, removedAt)))
        .all(),

    /** The one that was removed last comes first. */
    removedConversations: (): ConversationRow[] =>
      db
        .select()
        .from(conversations)
        .where(isNotNull(conversations.removedAt))
        .orderBy(desc(conversations.removedAt), desc(conversations.id))
        .limit(1_000)
        .all(),
    /** One that was removed at `before` or earlier. */
    conversationToPurge: (before: number): ConversationId | undefined => due.get(before),
    /** Its channels, all of them removed, belong to none any more. */
    leaveProject(projectId: ProjectId): void {
      db.update(conversations).set({ projectId: null }).where(eq(conversations.projectId, projectId)).run();
    },
    /** At most `limit` of its messages; returns how many there were. */
    removeMessages: (id: ConversationId, limit: number): number => removeMessages.run(id, limit).changes,
    /** With its messages, members and draft. */
    removeConversation(id: ConversationId): void {
      db.delete(conversations).where(eq(conversations.id, id)).run();
    },

    members,
    /** Of all channels, likewise. */
    allMembers(): ReadonlyMap<ConversationId, AgentId[]> {
      const rows = db
        .select()
        .from(conversationAgents)
        .orderBy(...memberOrder)
        .all();
      const found = Map.groupBy(rows, ({ conversationId }) => conversationId);
      return new Map([...found].map(([id, members]) => [id, members.map(({ agentId }) => agentId)]));
    },
    setMembers,
    /**
     * The agent `from` is no more: its direct messages go on with `to`. It leaves its channels, where the one that came
     * next leads in its place, or `to` where nobody is left. Returns what has changed.
     */
    reassignConversations(from: AgentId, to: AgentId): ConversationId[] {
      const channels = membersOf.all(from);
      for (const id of channels) {
        const left = members(id).filter(({ agentId }) => agentId !== from);
        const leadId = left[0]?.agentId ?? to;
        setMembers(id, left.length === 0 ? [to] : left.map(({ agentId }) => agentId), leadId);
        update(id, { agentId: leadId });
      }
      const direct = db
        .update(conversations)
        .set({ agentId: to })
        .where(eq(conversations.agentId, from))
        .returning({ id: conversations.id })
        .all();
      return [...channels, ...direct.map(({ id }) => id)];
    },

    draft: (id: ConversationId): DraftRow | undefined =>
      db.select().from(drafts).where(eq(drafts.conversationId, id)).get(),
    saveDraft(row: DraftRow): void {
      const { text, writer, updatedAt } = row;
      db.insert(drafts)
        .values(row)
        .onConflictDoUpdate({ target: drafts.conversationId, set: { text, writer, updatedAt } })
        .run();
    },
  };
}
