/**
 * What is written while an agent answers: questions whose jobs are blocked, behind one another. There is no list of its own;
 * the order is that of the messages, and the chain that of their jobs' dependencies. As long as nothing of a question has
 * begun it can be moved, changed and removed, each in one turn that rewrites the chain by moves that the job machine knows.
 */
import type { MessageRow } from '../../db/chat.model.ts';
import type { DependencyRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { ConversationId, JobId, MessageId } from '../protocol/ids.ts';
import { isAtRest } from '../protocol/job.ts';
import type { Answers } from './answers.ts';
import { preview } from './conversation-words.ts';
import { EngineError } from './errors.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Turn } from './turn.ts';
import type { Ids } from './ulid.ts';

export interface MessageQueueOptions {
  store: Store;
  queue: LlmJobQueue;
  answers: Answers;
  ids: Ids;
}

export class MessageQueue {
  readonly #options: MessageQueueOptions;

  constructor(options: MessageQueueOptions) {
    this.#options = options;
  }

  /** The queued questions of the shown path, the next one first. */
  list(conversationId: ConversationId): MessageRow[] {
    return this.#line(conversationId).filter(({ id }) => this.#options.answers.isQueued(id));
  }

  /** Puts the queued questions in another order. Throws `CONFLICT` unless `order` names exactly those that are queued. */
  reorder(turn: Turn, conversationId: ConversationId, order: readonly MessageId[]): MessageRow[] {
    const queued = this.list(conversationId);
    const isSame = queued.length === order.length && queued.every(({ id }) => order.includes(id));
    if (!isSame || new Set(order).size !== order.length) {
      throw new EngineError('CONFLICT', 'The queue has changed meanwhile: something began, or was added. Look again.');
    }
    const byId = new Map(queued.map((row) => [row.id, row]));
    const next = order.flatMap((id) => byId.get(id) ?? []);
    const line = this.#line(conversationId);
    const first = queued[0];
    if (first === undefined) return [];
    const isQueued = new Set(order);
    // Those that were stopped in between keep their places.
    let taken = 0;
    const moved = line.slice(line.findIndex(({ id }) => id === first.id)).map((row) => {
      if (!isQueued.has(row.id)) return row;
      taken += 1;
      return next[taken - 1] ?? row;
    });
    this.#chain(turn, this.#before(first), moved, moved.map(({ position }) => position).toSorted());
    return this.list(conversationId);
  }

  /** Changes the text of a question that nothing has begun to answer. Throws `CONFLICT` when something has. */
  edit(turn: Turn, id: MessageId, text: string): MessageRow {
    const { store, answers } = this.#options;
    const question = this.#requireUnstarted(id);
    store.chat.updateMessage(id, { text });
    if (store.chat.lastQuestion(question.conversationId)?.id === id) {
      store.chat.updateConversation(question.conversationId, { preview: preview(text) });
    }
    answers.changed(turn, question);
    return answers.require(id);
  }

  /** Takes back a question that nothing has begun to answer, with its jobs. Throws `CONFLICT` when something has. */
  remove(turn: Turn, id: MessageId): void {
    const { store, queue, answers } = this.#options;
    const question = this.#requireUnstarted(id);
    const jobs = answers.jobsOf(id);
    const rest = this.rightBehind(question);
    this.#chain(
      turn,
      this.#before(question),
      rest,
      rest.map(({ position }) => position),
    );
    for (const job of jobs) queue.cancel(turn, job.id);
    const { conversationId, parentId } = question;
    for (const child of store.chat.versionsOf({ conversationId, parentId: id, role: 'user', agentId: null })) {
      store.chat.updateMessage(child, { parentId });
    }
    store.chat.removeMessage(id);
    const last = store.chat.newestMessages(conversationId, 1)[0];
    store.chat.updateConversation(conversationId, { preview: preview(last?.text ?? '') });
    answers.changed(turn, question);
  }

  /**
   * Steering: the question goes to the front, and what it waited for ends: a running answer is stopped with what it has said
   * so far, a failed one is skipped. So it is answered next, together with the question before it. Throws `CONFLICT` when it
   * is not queued any more.
   */
  sendNow(turn: Turn, id: MessageId): MessageRow {
    const { queue, answers } = this.#options;
    const question = answers.require(id);
    if (question.hidden !== 0 || !answers.isQueued(id)) {
      throw new EngineError(
        'CONFLICT',
        'This message is not in the queue any more: its answer has begun, or it was stopped.',
      );
    }
    const queued = this.list(question.conversationId);
    this.reorder(turn, question.conversationId, [id, ...queued.flatMap((row) => (row.id === id ? [] : [row.id]))]);
    for (const jobId of answers.waitsFor(this.#before(answers.require(id)))) {
      if (queue.actors.require(jobId).state === 'failed') queue.userEvent(turn, jobId, 'SKIP');
      else queue.cancel(turn, jobId);
    }
    return answers.require(id);
  }

  /** The questions of the shown path behind this one, when all of them are queued; none when something else is there. */
  rightBehind(question: MessageRow): MessageRow[] {
    const { store, answers } = this.#options;
    // The end of the path tells most often, without reading what may be thousands.
    const last = store.chat.lastQuestion(question.conversationId);
    if (last === undefined || last.id === question.id || !answers.isQueued(last.id)) return [];
    const behind = store.chat.questionsFrom(question.conversationId, question.position).slice(1);
    return behind.every(({ id }) => answers.isQueued(id)) ? behind : [];
  }

  /** Queues these questions behind another one, with new places behind its own. */
  moveBehind(turn: Turn, question: MessageRow, queued: readonly MessageRow[]): void {
    this.#chain(
      turn,
      question,
      queued,
      queued.map(() => this.#options.ids.message()),
    );
  }

  /** From the oldest question that may have something queued behind it. */
  #line(conversationId: ConversationId): MessageRow[] {
    const { store, answers } = this.#options;
    const line: MessageRow[] = [];
    let row = store.chat.lastQuestion(conversationId);
    while (row !== undefined) {
      line.push(row);
      const jobs = answers.jobsOf(row.id);
      if (jobs.length === 0 || jobs.some(({ attemptsStarted }) => attemptsStarted > 0)) break;
      row = store.chat.questionBefore(conversationId, row.position);
    }
    return line.toReversed();
  }

  #before({ parentId }: MessageRow): MessageRow | undefined {
    return parentId === null ? undefined : this.#options.store.chat.message(parentId);
  }

  #requireUnstarted(id: MessageId): MessageRow {
    const { answers } = this.#options;
    const question = answers.require(id);
    if (question.role === 'user' && answers.isUnstarted(id)) return question;
    throw new EngineError(
      'CONFLICT',
      'Its answer has begun, or was stopped: it can no longer be changed or taken back. Edit and resend it instead.',
    );
  }

  /** These questions follow `base` in this order, at these places; each waits for the one before it. */
  #chain(
    turn: Turn,
    base: MessageRow | undefined,
    questions: readonly MessageRow[],
    positions: readonly string[],
  ): void {
    const { store, answers } = this.#options;
    // No two messages may have the same place, not even on the way.
    for (const { id } of questions) store.chat.updateMessage(id, { position: `~${id}` });
    let parentId = base?.id ?? null;
    let behind = answers.waitsFor(base);
    for (const [index, question] of questions.entries()) {
      store.chat.updateMessage(question.id, { parentId, position: positions[index] ?? question.position });
      parentId = question.id;
      const open = answers.jobsOf(question.id).filter(({ state }) => !isAtRest(state));
      if (answers.isQueued(question.id)) for (const job of open) this.#waitFor(turn, job.id, behind);
      if (open.length > 0) behind = open.map(({ id }) => id);
      answers.changed(turn, question);
    }
  }

  /** The job waits for exactly these, whatever it waited for. */
  #waitFor(turn: Turn, jobId: JobId, wanted: readonly JobId[]): void {
    const { store, queue } = this.#options;
    const { actors, ledger } = queue;
    const at = turn.at;
    const isOpen = ({ state }: DependencyRow): boolean => state === 'open' || state === 'held';
    const present = store.dependencies.dependenciesOf(jobId).filter(isOpen);
    // New ones first: a job that for a moment waited for nothing would be free to run.
    for (const dependsOnId of wanted) {
      if (present.some((dependency) => dependency.dependsOnId === dependsOnId)) continue;
      const isHeld = actors.require(dependsOnId).state === 'failed';
      const state = isHeld ? 'held' : 'open';
      store.dependencies.remove(jobId, dependsOnId);
      const position = store.dependencies.nextPosition(jobId);
      store.dependencies.insert({ jobId, dependsOnId, onFailure: 'hold', state, position });
      actors.send(turn, jobId, { type: 'DEPENDENCY_ADDED', at });
      if (isHeld) actors.send(turn, jobId, { type: 'DEPENDENCY_HELD', at });
    }
    for (const dependency of present) {
      if (wanted.includes(dependency.dependsOnId)) continue;
      store.dependencies.remove(jobId, dependency.dependsOnId);
      const row = actors.require(jobId);
      const rank = row.openDependencies > 1 ? 0 : ledger.rank(row.groupKey, row.lane);
      actors.send(turn, jobId, { type: 'DEPENDENCY_MET', at, rank, wasHeld: dependency.state === 'held' });
    }
  }
}
