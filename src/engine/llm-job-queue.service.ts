/**
 * The queue: every way in which a job comes to be, moves and ends. All of it inside a turn. What a transition brings with it
 * (counters, the jobs around it, the conversation, the worker that must stop) is in `#afterTransition`, once for all events.
 */
import type { JobData, JobFallbacks, JobReturnValue, JobRow } from '../../db/llm-jobs.model.ts';
import type { JobKind } from '../../db/jobs/job-log.repository.ts';
import type { Store } from '../../db/store.ts';
import { blankJob, initialJobState, queueDeadline, type JobContext } from '../../machines/job.context.ts';
import { jobMachineVersion } from '../../machines/job.machine.ts';
import { splitModel, type AgentId, type JobId } from '../protocol/ids.ts';
import {
  defaultBackoff,
  defaultRunMs,
  isAtRest,
  type Backoff,
  type Failure,
  type JobResult,
  type JobTimeouts,
  type Lane,
  type LostReason,
} from '../protocol/job.ts';
import type { JobUserEvent } from '../protocol/views.ts';
import { EngineError } from './errors.ts';
import { AgentLines } from './agent-lines.ts';
import type { AgentLimits } from './agent-limits.ts';
import { JobActors, type Transition } from './job-actors.ts';
import type { Inspection } from './inspection.ts';
import { JobFamily, type NewDependency } from './job-family.ts';
import { LineEnds } from './line-ends.ts';
import type { Random } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import { QueueLedger } from './queue-ledger.ts';
import { RunTimes } from './run-times.ts';
import type { Slots } from './slots.ts';
import { StatisticsRecorder } from './statistics-recorder.ts';
import type { Streams } from './streams.ts';
import type { Turn, TurnLoop } from './turn.ts';

export interface NewJob {
  id: JobId;
  name: string;
  data: JobData;
  lane: Lane;
  groupKey: string;
  delayMs?: number;
  maxAttempts?: number;
  backoff?: Backoff | undefined;
  timeouts?: JobTimeouts | undefined;
  fallbacks?: JobFallbacks | null;
  parentId?: JobId | undefined;
  /** Absent: the agent that a chat job names. */
  agentId?: AgentId | undefined;
  dependencies?: readonly NewDependency[];
}

export const defaultMaxAttempts = 3;

/** What the queue tells the conversation of a chat job. All inside the turn. */
export interface ChatSide {
  /** Writes the assistant's message, whole or partial. */
  deliver(
    turn: Turn,
    row: JobRow,
    answer: { text: string; thinking: string | null; status: 'complete' | 'cut' | 'cancelled' | 'interrupted' },
  ): void;
  /** A new attempt replaces the partial answer. */
  retract(turn: Turn, row: JobRow): void;
  changed(turn: Turn, row: JobRow): void;
  /** A job, of a conversation or not, came to rest. */
  ended(turn: Turn, row: JobRow): void;
}

export interface QueueOptions {
  store: Store;
  turns: () => TurnLoop;
  slots: Slots;
  streams: Streams;
  providers: ProviderActors;
  limits: AgentLimits;
  random: Random;
  chat: ChatSide;
  /** A worker was told to stop this attempt; its slot is held until it has. */
  stopping: (turn: Turn, workerId: string, jobId: JobId, attempt: number) => void;
  /** Something may be claimable now. */
  ringDispatcher: () => void;
  /** After a commit that changed the number of jobs in some state. */
  countsChanged: () => void;
  /** Absent: nobody can look on. */
  inspection?: Inspection;
}

