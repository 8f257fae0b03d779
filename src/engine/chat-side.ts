/** What the queue tells conversations of jobs (`ChatSide`): answers and failures arrive, partial answers make room. */
import type { ChatJobData, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { deliverAnswer, retractAnswer } from './answer-delivery.ts';
import { preview } from './conversation-words.ts';
import type { ChatSide } from './llm-job-queue.service.ts';
import type { Titles } from './titles.ts';
import type { Ids } from './ulid.ts';

/** All of it is called inside the queue's turn. Without `titles` nobody writes any. */
export function createChatSide(store: Store, ids: Ids, titles?: Titles): ChatSide {
  const { chat } = store;
  return {
    deliver(turn, row, delivered) {
      if (!isChat(row)) return;
      const { conversationId, messageId, agentId } = row.data;
      const answer = deliverAnswer(turn, { store, ids }, row, delivered);
      if (answer === undefined) return;
      chat.updateConversation(conversationId, { updatedAt: turn.at, preview: preview(answer.text) });
      // One that was stopped is no news, and one that broke off arrives as a failure.
      if (delivered.status !== 'complete' && delivered.status !== 'cut') return;
      chat.arrived(conversationId, { kind: 'answer', messageId: answer.id, agentId, at: turn.at });
      const question = chat.message(messageId);
      if (question !== undefined) titles?.answered(turn, row, question, answer.text);
    },
    retract(turn, row) {
      if (isChat(row)) retractAnswer(turn, store, row);
    },
    changed(turn, row) {
      if (!isChat(row)) return;
      turn.ring(`conversation:${row.data.conversationId}`, row.data.messageId);
      turn.ring('conversations', row.data.conversationId);
    },
    ended(turn, row) {
      if (row.state === 'completed') titles?.completed(turn, row);
      if (row.state !== 'failed' || !isChat(row)) return;
      const { conversationId, messageId, agentId } = row.data;
      chat.arrived(conversationId, { kind: 'failure', messageId, agentId, at: turn.at });
    },
  };
}

function isChat(row: JobRow): row is JobRow & { data: ChatJobData } {
  return row.data.kind === 'chat';
}
