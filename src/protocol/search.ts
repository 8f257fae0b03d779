/** Full-text search: what is asked and what is found. Times are epoch milliseconds. */
import { z } from 'zod';
import { ConversationId, MessageId } from './ids.ts';

export const maxQueryChars = 500;

/**
 * `query`: words that must all occur, in any order, in any case and with or without their accents; `"…"` holds words that
 * follow each other. The last word may be unfinished. Nothing in it is syntax that could be wrong.
 */
export const SearchMessages = z.object({
  query: z.string().max(maxQueryChars),
  /** The most conversations to return. */
  limit: z.number().int().min(1).max(50).default(20),
});
export type SearchMessages = z.infer<typeof SearchMessages>;

/** A piece of a text; `hit`: it is what was looked for. Joined, the pieces are the text or a part of it. */
export const TextPiece = z.object({ text: z.string(), hit: z.boolean() });
export type TextPiece = z.infer<typeof TextPiece>;

export const SearchHit = z.object({
  messageId: MessageId,
  role: z.enum(['user', 'assistant']),
  /** Who wrote an answer; null for the user's own messages, and when the agent is gone. */
  author: z.string().nullable(),
  createdAt: z.number(),
  /** The place of the hit, with some words around it. */
  snippet: z.array(TextPiece),
});
export type SearchHit = z.infer<typeof SearchHit>;

export const ConversationHits = z.object({
  conversationId: ConversationId,
  /** All of the title, with what was found in it. */
  title: z.array(TextPiece),
  updatedAt: z.number(),
  archived: z.boolean(),
  /** Of its messages, the best first, at most `hitsPerConversation`. Empty when only the title was found. */
  hits: z.array(SearchHit),
  /** How many messages of it were found among those that were ranked. */
  hitCount: z.number().int(),
});
export type ConversationHits = z.infer<typeof ConversationHits>;

export const hitsPerConversation = 5;

export const SearchResult = z.object({
  /** The one with the best hit first. */
  conversations: z.array(ConversationHits),
  /** More conversations were found than asked for, or more messages than are ranked: the newest of those were. */
  more: z.boolean(),
});
export type SearchResult = z.infer<typeof SearchResult>;
