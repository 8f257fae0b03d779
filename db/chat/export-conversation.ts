/** A whole conversation as JSON or Markdown. It reads all its messages, so the engine's thread does not run it. */
import { and, asc, eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { ConversationFile, ExportedConversation, ExportFormat } from '../../src/protocol/conversation-file.ts';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { agents, conversations, messages } from '../chat.model.ts';

/** The path that is shown. Undefined when there is no such conversation. Sees one moment of it. */
export function exportConversation(
  db: BetterSQLite3Database,
  id: ConversationId,
  format: ExportFormat,
): ExportedConversation | undefined {
  const file = db.transaction(() => read(db, id));
  if (file === undefined) return undefined;
  const name = `${slug(file.title)}-${id.slice(-6).toLowerCase()}`;
  return format === 'json'
    ? { fileName: `${name}.json`, mediaType: 'application/json', text: `${JSON.stringify(file, undefined, 2)}\n` }
    : { fileName: `${name}.md`, mediaType: 'text/markdown', text: markdown(file) };
}

export function conversationIds(db: BetterSQLite3Database): ConversationId[] {
  return db
    .select({ id: conversations.id })
    .from(conversations)
    .orderBy(asc(conversations.id))
    .all()
    .map(({ id }) => id);
}

function read(db: BetterSQLite3Database, id: ConversationId): ConversationFile | undefined {
  const conversation = db.select().from(conversations).where(eq(conversations.id, id)).get();
  if (conversation === undefined) return undefined;
  const agent = db.select().from(agents).where(eq(agents.id, conversation.agentId)).get();
  const rows = db
    .select()
    .from(messages)
    .where(and(eq(messages.conversationId, id), eq(messages.hidden, 0)))
    .orderBy(asc(messages.position))
    .all();
  return {
    format: 'nightshift-conversation',
    version: 1,
    title: conversation.title,
    agent: agent?.name ?? null,
    createdAt: conversation.createdAt,
    messages: rows.map(({ role, text, thinking, status, createdAt }) => ({ role, text, thinking, status, createdAt })),
  };
}

const ends = { complete: null, cut: 'cut', cancelled: 'stopped', interrupted: 'interrupted' } as const;

/** For reading, and for other programs: messages are Markdown already. Thoughts are left out. */
function markdown({ title, agent, messages: all }: ConversationFile): string {
  const parts = all.map(({ role, text, status, createdAt }) => {
    const end = ends[status];
    const who = role === 'user' ? 'You' : (agent ?? 'Answer');
    return `## ${who}, ${new Date(createdAt).toISOString()}${end === null ? '' : ` (${end})`}\n\n${text.trim()}\n`;
  });
  return [`# ${title}\n`, ...parts].join('\n');
}

function slug(title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-+|-+$/gu, '');
  return words.slice(0, 50) || 'conversation';
}
