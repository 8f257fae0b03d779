/**
 * An answer comes into its conversation: whole, or as far as it came. A further version takes the place of the one that was
 * shown only now, in the turn in which it is there itself; one that is taken back, to be asked for again, gives the place
 * to the newest that is left. So of the versions of one answer exactly one is chosen, whatever happens in between.
 */
import { hiddenBits, type MessageRow } from '../../db/chat.model.ts';
import { answerPosition } from '../../db/chat/message.repository.ts';
import type { ChatJobData, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { metaOf } from './answer-meta.ts';
import { cutBack, deliverContinuation } from './continuation.ts';
import type { Turn } from './turn.ts';
import type { Ids } from './ulid.ts';

export type Delivered = Pick<MessageRow, 'text' | 'thinking' | 'status'>;

/**
 * Writes the answer of a job that has just ended. Returns it; of a continuation the answer that it was joined to; undefined
 * when its question is gone.
 */
export function deliverAnswer(
  turn: Turn,
  { store, ids }: { store: Store; ids: Ids },
  row: JobRow & { data: ChatJobData },
  delivered: Delivered,
): MessageRow | undefined {
  const { chat } = store;
  const { conversationId, messageId, agentId } = row.data;
  const question = chat.message(messageId);
  if (question === undefined) return undefined;
  if (row.data.continues !== undefined) return deliverContinuation(turn, store, row, delivered);
  const id = ids.message();
  const firstJob = chat.jobsOfMessage(messageId).find((job) => job.agentId === agentId)?.jobId ?? row.id;
  chat.insertMessage({
    id,
    conversationId,
    role: 'assistant',
    ...delivered,
    jobId: row.id,
    createdAt: turn.at,
    position: answerPosition(question, firstJob, row.id),
    parentId: messageId,
    agentId,
    hidden: question.hidden === 0 ? 0 : hiddenBits.inherited,
    meta: metaOf(store, row),
  });
  for (const other of chat.chooseVersion(id)) turn.ring(`conversation:${conversationId}`, other);
  turn.ring(`conversation:${conversationId}`, id);
  return chat.message(id);
}

/** The job is asked again: what it has given so far goes, and the newest other version is shown in its place. */
export function retractAnswer(turn: Turn, store: Store, row: JobRow & { data: ChatJobData }): void {
  const { chat } = store;
  if (row.data.continues !== undefined) {
    cutBack(turn, store, row.data);
    return;
  }
  const partial = chat.messageOfJob(row.id, 'assistant');
  if (partial === undefined) return;
  const isChosen = (partial.hidden & hiddenBits.own) === 0;
  chat.removeMessage(partial.id);
  turn.ring(`conversation:${partial.conversationId}`, partial.id);
  const heir = isChosen ? chat.versionsOf(partial).at(-1) : undefined;
  if (heir === undefined) return;
  chat.chooseVersion(heir);
  turn.ring(`conversation:${partial.conversationId}`, heir);
}
