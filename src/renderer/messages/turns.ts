/** A conversation as it is read: each question with its answer, also when they were not written in that order. */
import type { JobId, MessageId } from '../../protocol/ids.ts';
import type { JobView, MessageView } from '../../protocol/views.ts';

export interface Turn {
  readonly key: string;
  /** Null while the page of older messages that holds it is not loaded. */
  readonly question: MessageView | null;
  /** Written when its job ended; until then the job streams. */
  readonly answer: MessageView | null;
}

export type Messages = ReadonlyMap<MessageId, MessageView>;

const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Turns in the order of their questions. A second message sent while the first is answered is older than the first
 * answer, so the order of messages is not the order of reading. An answer without its question is the first of a page,
 * and so of all. Turns that did not change are the same objects as in `previous`, which lets their components rest.
 */
export function toTurns(messages: Messages, previous: readonly Turn[] = []): Turn[] {
  const all = [...messages.values()].sort(byId);
  const questions = all.filter((message) => message.role === 'user');
  const byJob = new Map<JobId, MessageView>();
  const orphans: MessageView[] = [];
  const asked = new Set(questions.flatMap((question) => question.jobId ?? []));
  for (const message of all) {
    if (message.role !== 'assistant') continue;
    if (message.jobId !== null && asked.has(message.jobId)) byJob.set(message.jobId, message);
    else orphans.push(message);
  }
  const turns = [
    ...orphans.map((answer) => ({ key: answer.jobId ?? answer.id, question: null, answer })),
    ...questions.map((question) => ({
      key: question.jobId ?? question.id,
      question,
      answer: question.jobId === null ? null : (byJob.get(question.jobId) ?? null),
    })),
  ];
  const known = new Map(previous.map((turn) => [turn.key, turn]));
  return turns.map((turn) => {
    const before = known.get(turn.key);
    return before?.question === turn.question && before.answer === turn.answer ? before : turn;
  });
}

/** Nothing more happens to it by itself. */
export function isAtRest(job: JobView): boolean {
  return job.state === 'completed' || job.state === 'failed' || job.state === 'cancelled';
}

/** The job to show of two views of it: the newer one; of equal ones the second, whose place in the queue is fresher. */
export function newerJob(a: JobView | null, b: JobView | null): JobView | null {
  if (a === null || b === null) return a ?? b;
  // Ids are in the order of creation: a continuation is newer than what it continues.
  if (a.id !== b.id) return a.id > b.id ? a : b;
  return a.version > b.version ? a : b;
}
