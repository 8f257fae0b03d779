/** A conversation as it is read: each question with the answers of all whom it was put to, and what still waits in line. */
import type { AgentId, MessageId } from '../../protocol/ids.ts';
import type { JobView, MessageView } from '../../protocol/views.ts';

/** The answer of one agent: what is stored of it, and the job that works on it or did last. */
export interface AnswerSlot {
  readonly key: string;
  readonly agentId: AgentId | null;
  /** Null where it has nothing to add to what is stored. */
  readonly job: JobView | null;
  /** The version that is shown; null while there is none. */
  readonly stored: MessageView | null;
}

export interface Turn {
  /** The question's id. */
  readonly key: MessageId;
  /** Null while the page of older messages that holds it is not loaded. */
  readonly question: MessageView | null;
  readonly answers: readonly AnswerSlot[];
  /** What agents report of the goal that it began, as it came. */
  readonly reports: readonly MessageView[];
}

export interface Reading {
  readonly turns: readonly Turn[];
  /** Questions that wait behind the ones above, the next one first. */
  readonly queued: readonly MessageView[];
}

/** The shown path, in any order. */
export type Messages = ReadonlyMap<MessageId, MessageView>;

const byPosition = (a: MessageView, b: MessageView) => (a.position < b.position ? -1 : a.position > b.position ? 1 : 0);

/**
 * In the order of reading, which is that of `position`: a second message sent while the first is answered is older than the
 * first answer. Answers without their question are the first of a page, and so of all. Turns that did not change are the
 * same objects as in `previous`, which lets their components rest.
 */
export function toReading(messages: Messages, previous: readonly Turn[] = []): Reading {
  const found = new Map<MessageId, { question: MessageView | null; stored: MessageView[] }>();
  for (const message of [...messages.values()].sort(byPosition)) {
    const key = message.role === 'user' ? message.id : (message.parentId ?? message.id);
    const turn = found.get(key) ?? { question: null, stored: [] };
    if (message.role === 'user') turn.question = message;
    else turn.stored.push(message);
    found.set(key, turn);
  }
  const known = new Map(previous.map((turn) => [turn.key, turn]));
  const turns: Turn[] = [];
  const queued: MessageView[] = [];
  for (const [key, { question, stored }] of found) {
    if (question !== null && stored.length === 0 && isQueued(question)) {
      queued.push(question);
      continue;
    }
    const turn: Turn = {
      key,
      question,
      answers: toSlots(
        key,
        question?.jobs ?? [],
        stored.filter(({ goal }) => goal === null),
      ),
      reports: stored.filter(({ goal }) => goal !== null),
    };
    const before = known.get(key);
    turns.push(before !== undefined && isSame(before, turn) ? before : turn);
  }
  return { turns, queued };
}

/** Nothing of it has begun, and something before it has to end first. */
function isQueued({ jobs }: MessageView): boolean {
  return jobs.length > 0 && jobs.every(({ state }) => state === 'blocked');
}

/** One for each agent, in the order in which they were asked; whose jobs are not kept any more come first. */
function toSlots(key: MessageId, jobs: readonly JobView[], stored: readonly MessageView[]): AnswerSlot[] {
  const asked = new Set(jobs.map(({ agentId }) => agentId));
  const agents = new Set([...stored.flatMap(({ agentId }) => (asked.has(agentId) ? [] : [agentId])), ...asked]);
  return [...agents].map((agentId) => {
    const answer = stored.findLast((message) => message.agentId === agentId) ?? null;
    const job = jobs.find((candidate) => candidate.agentId === agentId) ?? null;
    return { key: `${key}:${agentId ?? ''}`, agentId, stored: answer, job: saysMore(job, answer) ? job : null };
  });
}

/**
 * Whether the newest job says something of the version that is shown: it gave it, goes on with it, is making the next one, or
 * has failed to. It does not when the reader went back to an older version, or when the attempt at a new one was stopped.
 */
function saysMore(job: JobView | null, answer: MessageView | null): boolean {
  if (job === null || answer === null || job.id === answer.jobId) return true;
  if (job.continues !== null) return job.continues === answer.jobId;
  if (!isAtRest(job)) return true;
  return job.state === 'failed' && answer.versions.at(-1) === answer.id;
}

function isSame(a: Turn, b: Turn): boolean {
  return (
    a.question === b.question &&
    a.answers.length === b.answers.length &&
    a.reports.length === b.reports.length &&
    a.reports.every((report, index) => report === b.reports[index]) &&
    a.answers.every(({ stored, job }, index) => stored === b.answers[index]?.stored && job === b.answers[index]?.job)
  );
}

/** The turn that holds the queue back: the last one about which there is a decision to make. Undefined when none does. */
export function holder(turns: readonly Turn[], queued: readonly MessageView[]): MessageId | undefined {
  if (!queued.some(({ jobs }) => jobs.some(({ heldByFailure }) => heldByFailure))) return undefined;
  return turns.findLast(({ question }) => question?.jobs.some(({ can }) => can.includes('SKIP')))?.key;
}

/** Nothing more happens to it by itself. */
export function isAtRest(job: JobView): boolean {
  return job.state === 'completed' || job.state === 'failed' || job.state === 'cancelled';
}

/** A further version of an answer that there is already. */
export function isRenewal({ job, stored }: AnswerSlot): boolean {
  return job !== null && stored !== null && job.id !== stored.jobId && job.continues === null;
}

/** The job to show of two views of it: the newer one; of equal ones the second, whose place in the queue is fresher. */
export function newerJob(a: JobView | null, b: JobView | null): JobView | null {
  if (a === null || b === null) return a ?? b;
  // Ids are in the order of creation: a further job of the same answer is newer than the one before.
  if (a.id !== b.id) return a.id > b.id ? a : b;
  return a.version > b.version ? a : b;
}

/** Of two views of one message the newer one: that in which no job is older. */
export function newerMessage(known: MessageView | undefined, arrived: MessageView): MessageView {
  if (known === undefined || known.jobs.length > arrived.jobs.length) return known ?? arrived;
  const isOlder = known.jobs.some((job) => {
    const other = arrived.jobs.find(({ agentId }) => agentId === job.agentId) ?? null;
    return other !== null && other !== job && newerJob(job, other) === job;
  });
  return isOlder ? known : arrived;
}
