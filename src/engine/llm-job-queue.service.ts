/**
 * The queue: every way in which a job comes to be, moves and ends. All of it inside a turn. What a transition brings with it
 * (counters, dependants, the conversation, the worker that must stop) is in `#afterTransition`, once for all events.
 */
import type { DependencyRow, JobData, JobFallbacks, JobReturnValue, JobRow } from '../../db/llm-jobs.model.ts';
import type { JobKind } from '../../db/jobs/job-log.repository.ts';
import type { Store } from '../../db/store.ts';
import {
  blankJob,
  initialJobState,
  jobMachineVersion,
  queueDeadline,
  type JobContext,
} from '../../machines/job.machine.ts';
import { nextRank } from '../../machines/policy/fair-rank.ts';
import { splitModel, type JobId } from '../protocol/ids.ts';
import {
  defaultBackoff,
  isAtRest,
  defaultRunMs,
  lanes,
  type Backoff,
  type Failure,
  type JobResult,
  type JobState,
  type JobTimeouts,
  type Lane,
  type LostReason,
  type OnFailure,
} from '../protocol/job.ts';
import type { JobUserEvent } from '../protocol/views.ts';
import { EngineError } from './errors.ts';
import { JobCounts } from './job-counts.ts';
import { JobActors, type Transition } from './job-actors.ts';
import type { Random } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { Slots } from './slots.ts';
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
  dependencies?: readonly { jobId: JobId; onFailure: OnFailure; held?: boolean }[];
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
}

export interface QueueOptions {
  store: Store;
  turns: () => TurnLoop;
  slots: Slots;
  streams: Streams;
  providers: ProviderActors;
  random: Random;
  chat: ChatSide;
  /** A worker was told to stop this attempt; its slot is held until it has. */
  stopping: (turn: Turn, workerId: string, jobId: JobId, attempt: number) => void;
  /** Something may be claimable now. */
  ringDispatcher: () => void;
  /** After a commit that changed the number of jobs in some state. */
  countsChanged: () => void;
}

export class LlmJobQueue {
  readonly actors: JobActors;
  readonly #options: QueueOptions;
  readonly #clocks: Record<Lane, number> = { high: 0, medium: 0, low: 0 };
  readonly #counts = new JobCounts();
  /** Of the open turn: ranks given to groups, and changes of the counters. */
  #tails = new Map<string, number>();
  #changes = new JobCounts();
  #movedClocks = new Set<Lane>();
  #consequences: (() => void)[] = [];

  constructor(options: QueueOptions) {
    this.#options = options;
    this.actors = new JobActors(options.store, options.turns, (turn, transition) =>
      this.#afterTransition(turn, transition),
    );
  }

  /** Reads counters and lane clocks; at the start, and after a rollback. */
  load(): void {
    const { log } = this.#options.store;
    this.#counts.clear();
    for (const { count, ...kind } of log.counts()) this.#counts.add(kind, count);
    for (const lane of lanes) this.#clocks[lane] = 0;
    for (const { lane, virtualTime } of log.laneClocks()) this.#clocks[lane] = virtualTime;
    this.forgetTurn();
  }

  /** How many jobs there are of this kind, changes of the open turn included. */
  count(kind: JobKind): number {
    return this.#counts.get(kind) + this.#changes.get(kind);
  }

  /** How many jobs of the lane are in this state, at all providers; without changes of an open turn. */
  countIn(lane: Lane, state: JobState): number {
    return this.#counts.sum(lane, state);
  }

