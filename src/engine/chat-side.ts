/** What the queue tells conversations and goals of jobs (`ChatSide`): answers and failures arrive, partial answers make room. */
import type { ChatJobData, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { deliverAnswer, retractAnswer } from './answer-delivery.ts';
import { preview } from './conversation-words.ts';
import type { Goals } from './goals/goals.ts';
import type { Titles } from './titles.ts';
import type { Turn } from './turn.ts';
import type { Ids } from './ulid.ts';

/** What the queue tells the conversation of a chat job. All inside the turn. */
export interface ChatSide {
  /** Writes the assistant's message, whole or partial. */
  deliver(
    turn: Turn,
    row: JobRow,
    answer: { text: string; thinking: string | null; status: 'complete' | 'cut' | 'cancelled' | 'interrupted' },
  ): void;
  /** A new attempt replaces the partial answer. */
  retract(turn: Turn, row: JobRow): void;
  changed(turn: Turn, row: JobRow): void;
  /** A worker was given a job, of a conversation or not, or has it no longer. */
  moved(turn: Turn, row: JobRow): void;
  /** A job, of a conversation or not, came to rest. */
  ended(turn: Turn, row: JobRow): void;
}

export interface Listeners {
  titles: Titles;
  /** Made after the queue. */
  goals: () => { readonly goals: Goals };
}

/** All of it is called inside the queue's turn. Without `listeners` nobody writes titles, and there are no goals. */
export function createChatSide(store: Store, ids: Ids, listeners?: Listeners): ChatSide {
  const { chat } = store;
  const titles = listeners?.titles;
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
    moved(turn, row) {
      listeners?.goals().goals.jobMoved(turn, row);
    },
    ended(turn, row) {
      if (row.state === 'completed') titles?.completed(turn, row);
      listeners?.goals().goals.jobEnded(turn, row);
      if (row.state !== 'failed' || !isChat(row)) return;
      const { conversationId, messageId, agentId } = row.data;
      chat.arrived(conversationId, { kind: 'failure', messageId, agentId, at: turn.at });
    },
  };
}

function isChat(row: JobRow): row is JobRow & { data: ChatJobData } {
  return row.data.kind === 'chat';
}
