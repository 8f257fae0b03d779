/**
 * Files that go with messages: what is known of each, its bytes in chunks (so that no read or write of one holds up a turn),
 * and which message shows which. A file belongs to no single message: one that is edited and sent again shows it too.
 * Times are epoch milliseconds.
 */
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AttachmentKind } from '../src/protocol/attachments.ts';
import type { AttachmentId, ConversationId, MessageId } from '../src/protocol/ids.ts';
import { conversations, messages } from './chat.model.ts';

export const attachments = sqliteTable(
  'attachments',
  {
    id: text().$type<AttachmentId>().primaryKey(),
    /** Null while no conversation has it: it was never sent. */
    conversationId: text()
      .$type<ConversationId>()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    kind: text().$type<AttachmentKind>().notNull(),
    /** As the content says, never as the file was called. */
    mediaType: text().notNull(),
    bytes: integer().notNull(),
    /** Images: in pixels. */
    width: integer(),
    height: integer(),
    /** PDF. */
    pages: integer(),
    /** All bytes are here and have been looked at. */
    ready: integer({ mode: 'boolean' }).notNull(),
    createdAt: integer().notNull(),
    /** What a model is told of a text or PDF. Last, so that the columns before it are read without it. */
    text: text(),
  },
  (attachment) => [index('attachments_conversation').on(attachment.conversationId)],
);
export type AttachmentRow = typeof attachments.$inferSelect;

export const attachmentChunks = sqliteTable(
  'attachment_chunks',
  {
    attachmentId: text()
      .$type<AttachmentId>()
      .notNull()
      .references(() => attachments.id, { onDelete: 'cascade' }),
    /** Of its first byte in the file. */
    offset: integer().notNull(),
    data: blob({ mode: 'buffer' }).notNull(),
  },
  (chunk) => [primaryKey({ columns: [chunk.attachmentId, chunk.offset] })],
);

export const messageAttachments = sqliteTable(
  'message_attachments',
  {
    messageId: text()
      .$type<MessageId>()
      .notNull()
      .references(() => messages.id, { onDelete: 'cascade' }),
    place: integer().notNull(),
    attachmentId: text()
      .$type<AttachmentId>()
      .notNull()
      .references(() => attachments.id, { onDelete: 'cascade' }),
  },
  (shown) => [
    primaryKey({ columns: [shown.messageId, shown.place] }),
    index('message_attachments_attachment').on(shown.attachmentId),
  ],
);
