/** Carries out the planned load, and keeps what was acknowledged: the count at the end is held against it. */
import type { ConversationId, JobId } from '../../src/protocol/ids.ts';
import type { HostChain } from './host-chain.ts';
import { promptOf } from './journal.ts';
import type { Deed, PlannedJob, Question } from './plan.ts';

export interface Accepted {
  readonly question: Question;
  readonly jobId: JobId;
  /** The conversation's number in the plan, and its id; null for a job outside any. */
  readonly conversation: { number: number; id: ConversationId } | null;
}

export class Load {
  /** By the question's number, in the order of acknowledgement. */
  readonly accepted = new Map<number, Accepted>();
  /** Questions whose job was asked to stop, and those where that was acknowledged. */
  readonly cancelAsked = new Set<number>();
  readonly cancelled = new Set<number>();
  readonly #chain: HostChain;
  readonly #talks = new Map<number, Promise<ConversationId>>();
  readonly #pending = new Set<Promise<void>>();

  constructor(chain: HostChain) {
    this.#chain = chain;
  }

  /** Begins it; what it does over time goes on behind. */
  begin(deed: Deed): void {
    const work = this.#carryOut(deed).finally(() => this.#pending.delete(work));
    this.#pending.add(work);
  }

  /** Resolves when all that was begun is acknowledged; rejects with the first refusal. */
  async acknowledged(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async #carryOut(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'messages':
        // One after the other: the order in which they were acknowledged is the order they must be answered in.
        for (const question of deed.questions) await this.#say(deed.conversation, question);
        return;
      case 'jobs':
        return this.#enqueue(deed.jobs);
      case 'cancel':
        return this.#cancel(deed.question);
    }
  }

  #say(conversation: number, question: Question): Promise<void> {
    const before = this.#talks.get(conversation) ?? this.#converse(conversation);
    const said = before.then(async (id) => {
      const message = await this.#chain.call(({ client }) =>
        client.conversations.send.mutate({
          requestId: `chaos-message-${question.number}`,
          conversationId: id,
          text: promptOf(question),
          model: question.model,
        }),
      );
      if (message.jobId === null) throw new Error(`message ${question.number} has no job`);
      this.accepted.set(question.number, {
        question,
        jobId: message.jobId,
        conversation: { number: conversation, id },
      });
      return id;
    });
    this.#talks.set(conversation, said);
    return said.then(() => undefined);
  }

  async #converse(conversation: number): Promise<ConversationId> {
    const requestId = `chaos-conversation-${conversation}`;
    const { id } = await this.#chain.call(({ client }) => client.conversations.create.mutate({ requestId }));
    return id;
  }

  async #enqueue(jobs: readonly PlannedJob[]): Promise<void> {
    const ids = await this.#chain.call(({ client }) =>
      client.jobs.enqueueMany.mutate({
        requestId: `chaos-jobs-${jobs[0]?.number}`,
        jobs: jobs.map((job) => ({
          name: 'chaos',
          model: job.model,
          messages: [{ role: 'user' as const, content: promptOf(job) }],
          lane: job.lane,
          group: job.group,
          delayMs: job.delayMs,
          dependsOnIndex: [...job.after],
        })),
      }),
    );
    for (const [index, question] of jobs.entries()) {
      const jobId = ids[index];
      if (jobId === undefined) throw new Error(`job ${question.number} has no id`);
      this.accepted.set(question.number, { question, jobId, conversation: null });
    }
  }

  async #cancel(number: number): Promise<void> {
    const job = this.accepted.get(number);
    // Not yet acknowledged, so the user does not see it yet.
    if (job === undefined) return;
    this.cancelAsked.add(number);
    try {
      await this.#chain.call(({ client }) => client.jobs.cancel.mutate({ id: job.jobId }));
      this.cancelled.add(number);
    } catch {
      // Refused: it had ended, or an earlier try was carried out and never acknowledged. The audit knows which are allowed.
    }
  }
}
