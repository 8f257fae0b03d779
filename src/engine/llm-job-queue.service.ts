/**
 * The queue: every way in which a job comes to be, moves and ends. All of it inside a turn. What a transition brings with it
 * (counters, the jobs around it, the conversation, the worker that must stop) is in `transition-effects.ts`, once for all
 * events.
 */
import type { JobReturnValue, JobRow } from '../../db/llm-jobs.model.ts';
import type { JobKind } from '../../db/jobs/job-log.repository.ts';
import type { Store } from '../../db/store.ts';
import { splitModel, type JobId } from '../protocol/ids.ts';
import type { Failure, JobResult, Lane, LostReason } from '../protocol/job.ts';
import type { JobUserEvent } from '../protocol/views.ts';
import { AgentLines } from './agent-lines.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { ChatSide } from './chat-side.ts';
import { EngineError } from './errors.ts';
import { JobActors, type Transition } from './job-actors.ts';
import type { Inspection } from './inspection.ts';
import { JobFamily } from './job-family.ts';
import { LineEnds } from './line-ends.ts';
import { newJobRow, type NewJob } from './new-job.ts';
import type { Random } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import { QueueLedger } from './queue-ledger.ts';
import type { AskedNote } from './request-trace.ts';
import { RunTimes } from './run-times.ts';
import type { Slots } from './slots.ts';
import { StatisticsRecorder } from './statistics-recorder.ts';
import type { Streams } from './streams.ts';
import { TransitionEffects } from './transition-effects.ts';
import type { Turn, TurnLoop } from './turn.ts';

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
  /** Where the lines end. */
  readonly ends = new LineEnds();
  readonly #family: JobFamily;
  readonly #effects: TransitionEffects;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.actors = new JobActors(
      options.store,
      options.turns,
      (turn, transition) => this.#effects.follow(turn, transition),
      options.inspection,
    );
    this.ledger = new QueueLedger(options.store, options.countsChanged);
    this.statistics = new StatisticsRecorder({
      store: options.store,
      model: (provider, name) => options.providers.model(provider, name),
    });
    this.#family = new JobFamily(options.store, this.actors, this.ledger);
    const { ledger, statistics, lines, ends } = this;
    this.#effects = new TransitionEffects({ ...options, ledger, statistics, lines, ends, family: this.#family });
  }

  /** Inserts a new job: waiting, delayed, or blocked while it has dependencies. */
  enqueue(turn: Turn, job: NewJob): JobRow {
    const { store } = this.#options;
    this.#options.providers.require(splitModel(job.data.model).provider);
    if (job.parentId !== undefined) this.#family.addChild(turn, job.parentId, job.id, job.dependencies ?? []);
    const dependencies = this.#family.dependenciesOf(job.id, job.dependencies ?? []);
    const row = newJobRow(job, turn.at, dependencies, () => this.ledger.rank(job.groupKey, job.lane));
    store.jobs.insert(row);
    this.actors.enqueued(turn, row);
    for (const dependency of dependencies) store.dependencies.insert(dependency);
    this.ledger.add(row, 1);
    this.lines.moved(turn, undefined, row);
    if (row.state === 'waiting') {
      this.ends.entered(row);
      this.#options.ringDispatcher();
    }
    return row;
  }

  /** Gives a waiting job to a worker's slot. The row is the one the claim query returned; `asked`: what is noted of its request. */
  claim(turn: Turn, row: JobRow, workerId: string, asked: AskedNote = {}): JobRow {
    this.actors.wake(turn, row);
    const claimed = this.actors.send(turn, row.id, { type: 'CLAIM', at: turn.at, workerId, ...asked });
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
}

const pastTense: Record<JobUserEvent, string> = {
  CANCEL: 'cancelled',
  RETRY: 'retried',
  PROMOTE: 'promoted',
  SKIP: 'skipped',
};
