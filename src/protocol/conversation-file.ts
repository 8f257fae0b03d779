/** A conversation as a file: what `conversations.export` writes and `conversations.import` reads. Times are epoch milliseconds. */
import { z } from 'zod';
import { AnswerMeta } from './answers.ts';
import { maxMessageChars } from './api.ts';
import { attachmentLimits } from './attachments.ts';
import { AgentId, AttachmentId, ConversationId, RequestId } from './ids.ts';
import { MessageStatus } from './views.ts';

/** More do not fit into one turn. */
export const maxFileMessages = 10_000;

/** More than any conversation has, and few enough for one turn. */
const maxFileAttachments = 1_000;

const FileMessage = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  thinking: z.string().nullable().default(null),
  /** How an answer ended; a user's message is always `complete`. */
  status: MessageStatus.default('complete'),
  createdAt: z.number().int().nonnegative(),
  /**
   * The place in `messages`, further up: of an answer its question, of a question the question before it on its branch (null:
   * it begins the conversation). Absent: the last question before it, as in version 1.
   */
  parent: z.number().int().nonnegative().nullable().optional(),
  /** Of the messages that can be shown in its place (versions of an answer, a question as it was edited) it is the one. */
  shown: z.boolean().default(true),
  /** The name of who gave this answer. Absent, as in version 1: the conversation's. */
  agent: z.string().nullable().optional(),
  /** What this answer took. */
  meta: AnswerMeta.nullable().default(null),
  /** Places in `attachments`. */
  attachments: z.array(z.number().int().nonnegative()).max(attachmentLimits.perMessage).default([]),
});
export type FileMessage = z.infer<typeof FileMessage>;

const FileAttachment = z.object({
  name: z.string().min(1).max(1_000),
  /** For other programs: what a file is, is read from its bytes. */
  mediaType: z.string(),
  /** Of a PDF: its text, and how many pages it has. */
  text: z.string().max(attachmentLimits.pdfTextChars).nullable(),
  pages: z.number().int().min(1).max(attachmentLimits.pdfPages).nullable(),
  /** Its bytes. Absent where it was handed over before. */
  data: z.base64().optional(),
});
export type FileAttachment = z.infer<typeof FileAttachment>;

/** Version 2 holds all versions and branches, who answered, and the files; version 1 had one path of texts, and is read too. */
export const ConversationFile = z
  .object({
    format: z.literal('nightshift-conversation'),
    version: z.union([z.literal(1), z.literal(2)]),
    title: z.string().trim().min(1).max(200),
    /** The name of whom it is with. */
    agent: z.string().nullable(),
    createdAt: z.number().int().nonnegative(),
    /** A question stands before its answers and before what follows it; in one path, the order of reading. */
    messages: z.array(FileMessage).max(maxFileMessages),
    attachments: z.array(FileAttachment).max(maxFileAttachments).default([]),
  })
  .superRefine(({ messages, attachments }, context) => {
    const refuse = (index: number, field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: ['messages', index, field], message });
    for (const [index, { role, text, parent, attachments: files }] of messages.entries()) {
      if (role === 'user' && text.length > maxMessageChars)
        refuse(index, 'text', `at most ${maxMessageChars} characters`);
      const above = parent === undefined ? messages[index - 1] : parent === null ? undefined : messages[parent];
      if (role === 'assistant' && above?.role !== 'user') {
        refuse(index, 'parent', 'an answer stands behind a message of the user');
      }
      if (typeof parent === 'number' && (parent >= index || above?.role !== 'user')) {
        refuse(index, 'parent', 'it follows a message of the user further up');
      }
      if (files.some((file) => file >= attachments.length)) refuse(index, 'attachments', 'there is no such file');
    }
  });
export type ConversationFile = z.infer<typeof ConversationFile>;

export const ExportFormat = z.enum(['json', 'markdown']);
export type ExportFormat = z.infer<typeof ExportFormat>;
export const ExportConversation = z.object({ id: ConversationId, format: ExportFormat.default('json') });
export const ExportedConversation = z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() });
export type ExportedConversation = z.infer<typeof ExportedConversation>;

export const ImportConversation = z.object({
  requestId: RequestId,
  file: ConversationFile,
  /** Who goes on with it. Absent: the agent of the same name, else the default agent. */
  agentId: AgentId.optional(),
  /** Its files, handed over before, each in its place: a call is too small for large ones. Absent: their `data` is there. */
  attachmentIds: z.array(AttachmentId).max(maxFileAttachments).optional(),
});
