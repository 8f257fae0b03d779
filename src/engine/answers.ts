/**
 * Questions and who answers them. A question is answered by one job for each agent that it is addressed to, all at once; it
 * waits for what is still open of the question before it, and is held while one of those has failed (DESIGN.md, Job rows).
 * Further jobs may follow: other versions of an answer, and what goes on with a cut one.
 */
import type { AgentRow, ConversationRow, MessageRow } from '../../db/chat.model.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { AgentId, AttachmentId, JobId, MessageId } from '../protocol/ids.ts';
import { isAtRest, type Lane } from '../protocol/job.ts';
import type { DemoOptions } from '../protocol/request.ts';
import { effectiveSettings } from './conversation-settings.ts';
import { EngineError } from './errors.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import { newestJobs } from './message-views.ts';
import type { Turn } from './turn.ts';
import type { Ids } from './ulid.ts';

/** What holds for one message and goes before what the conversation and its agents have. */
export interface AskOptions {
  /** `provider/model`; one that the user chose has no fallbacks. */
  model?: string | undefined;
  lane?: Lane | undefined;
  demo?: DemoOptions | undefined;
}

export interface Ask extends AskOptions {
  conversation: ConversationRow;
  text: string;
  /** Who answers, each with a job of its own, in the order in which their answers are shown. At least one. */
  agents: readonly AgentRow[];
  /** The question before it on its branch; null: it begins the conversation. Absent: the newest one that is shown. */
  after?: MessageRow | null;
  /** Files that go with it, in their order (`requireSendable`). */
  attachments?: readonly AttachmentId[];
}

export class Answers {
  readonly #store: Store;
  readonly #queue: LlmJobQueue;
  readonly #ids: Ids;

  constructor(store: Store, queue: LlmJobQueue, ids: Ids) {
    this.#store = store;
    this.#queue = queue;
    this.#ids = ids;
  }

