/** A whole conversation as JSON or Markdown. It reads all its messages, so the engine's thread does not run it. */
import { asc, eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type {
  ConversationFile,
  ExportedConversation,
  ExportFormat,
  FileAttachment,
} from '../../src/protocol/conversation-file.ts';
import type { AttachmentId, ConversationId } from '../../src/protocol/ids.ts';
import { attachmentChunks, attachments, messageAttachments } from '../attachments.model.ts';
import { agents, conversations, hiddenBits, messages, type MessageRow } from '../chat.model.ts';

/** With all versions, branches and files. Undefined when there is no such conversation. Sees one moment of it. */
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
  if (conversation === undefined || conversation.removedAt !== null) return undefined;
  const names = new Map(
    db
      .select({ id: agents.id, name: agents.name })
      .from(agents)
      .all()
      .map((agent) => [agent.id, agent.name]),
  );
  const rows = parentsFirst(
    db.select().from(messages).where(eq(messages.conversationId, id)).orderBy(asc(messages.position)).all(),
  );
  const places = new Map(rows.map((row, index) => [row.id, index]));
  const files = filesOf(db, id);
  return {
    format: 'nightshift-conversation',
    version: 2,
    title: conversation.title,
    agent: names.get(conversation.agentId) ?? null,
    createdAt: conversation.createdAt,
    messages: rows.map(({ role, text, thinking, status, createdAt, parentId, hidden, agentId, meta, ...row }) => ({
      role,
      text,
      thinking,
      status,
      createdAt,
      parent: parentId === null ? null : (places.get(parentId) ?? null),
      shown: (hidden & hiddenBits.own) === 0,
      agent: role === 'user' ? null : (names.get(agentId ?? conversation.agentId) ?? meta?.agentName ?? null),
      meta,
      attachments: files.places.get(row.id) ?? [],
    })),
    attachments: files.all,
  };
}

/** Each behind its question, branch by branch; where there is one path, the order of reading. */
function parentsFirst(rows: readonly MessageRow[]): MessageRow[] {
  const present = new Set(rows.map(({ id }) => id));
  const below = new Map<MessageRow['id'] | null, MessageRow[]>();
  for (const row of rows) {
    // What came before it may have been taken back.
    const parent = row.parentId !== null && present.has(row.parentId) ? row.parentId : null;
    const list = below.get(parent) ?? [];
    // Answers before the questions that follow theirs.
    if (row.role === 'assistant') list.splice(list.findLastIndex(({ role }) => role === 'assistant') + 1, 0, row);
    else list.push(row);
    below.set(parent, list);
  }
  const ordered: MessageRow[] = [];
  const open = (below.get(null) ?? []).toReversed();
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    ordered.push(row);
    open.push(...(below.get(row.id) ?? []).toReversed());
  }
  return ordered;
}

/** The files that its messages show, each once, and by message their places in that list. */
function filesOf(db: BetterSQLite3Database, id: ConversationId) {
  const shown = db
    .select({ messageId: messageAttachments.messageId, attachmentId: messageAttachments.attachmentId })
    .from(messageAttachments)
    .innerJoin(messages, eq(messages.id, messageAttachments.messageId))
    .where(eq(messages.conversationId, id))
    .orderBy(asc(messageAttachments.messageId), asc(messageAttachments.place))
    .all();
  const order = [...new Set(shown.map(({ attachmentId }) => attachmentId))];
  const places = new Map<string, number[]>();
  for (const { messageId, attachmentId } of shown) {
    places.set(messageId, [...(places.get(messageId) ?? []), order.indexOf(attachmentId)]);
  }
  return { all: order.map((attachmentId) => fileOf(db, attachmentId)), places };
}

function fileOf(db: BetterSQLite3Database, id: AttachmentId): FileAttachment {
  const row = db.select().from(attachments).where(eq(attachments.id, id)).get();
  const chunks = db
    .select({ data: attachmentChunks.data })
    .from(attachmentChunks)
    .where(eq(attachmentChunks.attachmentId, id))
    .orderBy(asc(attachmentChunks.offset))
    .all();
  const data = Buffer.concat(chunks.map((chunk) => chunk.data)).toString('base64');
  const isPdf = row?.kind === 'pdf';
  return {
    name: row?.name ?? 'file',
    mediaType: row?.mediaType ?? 'application/octet-stream',
    text: isPdf ? row.text : null,
    pages: isPdf ? row.pages : null,
    data,
  };
}

const ends = { complete: null, cut: 'cut', cancelled: 'stopped', interrupted: 'interrupted' } as const;

/** For reading, and for other programs: the shown path; messages are Markdown already. Thoughts are left out. */
function markdown({ title, agent, messages: all, attachments: files }: ConversationFile): string {
  const seen: boolean[] = [];
  const parts = all.flatMap((message, index) => {
    const { role, text, status, createdAt, parent, shown } = message;
    seen[index] = shown && (typeof parent !== 'number' || seen[parent] === true);
    if (seen[index] !== true) return [];
    const end = ends[status];
    const who = role === 'user' ? 'You' : (message.agent ?? agent ?? 'Answer');
    const names = message.attachments.map((place) => `*Attached: ${files[place]?.name ?? 'a file'}*\n\n`).join('');
    const heading = `## ${who}, ${new Date(createdAt).toISOString()}${end === null ? '' : ` (${end})`}`;
    return [`${heading}\n\n${names}${text.trim()}\n`];
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
