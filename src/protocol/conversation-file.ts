/** A conversation as a file: what `conversations.export` writes and `conversations.import` reads. Times are epoch milliseconds. */
import { z } from 'zod';
import { maxMessageChars } from './api.ts';
import { AgentId, ConversationId, RequestId } from './ids.ts';
import { MessageStatus } from './views.ts';

/** More do not fit into one turn. */
export const maxFileMessages = 10_000;

const FileMessage = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  thinking: z.string().nullable().default(null),
  /** How an answer ended; a user's message is always `complete`. */
  status: MessageStatus.default('complete'),
  createdAt: z.number().int().nonnegative(),
});

export const ConversationFile = z.object({
  format: z.literal('nightshift-conversation'),
  version: z.literal(1),
  title: z.string().trim().min(1).max(200),
  /** The name of who answered in it. */
  agent: z.string().nullable(),
  createdAt: z.number().int().nonnegative(),
  /** In the order of reading: each answer stands right behind the message that it answers. */
  messages: z
    .array(FileMessage)
    .max(maxFileMessages)
    .superRefine((messages, context) => {
      for (const [index, { role, text }] of messages.entries()) {
        if (role === 'user' && text.length > maxMessageChars) {
          context.addIssue({ code: 'custom', path: [index, 'text'], message: `at most ${maxMessageChars} characters` });
        }
        if (role === 'assistant' && messages[index - 1]?.role !== 'user') {
          context.addIssue({
            code: 'custom',
            path: [index],
            message: 'an answer stands right behind a message of the user',
          });
        }
      }
    }),
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
});
