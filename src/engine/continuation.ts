/**
 * Going on with an answer that the token limit has cut: a job of its own, which asks the model for the rest, and whose text
 * is joined to the answer. The answer stays one message of the job that began it. A continuation knows how long the answer
 * was when it began, so delivering it, or taking a partial one back, comes to the same however often it happens.
 */
import type { MessageRow } from '../../db/chat.model.ts';
import type { ChatJobData, Continued, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId, MessageId } from '../protocol/ids.ts';
import { joinMeta, metaOf } from './answer-meta.ts';
import type { Answers } from './answers.ts';
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
  { store, queue, answers, jobId }: { store: Store; queue: LlmJobQueue; answers: Answers; jobId: JobId },
  answerId: MessageId,
): MessageId {
  const { chat } = store;
  const answer = chat.message(answerId);
  const question = answer?.parentId == null ? undefined : chat.message(answer.parentId);
  if (answer?.role !== 'assistant' || answer.jobId === null || question === undefined) {
    throw new EngineError('NOT_FOUND', 'There is no such answer (any more).');
  }
  answers.requireIdle(question, answer.agentId);
  const last = answers.jobsOf(question.id).findLast((job) => isPartOf(job, answer.jobId));
  if (last?.data.kind !== 'chat' || last.returnvalue === null || last.state !== 'completed') {
    throw new EngineError('CONFLICT', 'The continuation of this answer has failed: retry that one.');
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
  answers.note(jobId, question.id, last.data.agentId);
  answers.changed(turn, question);
  return question.id;
}

/**
 * Joins the rest, whole or as far as it came, to the answer, and returns that. One that failed leaves the answer cut, as it
 * was.
 */
export function deliverContinuation(
  turn: Turn,
  store: Store,
  row: JobRow & { data: ChatJobData },
  rest: Pick<MessageRow, 'text' | 'thinking' | 'status'>,
): MessageRow | undefined {
  const answer = join(turn, store, row.data, rest, rest.status === 'complete' ? 'complete' : 'cut');
  // A continuation is delivered once when it is whole, and its meta with it; as far as it came it has none.
  if (answer === undefined || row.state !== 'completed') return answer;
  store.chat.updateMessage(answer.id, { meta: joinMeta(answer.meta, metaOf(store, row)) });
  return store.chat.message(answer.id);
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
): MessageRow | undefined {
  const answer = continues === undefined ? undefined : store.chat.messageOfJob(continues.jobId, 'assistant');
  if (continues === undefined || answer === undefined) return undefined;
  const thoughts = [answer.thinking?.slice(0, continues.thinkingChars), rest.thinking];
  const thinking = thoughts.filter((text) => text !== undefined && text !== null && text !== '').join('\n\n');
  store.chat.updateMessage(answer.id, {
    text: answer.text.slice(0, continues.textChars) + rest.text,
    thinking: thinking === '' ? null : thinking,
    status,
  });
  store.chat.updateConversation(conversationId, { updatedAt: turn.at });
  turn.ring(`conversation:${conversationId}`, answer.id);
  return answer;
}

/** It gave the answer that `jobId` began, or went on with it. */
function isPartOf(job: JobRow, jobId: JobId | null): boolean {
  return job.id === jobId || (job.data.kind === 'chat' && job.data.continues?.jobId === jobId);
}
