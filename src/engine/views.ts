/** Rows as the page sees them. */
import type { AgentRow, ConversationRow, MessageRow } from '../../db/chat.model.ts';
import type { JobEventRow, JobRow } from '../../db/llm-jobs.model.ts';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import type { Store } from '../../db/store.ts';
import type { JobEvent } from '../../machines/job.context.ts';
import {
  JobUserEvent,
  type ActorView,
  type AgentView,
  type ConversationView,
  type JobEventView,
  type JobView,
  type MessageView,
} from '../protocol/views.ts';
import { conversationView, conversationViews } from './conversation-views.ts';
import { messageView, newestJobs } from './message-views.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { AgentLimits, LimitReached } from './agent-limits.ts';
import type { ProviderActors } from './provider-actors.ts';

/** Places further back than this are not counted. */
const maxPlace = 999;

/** A sample of each user event, to ask the machine whether it accepts it. */
const samples: Record<JobUserEvent, JobEvent> = {
  CANCEL: { type: 'CANCEL', at: 0 },
  RETRY: { type: 'RETRY', at: 0, rank: 0, openDependencies: 0, heldDependencies: 0 },
  PROMOTE: { type: 'PROMOTE', at: 0, rank: 0 },
  SKIP: { type: 'SKIP', at: 0 },
};

export class Views {
  readonly #store: Store;
  readonly #providers: ProviderActors;
  readonly #queue: LlmJobQueue;
  readonly #limits: AgentLimits;

  constructor(store: Store, providers: ProviderActors, queue: LlmJobQueue, limits: AgentLimits) {
    this.#store = store;
    this.#providers = providers;
    this.#queue = queue;
    this.#limits = limits;
  }

  job(row: JobRow): JobView {
    const snapshot = rowToSnapshot(row);
    const waiting = row.state === 'waiting';
    const ahead = waiting && !row.quarantined ? this.#ahead(row) : 0;
    const heldUp = waiting ? this.#providers.heldUp(row.provider, row.lane) : null;
    const reached = waiting && row.agentId !== null ? this.#limits.reached(row.agentId) : undefined;
    const { returnvalue } = row;
    return {
      id: row.id,
      name: row.name,
      state: row.state,
      phase: row.phase,
      lane: row.lane,
      provider: row.provider,
      model: row.data.model,
      fallbackModel: row.fallbackModel,
      conversationId: row.data.kind === 'chat' ? row.data.conversationId : null,
      continues: row.data.kind === 'chat' && row.data.continues !== undefined,
      createdAt: row.timestamp,
      attemptsStarted: row.attemptsStarted,
      attemptsMade: row.attemptsMade,
      maxAttempts: row.maxAttempts,
      stalledCounter: row.stalledCounter,
      runAt: row.runAt,
      processedOn: row.processedOn,
      firstContentAt: row.firstContentAt,
      finishedOn: row.finishedOn,
      stoppedOn: row.stoppedOn,
      processedBy: row.processedBy,
      place: waiting && ahead <= maxPlace ? ahead : null,
      heldUpBy: reached === undefined ? (heldUp?.by ?? null) : limitWords(reached),
      heldUpUntil: reached?.until ?? heldUp?.until ?? null,
      agentLimit:
        reached === undefined || row.agentId === null
          ? null
          : { agentId: row.agentId, kind: reached.kind, limit: reached.limit },
      failure: row.failure,
      openDependencies: row.openDependencies,
      heldByFailure: row.heldDependencies > 0,
      result:
        returnvalue === null
          ? null
          : {
              finishReason: returnvalue.finishReason,
              usage: returnvalue.usage,
              model: returnvalue.model,
              omittedMessages: returnvalue.omittedMessages,
              costMicros: returnvalue.costMicros ?? null,
            },
      can: JobUserEvent.options.filter((type) => snapshot.can(samples[type])),
      version: row.version,
    };
  }

  /** `job:<id>` as an actor: the same for a live one and for a row at rest. */
  jobActor(row: JobRow): ActorView {
    const snapshot = rowToSnapshot(row);
    const { failure, ...rest } = snapshot.context;
    return {
      id: `job:${row.id}`,
      machine: 'job',
      value: snapshot.value,
      tags: [...snapshot.tags],
      status: snapshot.status,
      can: JobUserEvent.options.filter((type) => snapshot.can(samples[type])),
      context: {
        ...rest,
        failure: failure === null ? null : { class: failure.class, code: failure.code, message: failure.message },
      },
    };
  }

  jobEvent(row: JobEventRow): JobEventView {
    return {
      jobId: row.jobId,
      version: row.version,
      at: row.at,
      event: row.event,
      from: row.fromState,
      to: row.toState,
      attempt: row.attempt,
      detail: row.detail ?? {},
    };
  }

  message(row: MessageRow): MessageView {
    const jobId = row.continuationJobId ?? row.jobId;
    const job = row.role === 'user' && jobId !== null ? this.#queue.actors.row(jobId) : undefined;
    return {
      id: row.id,
      conversationId: row.conversationId,
      role: row.role,
      text: row.text,
      thinking: row.thinking,
      status: row.status,
      createdAt: row.createdAt,
      jobId: row.jobId,
      job: job === undefined ? null : this.job(job),
    };
  }

  conversation(row: ConversationRow): ConversationView {
    return conversationView(this.#store, row);
  }

  /** All of them, the one that changed last first. */
  conversations(): ConversationView[] {
    return conversationViews(this.#store);
  }

  agent(row: AgentRow): AgentView {
    return { ...row, today: this.#limits.today(row.id) };
  }

  /**
   * Jobs of agents whose limit is reached are not counted: they stand aside. The last of all (one that was just enqueued) has
   * all others ahead of it: no need to walk past them.
   */
  #ahead(row: JobRow): number {
    const { jobs } = this.#store;
    const { lane, provider } = row;
    const agents = [...this.#queue.lines.at(lane, provider).keys()];
    const moving = [null, ...agents.filter((id) => id === row.agentId || this.#limits.reached(id) === undefined)];
    const isLast = moving.length > agents.length && !moving.some((agentId) => jobs.hasBehind(row, agentId));
    if (isLast) return Math.max(0, this.#queue.ledger.count({ lane, state: 'waiting', provider }) - 1);
    return moving.reduce((ahead, id) => (ahead > maxPlace ? ahead : ahead + jobs.ahead(row, id, maxPlace + 1)), 0);
  }
}

/** For people. The page has its own words for it, with the figures of `agentLimit`. */
function limitWords({ kind, limit }: LimitReached): string {
  const what =
    kind === 'tokens' ? `${limit.toLocaleString('en')} tokens` : `$${(limit / 1_000_000).toLocaleString('en')}`;
  return `The agent's limit of ${what} a day is reached. Raise it, or wait until midnight.`;
}