  /** Ends the turn: writes the counters and lane clocks that it changed. */
  finishTurn(turn: Turn): void {
    const { log } = this.#options.store;
    const changes = this.#changes.entries().filter(([, change]) => change !== 0);
    for (const [kind, change] of changes) log.addCount(kind, change);
    for (const lane of this.#movedClocks) log.setLaneClock(lane, this.#clocks[lane]);
    if (changes.length > 0) {
      turn.after(() => {
        for (const [kind, change] of changes) this.#counts.add(kind, change);
        this.#options.countsChanged();
      });
    }
    turn.after(() => this.forgetTurn());
  }

  /** Inserts a new job: waiting, delayed, or blocked while it has dependencies. */
  enqueue(turn: Turn, job: NewJob): JobRow {
    const { store } = this.#options;
    const { provider } = splitModel(job.data.model);
    this.#options.providers.require(provider);
    if (job.parentId !== undefined) this.#addChild(turn, job.parentId, job.id, job.dependencies ?? []);
    const dependencies = this.#openDependencies(job);
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
      context.rank = this.#rank(job.groupKey, job.lane);
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
      timestamp: turn.at,
      version: 0,
      machineVersion: jobMachineVersion,
    };
    store.jobs.insert(row);
    for (const dependency of dependencies) store.dependencies.insert(dependency);
    this.#changes.add(row, 1);
    if (state === 'waiting') this.#options.ringDispatcher();
    return row;
  }

