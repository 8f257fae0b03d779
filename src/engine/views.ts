/** Rows as the page sees them. */
import type { AgentRow, ConversationRow, MessageRow } from '../../db/chat.model.ts';
import type { JobEventRow, JobRow } from '../../db/llm-jobs.model.ts';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import type { Store } from '../../db/store.ts';
import type { GoalJob } from '../protocol/goals.ts';
import type { AgentView } from '../protocol/agents.ts';
import type {
  ActorView,
  ConversationView,
  JobEventView,
  JobUserEvent,
  JobView,
  MessageView,
} from '../protocol/views.ts';
import { conversationView, conversationViews } from './conversation-views.ts';
import { heldUp, heldUpWords, pausedBy } from './held-up.ts';
import { messageView, newestJobs } from './message-views.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { AgentLimits, LimitReached } from './agent-limits.ts';
import type { ExpectedStarts } from './expected-starts.ts';
import type { ProviderActors } from './provider-actors.ts';
import { PlacesInLine } from './places-in-line.ts';
import { acceptedIn } from './user-events.ts';

export class Views {
  readonly #store: Store;
  readonly #providers: ProviderActors;
  readonly #queue: LlmJobQueue;
  readonly #limits: AgentLimits;
  readonly #starts: ExpectedStarts;
  readonly #places: PlacesInLine;

  constructor(
    store: Store,
    providers: ProviderActors,
    queue: LlmJobQueue,
    limits: AgentLimits,
    starts: ExpectedStarts,
  ) {
    this.#store = store;
    this.#providers = providers;
    this.#queue = queue;
    this.#limits = limits;
    this.#starts = starts;
    this.#places = new PlacesInLine(store, queue, limits);
  }

  job(row: JobRow): JobView {
    const waiting = row.state === 'waiting';
    const place = !waiting ? null : row.quarantined ? 0 : this.#places.ahead(row);
    const held = waiting ? heldUp(this.#providers, row.provider, row.lane) : null;
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
      agentId: row.data.kind === 'chat' ? row.data.agentId : null,
      continues: (row.data.kind === 'chat' ? row.data.continues?.jobId : undefined) ?? null,
      goal: goalOf(row),
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
      place,
      heldUp: reached === undefined ? (held?.why ?? null) : null,
      heldUpBy: reached === undefined ? (held === null ? null : heldUpWords(held.why)) : limitWords(reached),
      heldUpUntil: reached?.until ?? held?.until ?? null,
      pausedBy: waiting ? pausedBy(this.#providers, row.provider, row.lane) : null,
      expectedStartAt: reached === undefined && place !== null ? this.#starts.of(row, place) : null,
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
      can: userEvents(row),
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
      can: userEvents(row),
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
    const jobs = row.role === 'user' ? newestJobs(this.#store, row.id, (jobId) => this.#queue.actors.row(jobId)) : [];
    return messageView(
      this.#store,
      row,
      jobs.map((job) => this.job(job)),
    );
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
}

function goalOf({ data }: JobRow): GoalJob | null {
  return data.kind === 'prompt' ? (data.goal ?? null) : null;
}

/** Of a goal the task is retried, not its job. */
function userEvents(row: JobRow): JobUserEvent[] {
  const { can } = acceptedIn(row.state);
  return goalOf(row) === null ? [...can] : can.filter((event) => event !== 'RETRY');
}

/** For people. The page has its own words for it, with the figures of `agentLimit`. */
function limitWords({ kind, limit }: LimitReached): string {
  const what =
    kind === 'tokens'
      ? `${limit.toLocaleString('en')} tokens`
      : (limit / 1_000_000).toLocaleString('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 6 });
  return `The agent's limit of ${what} a day is reached. Raise it, or wait until midnight.`;
}
