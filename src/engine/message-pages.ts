/** Pages of a conversation's shown path: its end, what is before or behind a message, or what is around one. */
import type { ChatRepository } from '../../db/chat/chat.repository.ts';
import type { MessageRow } from '../../db/chat.model.ts';
import type { ConversationId, MessageId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';

export interface Where {
  before?: MessageId | undefined;
  after?: MessageId | undefined;
  around?: MessageId | undefined;
}

export interface Page {
  /** Oldest first. */
  rows: MessageRow[];
  /** There are older ones. */
  more: boolean;
  /** There are newer ones. */
  moreNewer: boolean;
}

type Pages = Pick<ChatRepository, 'message' | 'messagesBefore' | 'messagesAfter' | 'newestMessages'>;

/** Throws `NOT_FOUND` when the message that is named is not there, `BAD_REQUEST` when several are. */
export function pageOf(chat: Pages, id: ConversationId, { before, after, around }: Where, limit: number): Page {
  const named = [before, after, around].filter((message) => message !== undefined);
  if (named.length > 1) throw new EngineError('BAD_REQUEST', 'Name one of `before`, `after` and `around`.');
  const [messageId] = named;
  if (messageId === undefined) {
    const older = back(chat.newestMessages(id, limit + 1), limit);
    return { ...older, moreNewer: false };
  }
  const anchor = chat.message(messageId);
  if (anchor?.conversationId !== id) throw new EngineError('NOT_FOUND', `The message ${messageId} was removed.`);
  const { position } = anchor;
  if (before !== undefined) return { ...back(chat.messagesBefore(id, position, limit + 1), limit), moreNewer: true };
  const behind = (most: number) => {
    const rows = chat.messagesAfter(id, position, most + 1);
    return { rows: rows.slice(0, most), moreNewer: rows.length > most };
  };
  if (after !== undefined) return { ...behind(limit), more: true };
  const own = anchor.hidden === 0 ? [anchor] : [];
  const half = Math.floor((limit - own.length) / 2);
  const older = back(chat.messagesBefore(id, position, limit - own.length - half + 1), limit - own.length - half);
  const newer = behind(half);
  return { rows: [...older.rows, ...own, ...newer.rows], more: older.more, moreNewer: newer.moreNewer };
}

/** Rows that were read backwards, with one more than asked for where there are more. */
function back(rows: MessageRow[], limit: number): { rows: MessageRow[]; more: boolean } {
  return { rows: rows.slice(0, limit).toReversed(), more: rows.length > limit };
}