export class LlmJobQueue {
  readonly actors: JobActors;
  readonly #options: QueueOptions;
  /** Counters and ranks. */
  readonly ledger: QueueLedger;
  readonly runTimes = new RunTimes();
  readonly statistics: StatisticsRecorder;
  /** Which agents' jobs wait where. */
  readonly lines = new AgentLines();
  readonly ends = new LineEnds();
  readonly #family: JobFamily;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.actors = new JobActors(
      options.store,
      options.turns,
      (turn, transition) => this.#afterTransition(turn, transition),
      options.inspection,
    );
    this.ledger = new QueueLedger(options.store, options.countsChanged);
    this.statistics = new StatisticsRecorder({
      store: options.store,
      model: (provider, name) => options.providers.model(provider, name),
    });
    this.#family = new JobFamily(options.store, this.actors, this.ledger);
  }

  /** Inserts a new job: waiting, delayed, or blocked while it has dependencies. */
  enqueue(turn: Turn, job: NewJob): JobRow {
    const { store } = this.#options;
    const { provider } = splitModel(job.data.model);
    this.#options.providers.require(provider);
    if (job.parentId !== undefined) this.#family.addChild(turn, job.parentId, job.id, job.dependencies ?? []);
    const dependencies = this.#family.dependenciesOf(job.id, job.dependencies ?? []);
    const delayMs = job.delayMs ?? 0;
    const context: JobContext = {
      ...blankJob,
      provider,
      lane: job.lane,
      maxAttempts: job.maxAttempts ?? defaultMaxAttempts,
      backoff: job.backoff ?? defaultBackoff,
      timeouts: { runMs: defaultRunMs, ...job.timeouts },
      openDependencies: dependencies.filter(({ state }) => state === 'open' || state === 'held').length,
      heldDependencies: dependencies.filter(({ state }) => state === 'held').length,
      runAt: delayMs > 0 ? turn.at + delayMs : null,
    };
    const state = initialJobState(context, turn.at);
    if (state === 'waiting') {
      context.rank = this.ledger.rank(job.groupKey, job.lane);
      context.waitingSince = turn.at;
      context.queueDeadlineAt = queueDeadline(context.timeouts, turn.at);
    }
    const row: JobRow = {
      ...context,
      id: job.id,
      name: job.name,
      data: job.data,
      state,
      phase: null,
      fallbacks: job.fallbacks ?? null,
      groupKey: job.groupKey,
      delay: delayMs,
      progress: 0,
      returnvalue: null,
      failedReason: null,
      stacktrace: [],
      omittedMessages: 0,
      parentId: job.parentId ?? null,
      agentId: job.agentId ?? (job.data.kind === 'chat' ? job.data.agentId : null),
      timestamp: turn.at,
      version: 0,
      machineVersion: jobMachineVersion,
    };
    store.jobs.insert(row);
    this.actors.enqueued(turn, row);
    for (const dependency of dependencies) store.dependencies.insert(dependency);
    this.ledger.add(row, 1);
    this.lines.moved(turn, undefined, row);
    if (state === 'waiting') {
      this.ends.entered(row);
      this.#options.ringDispatcher();
    }
    return row;
  }

  /** Gives a waiting job to a worker's slot. The row is the one the claim query returned; `request` is the trace of what it asks. */
  claim(turn: Turn, row: JobRow, workerId: string, request?: string): JobRow {
    this.actors.wake(turn, row);
    const trace = request === undefined ? {} : { request };
    const claimed = this.actors.send(turn, row.id, { type: 'CLAIM', at: turn.at, workerId, ...trace });
    if (claimed === undefined) throw new EngineError('INTERNAL', `job ${row.id} is not waiting`, { jobId: row.id });
    const { lane, rank, provider, attemptsStarted: attempt } = claimed.after;
    this.ledger.advance(turn, lane, rank);
    this.statistics.claimed(turn, row);
    this.#options.slots.take(turn, workerId, { jobId: row.id, attempt, lane, provider });
    this.#options.streams.open(turn, row.id, attempt);
    if (this.#options.providers.row(provider)?.state === 'probing') {
      this.#options.providers.send(turn, provider, { type: 'PROBE_STARTED', jobId: row.id });
    }
    return claimed.after;
  }

  /** The first text or thinking of an attempt has arrived. */
  firstContent(turn: Turn, id: JobId, attempt: number): void {
    if (this.actors.runningAttempt(id) !== attempt) return;
    this.actors.send(turn, id, { type: 'FIRST_CONTENT', at: turn.at, attempt });
  }

  /** A whole answer: job, message, usage and dependants in this one turn. A late one of an older attempt changes nothing. */
  complete(turn: Turn, id: JobId, attempt: number, result: JobResult): void {
    const row = this.actors.row(id);
    if (row?.state !== 'active' || row.attemptsStarted !== attempt) return;
    const { streams, providers, limits, chat } = this.#options;
    const costMicros = this.statistics.costOf(row, result);
    streams.complete(turn, id, result);
    const isItsMessages = row.data.kind === 'chat' && row.data.continues === undefined;
    const returnvalue: JobReturnValue = {
      finishReason: result.finishReason,
      usage: result.usage,
      model: result.model,
      omittedMessages: row.omittedMessages,
      costMicros,
      ...(isItsMessages ? {} : { text: result.text }),
      ...(isItsMessages || result.thinking === undefined ? {} : { thinking: result.thinking }),
    };
    const progress = result.text.length + (result.thinking?.length ?? 0);
    const done = this.actors.send(
      turn,
      id,
      { type: 'COMPLETE', at: turn.at, attempt, firstContentAt: result.timings.firstContentAt },
      { returnvalue, progress },
    );
    if (done === undefined) return;
    if (row.agentId !== null) {
      const { inputTokens, outputTokens } = result.usage;
      limits.record(turn, row.agentId, { tokens: inputTokens + outputTokens, costMicros: costMicros ?? 0 });
    }
    this.statistics.answered(turn, row, result, costMicros);
    turn.after(() => this.runTimes.answered(row, turn.at));
    if (row.data.kind === 'chat') {
      const status = result.finishReason === 'length' || result.finishReason === 'filtered' ? 'cut' : 'complete';
      chat.deliver(turn, done.after, { text: result.text, thinking: result.thinking ?? null, status });
    }
    providers.send(turn, row.provider, { type: 'SUCCEEDED', jobId: id, at: turn.at });
  }

  /** An attempt ended without a whole answer. The machine decides between waiting, a retry and the end. */
  fail(turn: Turn, id: JobId, attempt: number, failure: Failure): void {
    const row = this.actors.row(id);
    if (row?.state !== 'active' || row.attemptsStarted !== attempt) return;
    const { providers, random } = this.#options;
    providers.send(turn, row.provider, { type: 'FAILED', jobId: id, at: turn.at, failure, random: random() });
    // A job that the provider sent away keeps its place: the rank it was claimed with.
    this.actors.send(turn, id, { type: 'FAIL', at: turn.at, attempt, failure, random: random(), rank: row.rank });
  }

  /** Its worker is gone: back to the queue, at the place it had, without using up an attempt. */
  requeue(turn: Turn, id: JobId, attempt: number, reason: LostReason): void {
    const row = this.actors.row(id);
    if (row?.state !== 'active' || row.attemptsStarted !== attempt) return;
    this.actors.send(turn, id, { type: 'LOST', at: turn.at, attempt, reason, rank: row.rank });
  }

  /** A delayed job whose time has come. */
  wake(turn: Turn, id: JobId): void {
    const row = this.actors.row(id);
    if (row?.state !== 'delayed') return;
    this.actors.send(turn, id, { type: 'DUE', at: turn.at, rank: this.ledger.rank(row.groupKey, row.lane) });
  }

  expire(turn: Turn, id: JobId): void {
    this.actors.send(turn, id, { type: 'EXPIRE', at: turn.at });
  }

  /** Another model is to answer a waiting job; null: the one that was asked for. It keeps its place in line. */
  fallBack(turn: Turn, id: JobId, model: string | null): void {
    const row = this.actors.require(id);
    const { provider } = splitModel(model ?? row.data.model);
    if (this.#options.providers.row(provider) === undefined) return;
    this.actors.send(turn, id, { type: 'FALL_BACK', at: turn.at, provider, model });
  }

  /** Stops an attempt that has run for too long; nothing happens to one that has time left. */
  timeOut(turn: Turn, id: JobId): void {
    const attempt = this.actors.runningAttempt(id);
    if (attempt === undefined) return;
    this.actors.send(turn, id, { type: 'TIME_OUT', at: turn.at, attempt, random: this.#options.random() });
  }

  /** An attempt that was stopped has ended, or its worker is gone: the row says when. */
  stopped(turn: Turn, id: JobId, attempt: number): void {
    const row = this.actors.row(id);
    if (row?.processedBy == null || (row.state !== 'cancelled' && row.state !== 'failed')) return;
    this.actors.send(turn, id, { type: 'STOPPED', at: turn.at, attempt });
  }

  /** What a user may do to a job. Throws `CONFLICT` when its machine does not accept it now, `NOT_FOUND` for an unknown one. */
  userEvent(turn: Turn, id: JobId, type: JobUserEvent): JobRow {
    const row = this.actors.require(id);
    const changed = this.#sendUserEvent(turn, row, type);
    if (changed !== undefined) return changed.after;
    throw new EngineError('CONFLICT', `A job that is ${row.state} cannot be ${pastTense[type]}.`, { jobId: id });
  }

  /** Stops a job whatever it does; one that is at rest stays as it is. */
  cancel(turn: Turn, id: JobId): void {
    this.actors.send(turn, id, { type: 'CANCEL', at: turn.at });
  }

  setLane(turn: Turn, id: JobId, lane: Lane): JobRow {
    const row = this.actors.require(id);
    if (row.lane === lane) return row;
    const rank = row.state === 'waiting' ? this.ledger.rank(row.groupKey, lane) : 0;
    const moved = this.actors.send(turn, id, { type: 'SET_LANE', at: turn.at, lane, rank });
    if (moved !== undefined) return moved.after;
    throw new EngineError('CONFLICT', `A job that is ${row.state} cannot change its lane.`, { jobId: id });
  }

  /** The last resort: a job whose handling throws again and again ends as `bug`, and does not take its neighbours along. */
  endAsBug(turn: Turn, id: JobId, error: unknown): void {
    this.#options.store.jobs.mend(id);
    const row = this.actors.row(id);
    if (row === undefined || row.state === 'completed' || row.state === 'failed' || row.state === 'cancelled') return;
    const failure: Failure = {
      class: 'bug',
      code: 'internal',
      message: 'Nightshift hit a defect of its own with this job. The server log has the details; please report it.',
      causes: [error instanceof Error ? error.message : String(error)],
    };
    if (row.state === 'active') {
      this.fail(turn, id, row.attemptsStarted, failure);
      return;
    }
    if (row.state === 'blocked') {
      this.actors.send(turn, id, { type: 'DEPENDENCY_FAILED', at: turn.at, failure });
      return;
    }
    if (row.state === 'delayed') this.actors.send(turn, id, { type: 'PROMOTE', at: turn.at, rank: row.rank });
    this.actors.wake(turn, this.actors.require(id));
    this.actors.send(turn, id, { type: 'CLAIM', at: turn.at, workerId: 'none' });
    this.fail(turn, id, row.attemptsStarted + 1, failure);
  }

  /** A finished job that nothing refers to any more goes with all that is kept of it. */
  forget(turn: Turn, job: JobKind & { id: JobId }): void {
    this.#options.store.retention.remove(job.id);
    this.ledger.add(job, -1);
    turn.ring(`job:${job.id}`);
  }

  #sendUserEvent(turn: Turn, row: JobRow, type: JobUserEvent): Transition | undefined {
    const at = turn.at;
    switch (type) {
      case 'CANCEL':
      case 'SKIP':
        return this.actors.send(turn, row.id, { type, at });
      case 'PROMOTE':
        return this.actors.send(turn, row.id, { type, at, rank: this.ledger.rank(row.groupKey, row.lane) });
      case 'RETRY':
        return this.#family.retry(turn, row);
    }
  }

  #afterTransition(turn: Turn, { event, before, after }: Transition): void {
    const { streams, providers, limits, ringDispatcher, chat } = this.#options;
    this.lines.moved(turn, before, after);
    if (before.state !== after.state || before.lane !== after.lane || before.provider !== after.provider) {
      this.ledger.add(before, -1);
      this.ledger.add(after, 1);
    }
    if (before.state === 'waiting' && (after.state !== 'active' || before.lane !== after.lane)) {
      this.ledger.leftLine(before.groupKey, before.lane);
    }
    if (before.state === 'active' && after.state !== 'active') {
      limits.release(turn, after.id, before.attemptsStarted);
      this.#leaveActive(turn, event.type, before, after);
    }
    if (after.state === 'waiting') {
      this.ends.entered(after);
      ringDispatcher();
    }
    if (event.type === 'RETRY' && after.data.kind === 'chat') chat.retract(turn, after);
    this.#family.follow(turn, { event, before, after });
    this.statistics.follow(turn, { event, before, after });
    if (before.state === 'active' && (event.type === 'LOST' || isStop(event.type))) {
      providers.loseProbe(turn, after.provider, after.id);
    }
    if (streams.hasContent(after.id)) turn.ring(`stream:${after.id}`);
    if (before.state !== after.state && isAtRest(after.state)) chat.ended(turn, after);
    if (after.data.kind === 'chat') chat.changed(turn, after);
    turn.ring(`job:${after.id}`);
    turn.ring(`actor:job:${after.id}`);
  }

  /** Keeps what was streamed; a job that ends without a whole answer leaves its partial one in the conversation. */
  #leaveActive(turn: Turn, event: Transition['event']['type'], before: JobRow, after: JobRow): void {
    const { streams, chat } = this.#options;
    if (after.state === 'failed' || after.state === 'cancelled') {
      const partial = streams.read(after.id);
      if (after.data.kind === 'chat' && partial?.attempt === before.attemptsStarted && partial.length > 0) {
        const status = after.state === 'failed' ? 'interrupted' : 'cancelled';
        chat.deliver(turn, after, { ...texts(partial.parts), status });
      }
    }
    streams.close(turn, after.id, streams.hasContent(after.id) && this.#keepsChunks(before, after));
    if (isStop(event) && before.processedBy !== null) {
      const { id, attemptsStarted: attempt, processedBy } = before;
      turn.tell(processedBy, { type: 'cancel', jobId: id, attempt });
      this.#options.stopping(turn, processedBy, id, attempt);
    }
  }

  /** An answer that arrived in one piece is its result; only what was streamed is a log. */
  #keepsChunks(before: JobRow, after: JobRow): boolean {
    return after.state !== 'completed' || before.phase === 'streaming';
  }
}

const pastTense: Record<JobUserEvent, string> = {
  CANCEL: 'cancelled',
  RETRY: 'retried',
  PROMOTE: 'promoted',
  SKIP: 'skipped',
};

/** Ends an attempt that its worker still runs. */
function isStop(event: Transition['event']['type']): boolean {
  return event === 'CANCEL' || event === 'TIME_OUT';
}

function texts(parts: readonly { kind: 'text' | 'thinking'; text: string }[]): {
  text: string;
  thinking: string | null;
} {
  const of = (kind: string): string => parts.reduce((all, part) => (part.kind === kind ? all + part.text : all), '');
  const thinking = of('thinking');
  return { text: of('text'), thinking: thinking === '' ? null : thinking };
}
