/** Agents, conversations and messages. */
import type Database from 'better-sqlite3';
import { asc, eq, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AgentId } from '../../src/protocol/ids.ts';
import { agents, type AgentRow } from '../chat.model.ts';
import { createConversationRepository } from './conversation.repository.ts';
import { createMessageRepository } from './message.repository.ts';
import { createProjectRepository } from './project.repository.ts';

export type ChatRepository = ReturnType<typeof createChatRepository>;

export function createChatRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  // Asked for several times by every call of a goal.
  const agent = db
    .select()
    .from(agents)
    .where(eq(agents.id, sql.placeholder('id')))
    .prepare();
  return {
    agents: (): AgentRow[] => db.select().from(agents).orderBy(asc(agents.id)).all(),
    agent: (id: AgentId): AgentRow | undefined => agent.get({ id }),
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
    ...createMessageRepository(sqlite, db),
  };
}
