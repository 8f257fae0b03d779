/** What the queue tells the conversation of a chat job (`ChatSide`): answers arrive, partial ones make room. */
import type { MessageRow } from '../../db/chat.model.ts';
import { answerPosition } from '../../db/chat/chat.repository.ts';
import type { Store } from '../../db/store.ts';
import { cutBack, deliverContinuation } from './continuation.ts';
import { preview } from './conversation-words.ts';
import type { ChatSide } from './llm-job-queue.service.ts';
import type { Ids } from './ulid.ts';

/** All of it is called inside the queue's turn. */
export function createChatSide(store: Store, ids: Ids): ChatSide {
  return {
    deliver(turn, row, { text, thinking, status }) {
      if (row.data.kind !== 'chat') return;
      const { conversationId, messageId } = row.data;
      if (store.chat.message(messageId) === undefined) return;
      if (row.data.continues !== undefined) {
        deliverContinuation(turn, store, row.data, { text, thinking, status });
        return;
      }
      const message: MessageRow = {
        id: ids.message(),
        conversationId,
        role: 'assistant',
        text,
        thinking,
        status,
        jobId: row.id,
        continuationJobId: null,
        createdAt: turn.at,
        position: answerPosition(messageId),
      };
      store.chat.insertMessage(message);
      store.chat.updateConversation(conversationId, { updatedAt: turn.at, preview: preview(text) });
      turn.ring(`conversation:${conversationId}`, message.id);
    },
    retract(turn, row) {
      if (row.data.kind !== 'chat') return;
      if (row.data.continues !== undefined) {
        cutBack(turn, store, row.data);
        return;
      }
      const partial = store.chat.messageOfJob(row.id, 'assistant');
      if (partial === undefined) return;
      store.chat.removeAnswer(row.id);
      turn.ring(`conversation:${row.data.conversationId}`, partial.id);
    },
    changed(turn, row) {
      if (row.data.kind !== 'chat') return;
      turn.ring(`conversation:${row.data.conversationId}`, row.data.messageId);
      turn.ring('conversations', row.data.conversationId);
    },
  };
}
