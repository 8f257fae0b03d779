/** Attachments: rows without their bytes, the bytes in chunks, and which message shows which. */
import type Database from 'better-sqlite3';
import { eq, getTableColumns, inArray } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AttachmentId, ConversationId, MessageId } from '../src/protocol/ids.ts';
import { attachmentChunks, attachments, messageAttachments, type AttachmentRow } from './attachments.model.ts';

/** Without the text, which may be long. */
export type AttachmentInfo = Omit<AttachmentRow, 'text'>;
export type AttachmentRepository = ReturnType<typeof createAttachmentRepository>;

const { text: _text, ...infoColumns } = getTableColumns(attachments);

export function createAttachmentRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const received = sqlite
    .prepare<[AttachmentId], number | null>(
      'SELECT max("offset" + length(data)) FROM attachment_chunks WHERE attachment_id = ?',
    )
    .pluck();
  const chunkAt = sqlite
    .prepare<[AttachmentId, number], Buffer>(
      'SELECT data FROM attachment_chunks WHERE attachment_id = ? AND "offset" = ?',
    )
    .pluck();
  const ofMessage = sqlite
    .prepare<[MessageId], AttachmentId>(
      'SELECT attachment_id FROM message_attachments WHERE message_id = ? ORDER BY place',
    )
    .pluck();
  const unsent = sqlite
    .prepare<[before: number, limit: number], AttachmentId>(
      `SELECT id FROM attachments WHERE created_at < ?
       AND NOT EXISTS (SELECT 1 FROM message_attachments WHERE attachment_id = attachments.id) LIMIT ?`,
    )
    .pluck();

  return {
    insert(row: AttachmentRow): void {
      db.insert(attachments).values(row).run();
    },
    info: (id: AttachmentId): AttachmentInfo | undefined =>
      db.select(infoColumns).from(attachments).where(eq(attachments.id, id)).get(),
    infos: (ids: readonly AttachmentId[]): AttachmentInfo[] =>
      db
        .select(infoColumns)
        .from(attachments)
        .where(inArray(attachments.id, [...ids]))
        .all(),
    /** Null: it has none (an image), or not yet. */
    text: (id: AttachmentId): string | null =>
      db.select({ text: attachments.text }).from(attachments).where(eq(attachments.id, id)).get()?.text ?? null,
    update(id: AttachmentId, change: Partial<Omit<AttachmentRow, 'id'>>): void {
      db.update(attachments).set(change).where(eq(attachments.id, id)).run();
    },
    /** With its bytes, and wherever it is shown. */
    remove(id: AttachmentId): void {
      db.delete(attachments).where(eq(attachments.id, id)).run();
    },

    appendChunk(id: AttachmentId, offset: number, data: Buffer): void {
      db.insert(attachmentChunks).values({ attachmentId: id, offset, data }).run();
    },
    /** How many bytes are here. Chunks follow each other without gaps. */
    received: (id: AttachmentId): number => received.get(id) ?? 0,
    /** The chunk that begins at `offset`; undefined at the end. */
    chunk: (id: AttachmentId, offset: number): Buffer | undefined => chunkAt.get(id, offset),
    /** All bytes in one piece. */
    bytes(id: AttachmentId): Buffer {
      const chunks: Buffer[] = [];
      for (let at = 0, data = chunkAt.get(id, 0); data !== undefined; data = chunkAt.get(id, at)) {
        chunks.push(data);
        at += data.length;
      }
      return Buffer.concat(chunks);
    },

    /** In the order in which they are shown. */
    ofMessage: (id: MessageId): AttachmentId[] => ofMessage.all(id),
    /** The message shows them from now on, and they belong to its conversation. */
    show(messageId: MessageId, conversationId: ConversationId, ids: readonly AttachmentId[]): void {
      for (const [place, attachmentId] of ids.entries()) {
        db.insert(messageAttachments).values({ messageId, place, attachmentId }).run();
        db.update(attachments).set({ conversationId }).where(eq(attachments.id, attachmentId)).run();
      }
    },
    /** Those made before `before` that no message shows. */
    unsent: (before: number, limit: number): AttachmentId[] => unsent.all(before, limit),
  };
}
