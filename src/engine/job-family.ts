/**
 * Who waits for whom: what a new job waits for, and what a job's end, or its retry, brings with it for the jobs behind it,
 * above it and below it. All of it inside a turn.
 */
import type { ChatJobData, DependencyRow, JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId } from '../protocol/ids.ts';
import { isAtRest, type Failure, type JobState, type OnFailure } from '../protocol/job.ts';
import { EngineError } from './errors.ts';
import type { JobActors, Transition } from './job-actors.ts';
import type { QueueLedger } from './queue-ledger.ts';
import type { Turn } from './turn.ts';

export interface NewDependency {
  jobId: JobId;
  onFailure: OnFailure;
}

export class JobFamily {
  readonly #store: Store;
  readonly #actors: JobActors;
  readonly #ledger: QueueLedger;
  #consequences: (() => void)[] = [];

  constructor(store: Store, actors: JobActors, ledger: QueueLedger) {
    this.#store = store;
    this.#actors = actors;
    this.#ledger = ledger;
  }

  /** The rows of a new job's dependencies. Throws `CONFLICT` for one that has failed already, `NOT_FOUND` for an unknown one. */
  dependenciesOf(id: JobId, dependencies: readonly NewDependency[]): DependencyRow[] {
    return dependencies.map(({ jobId, onFailure }, position) => ({
      jobId: id,
      dependsOnId: jobId,
      onFailure,
      position,
      state: dependencyState(this.#actors.require(jobId), onFailure),
    }));
  }

  /** `parentId` waits for `childId` from now on. Throws `BAD_REQUEST` for a cycle, `CONFLICT` when it no longer waits. */
  addChild(turn: Turn, parentId: JobId, childId: JobId, childDependencies: readonly { jobId: JobId }[]): void {
    const { dependencies } = this.#store;
    if (childDependencies.some(({ jobId }) => dependencies.reaches(jobId, parentId))) {
      throw new EngineError('BAD_REQUEST', `The job would wait for its own parent ${parentId}: a cycle.`, {
        jobId: parentId,
      });
    }
    if (this.#actors.send(turn, parentId, { type: 'DEPENDENCY_ADDED', at: turn.at }) === undefined) {
      throw new EngineError('CONFLICT', 'Only a blocked job can be given another child; this one has begun or ended.', {
        jobId: parentId,
      });
    }
    const position = dependencies.nextPosition(parentId);
    dependencies.insert({ jobId: parentId, dependsOnId: childId, onFailure: 'fail', state: 'open', position });
  }

  /** Runs a failed or cancelled job again, once what it waits for has a result. Throws `CONFLICT` with what to retry first. */
  retry(turn: Turn, row: JobRow): Transition | undefined {
    if (row.data.kind === 'chat' && this.#isGone(row.data)) {
      throw new EngineError('CONFLICT', 'Its conversation was removed: there is nothing to answer any more.', {
        jobId: row.id,
      });
    }
    if (row.data.kind === 'prompt' && row.data.goal !== undefined) {
      throw new EngineError(
        'CONFLICT',
        'This job works for a goal, which has gone on without it. Retry its task there.',
        {
          jobId: row.id,
        },
      );
    }
    const children = row.state === 'cancelled' ? this.#reopenChildren(row.id) : [];
    const dependencies = this.#store.dependencies.dependenciesOf(row.id);
    const culprit = dependencies.find(({ state }) => state === 'failed');
    if (culprit !== undefined) {
      const message =
        row.state === 'failed'
          ? `It failed because job ${culprit.dependsOnId} did. Retry that one; this one follows.`
          : `It waits for job ${culprit.dependsOnId}, which has no result. Retry that one first.`;
      throw new EngineError('CONFLICT', message, { jobId: row.id });
    }
    const retried = this.#actors.send(turn, row.id, {
      type: 'RETRY',
      at: turn.at,
      rank: this.#ledger.rank(row.groupKey, row.lane),
      openDependencies: dependencies.filter(({ state }) => state === 'open' || state === 'held').length,
      heldDependencies: dependencies.filter(({ state }) => state === 'held').length,
    });
    for (const child of children) this.#cascade(() => void this.retry(turn, this.#actors.require(child)));
    return retried;
  }

  /** Its question was purged, or its conversation is hidden until it is. */
  #isGone({ conversationId, messageId }: ChatJobData): boolean {
    const { chat } = this.#store;
    return chat.message(messageId) === undefined || chat.conversation(conversationId) === undefined;
  }

  /** The children that were cancelled along with a job: they are retried along with it, and it waits for them again. */
  #reopenChildren(id: JobId): JobId[] {
    const { dependencies } = this.#store;
    const children: JobId[] = [];
    for (const { dependsOnId, state } of dependencies.dependenciesOf(id)) {
      const child = state === 'failed' ? this.#actors.row(dependsOnId) : undefined;
      if (child?.parentId !== id || child.state !== 'cancelled') continue;
      dependencies.setState(id, dependsOnId, 'open');
      children.push(dependsOnId);
    }
    return children;
  }

  /** What a transition brings with it for other jobs. */
  follow(turn: Turn, { event, before, after }: Transition): void {
    if (event.type === 'RETRY') {
      this.#cascade(() => this.#reopenDependants(turn, after.id));
    } else if (before.state !== after.state && isAtRest(after.state)) {
      if (after.state === 'cancelled') this.#cascade(() => this.#cancelChildren(turn, after.id));
      this.#cascade(() => this.#settleDependants(turn, after));
    }
  }

  /** Nobody waits for what is below a cancelled job any more; each child does the same with its own. */
  #cancelChildren(turn: Turn, id: JobId): void {
    for (const child of this.#store.jobs.openChildren(id))
      this.#actors.send(turn, child, { type: 'CANCEL', at: turn.at });
  }

  /** The job is at rest: what waits for it goes on, fails with it, or is held for the user to decide. */
  #settleDependants(turn: Turn, job: JobRow): void {
    const { dependencies } = this.#store;
    for (const { jobId, onFailure, state } of dependencies.dependantsOf(job.id)) {
      if (state === 'met' || (state === 'failed' && job.state !== 'completed')) continue;
      const next = outcome(job.state, onFailure);
      if (job.state === 'cancelled' && onFailure === 'hold') this.#closeRanks(turn, jobId, job);
      dependencies.setState(jobId, job.id, next);
      const at = turn.at;
      if (next === 'met') {
        const dependant = this.#actors.row(jobId);
        if (dependant?.state !== 'blocked') continue;
        const rank = dependant.openDependencies > 1 ? 0 : this.#ledger.rank(dependant.groupKey, dependant.lane);
        this.#actors.send(turn, jobId, { type: 'DEPENDENCY_MET', at, rank, wasHeld: state === 'held' });
      } else if (next === 'held') {
        this.#actors.send(turn, jobId, { type: 'DEPENDENCY_HELD', at });
      } else if (next === 'failed') {
        this.#actors.send(turn, jobId, { type: 'DEPENDENCY_FAILED', at, failure: dependencyFailure(job) });
      }
    }
  }

  /** A message is taken out of its conversation's chain: the next one stands behind what this one still waited for. */
  #closeRanks(turn: Turn, nextId: JobId, cancelled: JobRow): void {
    const { dependencies } = this.#store;
    if (cancelled.data.kind !== 'chat' || this.#actors.row(nextId)?.data.kind !== 'chat') return;
    for (const { dependsOnId, onFailure, state } of dependencies.dependenciesOf(cancelled.id)) {
      if (state !== 'open' && state !== 'held') continue;
      if (dependencies.find(nextId, dependsOnId) !== undefined) continue;
      const position = dependencies.nextPosition(nextId);
      dependencies.insert({ jobId: nextId, dependsOnId, onFailure, state, position });
      this.#actors.send(turn, nextId, { type: 'DEPENDENCY_ADDED', at: turn.at });
      if (state === 'held') this.#actors.send(turn, nextId, { type: 'DEPENDENCY_HELD', at: turn.at });
    }
  }

  /** The job is retried: what it held is blocked by it again, and what failed because of it is given a new chance. */
  #reopenDependants(turn: Turn, id: JobId): void {
    const { dependencies } = this.#store;
    for (const { jobId, state } of dependencies.dependantsOf(id)) {
      if (state === 'held') {
        dependencies.setState(jobId, id, 'open');
        this.#actors.send(turn, jobId, { type: 'DEPENDENCY_RETRIED', at: turn.at });
      } else if (state === 'failed') {
        dependencies.setState(jobId, id, 'open');
        const dependant = this.#actors.row(jobId);
        const others = dependencies.dependenciesOf(jobId);
        const isReopened =
          dependant?.state === 'failed' &&
          dependant.failure?.code === 'dependency-failed' &&
          !others.some((other) => other.state === 'failed');
        if (isReopened) this.retry(turn, dependant);
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
}

/** What a dependency is once the job it names is at rest. */
function outcome(state: JobState, onFailure: OnFailure): DependencyRow['state'] {
  if (state === 'completed' || onFailure === 'ignore') return 'met';
  if (onFailure === 'fail') return 'failed';
  // A user who cancels or skips a message has decided: what is held behind it goes on.
  return state === 'cancelled' ? 'met' : 'held';
}

function dependencyState(on: JobRow, onFailure: OnFailure): DependencyRow['state'] {
  if (!isAtRest(on.state)) return 'open';
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