  /** Gives a waiting job to a worker's slot. The row is the one the claim query returned. */
  claim(turn: Turn, row: JobRow, workerId: string): JobRow {
    this.actors.wake(turn, row);
    const claimed = this.actors.send(turn, row.id, { type: 'CLAIM', at: turn.at, workerId });
    if (claimed === undefined) throw new EngineError('INTERNAL', `job ${row.id} is not waiting`, { jobId: row.id });
    const { lane, rank, provider, attemptsStarted: attempt } = claimed.after;
    if (rank > this.#clocks[lane]) {
      const before = this.#clocks[lane];
      this.#clocks[lane] = rank;
      this.#movedClocks.add(lane);
      turn.undo(() => {
        this.#clocks[lane] = before;
      });
    }
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
    const { store, streams, providers, chat } = this.#options;
    streams.complete(turn, id, result);
    const isItsMessages = row.data.kind === 'chat' && row.data.continues === undefined;
    const returnvalue: JobReturnValue = {
      finishReason: result.finishReason,
      usage: result.usage,
      model: result.model,
      omittedMessages: row.omittedMessages,
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
    const { conversationId, agentId } = row.data.kind === 'chat' ? row.data : { conversationId: null, agentId: null };
    store.settings.recordUsage({
      jobId: id,
      attempt,
      provider: row.provider,
      model: result.model,
      agentId,
      conversationId,
      inputTokens: result.usage.inputTokens,
      outputTokens: result.usage.outputTokens,
      reasoningTokens: result.usage.reasoningTokens ?? null,
      cachedTokens: result.usage.cachedTokens ?? null,
      estimated: result.usage.estimated,
      at: turn.at,
    });
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
    this.actors.send(turn, id, { type: 'DUE', at: turn.at, rank: this.#rank(row.groupKey, row.lane) });
  }

  expire(turn: Turn, id: JobId): void {
    this.actors.send(turn, id, { type: 'EXPIRE', at: turn.at });
  }

  /** Another model is to answer a waiting job; null: the one that was asked for. It keeps its place in line. */
  fallBack(turn: Turn, id: JobId, model: string | null): void {
    const row = this.#require(id);
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
    const row = this.#require(id);
    const changed = this.#sendUserEvent(turn, row, type);
    if (changed !== undefined) return changed.after;
    throw new EngineError('CONFLICT', `A job that is ${row.state} cannot be ${pastTense[type]}.`, { jobId: id });
  }

  /** Stops a job whatever it does; one that is at rest stays as it is. */
  cancel(turn: Turn, id: JobId): void {
    this.actors.send(turn, id, { type: 'CANCEL', at: turn.at });
  }

  setLane(turn: Turn, id: JobId, lane: Lane): JobRow {
    const row = this.#require(id);
    if (row.lane === lane) return row;
    const rank = row.state === 'waiting' ? this.#rank(row.groupKey, lane) : 0;
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
    this.actors.wake(turn, this.#require(id));
    this.actors.send(turn, id, { type: 'CLAIM', at: turn.at, workerId: 'none' });
    this.fail(turn, id, row.attemptsStarted + 1, failure);
  }

  /** A finished job that nothing refers to any more goes with all that is kept of it. */
  forget(turn: Turn, job: JobKind & { id: JobId }): void {
    this.#options.store.retention.remove(job.id);
    this.#changes.add(job, -1);
    turn.ring(`job:${job.id}`);
  }

  #require(id: JobId): JobRow {
    const row = this.actors.row(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', `There is no job ${id} (any more).`, { jobId: id });
    return row;
  }

  #sendUserEvent(turn: Turn, row: JobRow, type: JobUserEvent): Transition | undefined {
    const at = turn.at;
    switch (type) {
      case 'CANCEL':
      case 'SKIP':
        return this.actors.send(turn, row.id, { type, at });
      case 'PROMOTE':
        return this.actors.send(turn, row.id, { type, at, rank: this.#rank(row.groupKey, row.lane) });
      case 'RETRY':
        return this.#retry(turn, row);
    }
  }

  #retry(turn: Turn, row: JobRow): Transition | undefined {
    if (row.data.kind === 'chat' && this.#options.store.chat.message(row.data.messageId) === undefined) {
      throw new EngineError('CONFLICT', 'Its conversation was removed: there is nothing to answer any more.', {
        jobId: row.id,
      });
    }
    const children = row.state === 'cancelled' ? this.#reopenChildren(row.id) : [];
    const dependencies = this.#options.store.dependencies.dependenciesOf(row.id);
    const culprit = dependencies.find(({ state }) => state === 'failed');
    if (culprit !== undefined) {
      const message =
        row.state === 'failed'
          ? `It failed because job ${culprit.dependsOnId} did. Retry that one; this one follows.`
          : `It waits for job ${culprit.dependsOnId}, which has no result. Retry that one first.`;
      throw new EngineError('CONFLICT', message, { jobId: row.id });
    }
    const retried = this.actors.send(turn, row.id, {
      type: 'RETRY',
      at: turn.at,
      rank: this.#rank(row.groupKey, row.lane),
      openDependencies: dependencies.filter(({ state }) => state === 'open' || state === 'held').length,
      heldDependencies: dependencies.filter(({ state }) => state === 'held').length,
    });
    for (const child of children) this.#cascade(() => void this.#retry(turn, this.#require(child)));
    return retried;
  }

  /** The children that were cancelled along with a job: they are retried along with it, and it waits for them again. */
  #reopenChildren(id: JobId): JobId[] {
    const { dependencies } = this.#options.store;
    const children: JobId[] = [];
    for (const { dependsOnId, state } of dependencies.dependenciesOf(id)) {
      const child = state === 'failed' ? this.actors.row(dependsOnId) : undefined;
      if (child?.parentId !== id || child.state !== 'cancelled') continue;
      dependencies.setState(id, dependsOnId, 'open');
      children.push(dependsOnId);
    }
    return children;
  }

  /** The fair tag of a job that enters `waiting` now. */
  #rank(groupKey: string, lane: Lane): number {
    const key = `${lane}/${groupKey}`;
    const groupTail = this.#tails.get(key) ?? this.#options.store.jobs.groupTail(groupKey, lane);
    const rank = nextRank({ groupTail, laneVirtualTime: this.#clocks[lane] });
    this.#tails.set(key, rank);
    return rank;
  }

  #openDependencies(job: NewJob): DependencyRow[] {
    return (job.dependencies ?? []).map(({ jobId, onFailure, held }, position) => {
      const on = held === undefined ? this.#require(jobId) : undefined;
      return { jobId: job.id, dependsOnId: jobId, onFailure, position, state: dependencyState(on, onFailure, held) };
    });
  }

  /** `parentId` waits for `childId` from now on. */
  #addChild(turn: Turn, parentId: JobId, childId: JobId, childDependencies: readonly { jobId: JobId }[]): void {
    const { dependencies } = this.#options.store;
    if (childDependencies.some(({ jobId }) => dependencies.reaches(jobId, parentId))) {
      throw new EngineError('BAD_REQUEST', `The job would wait for its own parent ${parentId}: a cycle.`, {
        jobId: parentId,
      });
    }
    if (this.actors.send(turn, parentId, { type: 'DEPENDENCY_ADDED', at: turn.at }) === undefined) {
      throw new EngineError('CONFLICT', 'Only a blocked job can be given another child; this one has begun or ended.', {
        jobId: parentId,
      });
    }
    const position = dependencies.nextPosition(parentId);
    dependencies.insert({ jobId: parentId, dependsOnId: childId, onFailure: 'fail', state: 'open', position });
  }

  #afterTransition(turn: Turn, { event, before, after }: Transition): void {
    const { streams, providers, ringDispatcher, chat } = this.#options;
    if (before.state !== after.state || before.lane !== after.lane || before.provider !== after.provider) {
      this.#changes.add(before, -1);
      this.#changes.add(after, 1);
    }
    if (before.state === 'active' && after.state !== 'active') this.#leaveActive(turn, event.type, before, after);
    if (after.state === 'waiting') ringDispatcher();
    if (event.type === 'RETRY') {
      if (after.data.kind === 'chat') chat.retract(turn, after);
      this.#cascade(() => this.#reopenDependants(turn, after.id));
    } else if (before.state !== after.state && isAtRest(after.state)) {
      if (after.state === 'cancelled') this.#cascade(() => this.#cancelChildren(turn, after.id));
      this.#cascade(() => this.#settleDependants(turn, after));
    }
    if (before.state === 'active' && (event.type === 'LOST' || isStop(event.type))) {
      providers.loseProbe(turn, after.provider, after.id);
    }
    if (streams.hasContent(after.id)) turn.ring(`stream:${after.id}`);
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

  /** Nobody waits for what is below a cancelled job any more; each child does the same with its own. */
  #cancelChildren(turn: Turn, id: JobId): void {
    for (const child of this.#options.store.jobs.openChildren(id)) this.cancel(turn, child);
  }

  /** The job is at rest: what waits for it goes on, fails with it, or is held for the user to decide. */
  #settleDependants(turn: Turn, job: JobRow): void {
    const { dependencies } = this.#options.store;
    for (const { jobId, onFailure, state } of dependencies.dependantsOf(job.id)) {
      if (state === 'met' || (state === 'failed' && job.state !== 'completed')) continue;
      const next = outcome(job.state, onFailure);
      if (job.state === 'cancelled' && onFailure === 'hold') this.#closeRanks(turn, jobId, job);
      dependencies.setState(jobId, job.id, next);
      const at = turn.at;
      if (next === 'met') {
        const dependant = this.actors.row(jobId);
        if (dependant?.state !== 'blocked') continue;
        const rank = dependant.openDependencies > 1 ? 0 : this.#rank(dependant.groupKey, dependant.lane);
        this.actors.send(turn, jobId, { type: 'DEPENDENCY_MET', at, rank, wasHeld: state === 'held' });
      } else if (next === 'held') {
        this.actors.send(turn, jobId, { type: 'DEPENDENCY_HELD', at });
      } else if (next === 'failed') {
        this.actors.send(turn, jobId, { type: 'DEPENDENCY_FAILED', at, failure: dependencyFailure(job) });
      }
    }
  }

  /** A message is taken out of its conversation's chain: the next one stands behind what this one still waited for. */
  #closeRanks(turn: Turn, nextId: JobId, cancelled: JobRow): void {
    const { dependencies } = this.#options.store;
    if (cancelled.data.kind !== 'chat' || this.actors.row(nextId)?.data.kind !== 'chat') return;
    for (const { dependsOnId, onFailure, state } of dependencies.dependenciesOf(cancelled.id)) {
      if (state !== 'open' && state !== 'held') continue;
      if (dependencies.find(nextId, dependsOnId) !== undefined) continue;
      const position = dependencies.nextPosition(nextId);
      dependencies.insert({ jobId: nextId, dependsOnId, onFailure, state, position });
      this.actors.send(turn, nextId, { type: 'DEPENDENCY_ADDED', at: turn.at });
      if (state === 'held') this.actors.send(turn, nextId, { type: 'DEPENDENCY_HELD', at: turn.at });
    }
  }