  /** Writes a question and enqueues its jobs. Returns the question. What the conversation says of itself is the caller's. */
  ask(turn: Turn, { conversation, text, agents, after, attachments = [], ...options }: Ask): MessageRow {
    const { chat } = this.#store;
    const previous = after === undefined ? chat.lastQuestion(conversation.id) : (after ?? undefined);
    const dependencies = this.waitsFor(previous).map((jobId) => ({ jobId, onFailure: 'hold' as const }));
    const id = this.#ids.message();
    const jobIds = agents.map((agent) => ({ jobId: this.#ids.job(), agent }));
    chat.insertMessage({
      id,
      conversationId: conversation.id,
      role: 'user',
      text,
      status: 'complete',
      jobId: jobIds[0]?.jobId ?? null,
      createdAt: turn.at,
      position: id,
      parentId: previous?.id ?? null,
    });
    this.#store.attachments.show(id, conversation.id, attachments);
    const question = this.require(id);
    for (const { jobId, agent } of jobIds) {
      this.#enqueue(turn, { jobId, conversation, question, agent, dependencies, ...options });
    }
    this.changed(turn, question);
    return question;
  }

  /** One more job of an agent for a question that it has been asked before: another version of its answer. */
  again(
    turn: Turn,
    input: { conversation: ConversationRow; question: MessageRow; agent: AgentRow } & AskOptions,
  ): JobRow {
    const job = this.#enqueue(turn, { jobId: this.#ids.job(), dependencies: [], ...input });
    this.changed(turn, input.question);
    return job;
  }

  /** Notes a job that answers a question without having been enqueued here. */
  note(jobId: JobId, messageId: MessageId, agentId: AgentId): void {
    this.#store.chat.insertMessageJob({ jobId, messageId, agentId });
  }

  /** The jobs of a question that are still kept, oldest first. */
  jobsOf(questionId: MessageId): JobRow[] {
    return this.#store.chat.jobsOfMessage(questionId).flatMap(({ jobId }) => this.#queue.actors.row(jobId) ?? []);
  }

  /** Of each agent that was asked the newest job, as far as it is kept, in the order in which they were asked first. */
  newestJobs(questionId: MessageId): JobRow[] {
    return newestJobs(this.#store, questionId, (jobId) => this.#queue.actors.row(jobId));
  }

  /**
   * What the next question has to wait for: the open jobs of this one and those that have failed without an answer. Behind
   * a cancelled one it waits for what that one still waited for.
   */
  waitsFor(question: MessageRow | undefined): JobId[] {
    if (question === undefined) return [];
    // What began a goal is answered by no job: the next question waits for what came before it.
    if (question.goal !== null) {
      return this.waitsFor(question.parentId === null ? undefined : this.#store.chat.message(question.parentId));
    }
    const found = new Set<JobId>();
    for (const job of this.jobsOf(question.id)) if (!isAtRest(job.state)) found.add(job.id);
    for (const job of this.newestJobs(question.id)) {
      if (job.state === 'failed' && !this.#hasAnswer(question, job)) found.add(job.id);
      if (job.state !== 'cancelled') continue;
      for (const { dependsOnId, state } of this.#store.dependencies.dependenciesOf(job.id)) {
        if (state === 'open' || state === 'held') found.add(dependsOnId);
      }
    }
    return [...found];
  }

  /** Nothing of it has begun: its text may still change, and it may go. */
  isUnstarted(questionId: MessageId): boolean {
    const jobs = this.jobsOf(questionId);
    return (
      jobs.length > 0 &&
      jobs.every((job) => !isAtRest(job.state) && job.state !== 'active' && job.attemptsStarted === 0)
    );
  }

  /** Waits behind the question before it, or is held by its failure. */
  isQueued(questionId: MessageId): boolean {
    return this.isUnstarted(questionId) && this.jobsOf(questionId).every((job) => job.state === 'blocked');
  }

  /** Throws `CONFLICT` while a job of this agent works on an answer to the question: a further one has to wait for it. */
  requireIdle(question: MessageRow, agentId: AgentId | null): void {
    const open = this.jobsOf(question.id).find(
      (job) => !isAtRest(job.state) && job.data.kind === 'chat' && job.data.agentId === agentId,
    );
    if (open === undefined) return;
    throw new EngineError('CONFLICT', 'This answer is being worked on. Stop that first, or wait for it.', {
      jobId: open.id,
    });
  }

  /** The message. Throws `NOT_FOUND`. */
  require(id: MessageId): MessageRow {
    const row = this.#store.chat.message(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This message was removed, or never was.');
    return row;
  }

  /** Pages look at the message again. */
  changed(turn: Turn, message: Pick<MessageRow, 'id' | 'conversationId'>): void {
    turn.ring(`conversation:${message.conversationId}`, message.id);
    turn.ring('conversations', message.conversationId);
  }

  #enqueue(
    turn: Turn,
    input: {
      jobId: JobId;
      conversation: ConversationRow;
      question: MessageRow;
      agent: AgentRow;
      dependencies: { jobId: JobId; onFailure: 'hold' }[];
    } & AskOptions,
  ): JobRow {
    const { jobId, conversation, question, agent, dependencies } = input;
    const settings = effectiveSettings(conversation, agent);
    const job = this.#queue.enqueue(turn, {
      id: jobId,
      name: 'chat',
      lane: input.lane ?? settings.lane,
      groupKey: conversation.id,
      fallbacks: input.model === undefined ? settings.fallbacks : null,
      dependencies,
      data: {
        kind: 'chat',
        conversationId: conversation.id,
        messageId: question.id,
        agentId: agent.id,
        model: input.model ?? settings.model,
        demo: input.demo,
      },
    });
    this.note(jobId, question.id, agent.id);
    return job;
  }

  /** Whether there is a whole answer of the same agent, from before this job. */
  #hasAnswer(question: MessageRow, job: JobRow): boolean {
    const agentId = job.data.kind === 'chat' ? job.data.agentId : null;
    const answers = this.#store.chat.answersOf(question);
    return answers.some((answer) => answer.agentId === agentId && answer.status !== 'interrupted');
  }
}
