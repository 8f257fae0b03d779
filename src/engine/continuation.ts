/**
 * Going on with an answer that the token limit has cut: a job of its own, which asks the model for the rest, and whose text
 * is joined to the answer. The answer stays one message of the job that began it. A continuation knows how long the answer
 * was when it began, so delivering it, or taking a partial one back, comes to the same however often it happens.
 */
import type { MessageRow } from '../../db/chat.model.ts';
import type { ChatJobData, Continued, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId, MessageId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Turn } from './turn.ts';

/** What the model is told after its own cut answer. */
export const goOn =
  'Your last answer was cut off by the limit on its length. Go on exactly where it stopped, in the middle of a word if ' +
  'that is where it stopped. Repeat nothing, and say nothing about the cut.';

/** Enqueues the continuation. Returns the id of the question. Throws `NOT_FOUND`, or `CONFLICT` when there is nothing to go on with. */
export function continueAnswer(
  turn: Turn,
  { store, queue, jobId }: { store: Store; queue: LlmJobQueue; jobId: JobId },
  answerId: MessageId,
): MessageId {
  const { chat } = store;
  const answer = chat.message(answerId);
  const question = answer?.jobId == null ? undefined : chat.messageOfJob(answer.jobId, 'user');
  if (answer?.role !== 'assistant' || answer.jobId === null || question === undefined) {
    throw new EngineError('NOT_FOUND', 'There is no such answer (any more).');
  }
  const last = lastJob(queue, question);
  if (last?.data.kind !== 'chat' || last.returnvalue === null || last.state !== 'completed') {
    throw new EngineError(
      'CONFLICT',
      'This answer is being worked on, or its continuation has failed: retry that one.',
    );
  }
  if (last.returnvalue.finishReason !== 'length') {
    throw new EngineError('CONFLICT', 'The token limit has not cut this answer: there is nothing to go on with.');
  }
  const conversation = chat.conversation(answer.conversationId);
  if (conversation === undefined) throw new EngineError('NOT_FOUND', 'The conversation was removed.');
  const continues: Continued = {
    jobId: answer.jobId,
    textChars: answer.text.length,
    thinkingChars: answer.thinking?.length ?? 0,
  };
  queue.enqueue(turn, {
    id: jobId,
    name: 'chat',
    lane: last.lane,
    groupKey: conversation.id,
    fallbacks: last.fallbacks,
    // The model that gave the first part goes on with it.
    data: { ...last.data, model: last.fallbackModel ?? last.data.model, continues },
  });
  chat.updateMessage(question.id, { continuationJobId: jobId });
  // What is written next reads the whole answer: it waits for the rest, as it would for the answer itself.
  if (conversation.lastJobId === last.id) chat.updateConversation(conversation.id, { lastJobId: jobId });
  turn.ring(`conversation:${conversation.id}`, question.id);
  turn.ring('conversations', conversation.id);
  return question.id;
}

/** Joins the rest, whole or as far as it came, to the answer. One that failed leaves the answer cut, as it was. */
export function deliverContinuation(
  turn: Turn,
  store: Store,
  data: ChatJobData,
  rest: Pick<MessageRow, 'text' | 'thinking' | 'status'>,
): void {
  join(turn, store, data, rest, rest.status === 'complete' ? 'complete' : 'cut');
}

/** Takes back what a continuation has delivered: it is asked again. */
export function cutBack(turn: Turn, store: Store, data: ChatJobData): void {
  join(turn, store, data, { text: '', thinking: null }, 'cut');
}

/** What the answer was before the continuation. */
export function cutAnswer(store: Store, { jobId, textChars }: Continued): string {
  return store.chat.messageOfJob(jobId, 'assistant')?.text.slice(0, textChars) ?? '';
}

function join(
  turn: Turn,
  store: Store,
  { conversationId, continues }: ChatJobData,
  rest: Pick<MessageRow, 'text' | 'thinking'>,
  status: MessageRow['status'],
): void {
  const answer = continues === undefined ? undefined : store.chat.messageOfJob(continues.jobId, 'assistant');
  if (continues === undefined || answer === undefined) return;
  const thoughts = [answer.thinking?.slice(0, continues.thinkingChars), rest.thinking];
  const thinking = thoughts.filter((text) => text !== undefined && text !== null && text !== '').join('\n\n');
  store.chat.updateMessage(answer.id, {
    text: answer.text.slice(0, continues.textChars) + rest.text,
    thinking: thinking === '' ? null : thinking,
    status,
  });
  store.chat.updateConversation(conversationId, { updatedAt: turn.at });
  turn.ring(`conversation:${conversationId}`, answer.id);
}

function lastJob(queue: LlmJobQueue, question: MessageRow): JobRow | undefined {
  const id = question.continuationJobId ?? question.jobId;
  return id === null ? undefined : queue.actors.row(id);
}