  /** The job is retried: what it held is blocked by it again, and what failed because of it is given a new chance. */
  #reopenDependants(turn: Turn, id: JobId): void {
    const { dependencies } = this.#options.store;
    for (const { jobId, state } of dependencies.dependantsOf(id)) {
      if (state === 'held') {
        dependencies.setState(jobId, id, 'open');
        this.actors.send(turn, jobId, { type: 'DEPENDENCY_RETRIED', at: turn.at });
      } else if (state === 'failed') {
        dependencies.setState(jobId, id, 'open');
        const dependant = this.actors.row(jobId);
        const others = dependencies.dependenciesOf(jobId);
        const isReopened =
          dependant?.state === 'failed' &&
          dependant.failure?.code === 'dependency-failed' &&
          !others.some((other) => other.state === 'failed');
        if (isReopened) this.#retry(turn, dependant);
      }
    }
  }

  /**
   * Runs what a transition brings with it for other jobs, one after the other: a chain of ten thousand dependants must not
   * become ten thousand stack frames.
   */
  #cascade(work: () => void): void {
    this.#consequences.push(work);
    if (this.#consequences.length > 1) return;
    try {
      for (const next of this.#consequences) next();
    } finally {
      this.#consequences = [];
    }
  }

  /** After a commit or a rollback: nothing of the turn is left. */
  forgetTurn(): void {
    this.#tails = new Map();
    this.#changes = new JobCounts();
    this.#movedClocks = new Set();
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

/** What a dependency is once the job it names is at rest. */
function outcome(state: JobState, onFailure: OnFailure): DependencyRow['state'] {
  if (state === 'completed' || onFailure === 'ignore') return 'met';
  if (onFailure === 'fail') return 'failed';
  // A user who cancels or skips a message has decided: what is held behind it goes on.
  return state === 'cancelled' ? 'met' : 'held';
}

function dependencyState(
  on: JobRow | undefined,
  onFailure: OnFailure,
  held: boolean | undefined,
): DependencyRow['state'] {
  if (held === true) return 'held';
  if (on === undefined || !isAtRest(on.state)) return 'open';
  const state = outcome(on.state, onFailure);
  if (state !== 'failed') return state;
  throw new EngineError(
    'CONFLICT',
    `The job would wait for ${on.id}, which is ${on.state} already. Retry that one first.`,
    {
      jobId: on.id,
    },
  );
}

function dependencyFailure(job: JobRow): Failure {
  return {
    class: 'rejected',
    code: 'dependency-failed',
    message: `It waited for the job "${job.name}" (${job.id}), which ${job.state === 'failed' ? 'failed' : 'was cancelled'}. Retry that one; this one follows.`,
    causes: job.failure === null ? [] : [job.failure.message],
  };
}

function texts(parts: readonly { kind: 'text' | 'thinking'; text: string }[]): {
  text: string;
  thinking: string | null;
} {
  const of = (kind: string): string => parts.reduce((all, part) => (part.kind === kind ? all + part.text : all), '');
  const thinking = of('thinking');
  return { text: of('text'), thinking: thinking === '' ? null : thinking };
}
