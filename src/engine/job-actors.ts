/**
 * The registry of live job actors, and the one way in which a job changes. A job has an actor while it is active; at rest,
 * and in the queue, it is a row and takes the same steps through the pure transition. Actors are roots: a parent with
 * thousands of children would copy its children on every spawn (DESIGN.md, rule 6).
 */
import { createActor, type Actor } from 'xstate';
import type { Store } from '../../db/store.ts';
import type { JobEventRow, JobRow } from '../../db/llm-jobs.model.ts';
import { rowToSnapshot, snapshotToColumns } from '../../db/jobs/job-row.ts';
import type { JobEvent } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import { step } from '../../machines/step.ts';
import type { JobId } from '../protocol/ids.ts';
import type { Failure } from '../protocol/job.ts';
import { EngineError } from './errors.ts';
import type { Inspection } from './inspection.ts';
import type { JobBeginning } from './replay.ts';
import type { Turn, TurnLoop } from './turn.ts';
import { tellEnqueued, tellJob } from './turn-inspection.ts';

const maxStackLines = 20;

interface LiveJob {
  readonly actor: Actor<typeof jobMachine>;
  row: JobRow;
}

export interface Transition {
  readonly event: JobEvent;
  readonly before: JobRow;
  readonly after: JobRow;
}

/** Columns that a transition writes besides the machine's own. */
export type RowPatch = Partial<Pick<JobRow, 'returnvalue' | 'progress' | 'omittedMessages'>>;

export class JobActors {
  readonly #live = new Map<JobId, LiveJob>();
  readonly #store: Store;
  readonly #turns: () => TurnLoop;
  /** Told of every transition, inside the turn. */
  readonly #onTransition: (turn: Turn, transition: Transition) => void;
  readonly #inspection: Inspection | undefined;

  constructor(
    store: Store,
    turns: () => TurnLoop,
    onTransition: (turn: Turn, transition: Transition) => void,
    inspection?: Inspection,
  ) {
    this.#store = store;
    this.#turns = turns;
    this.#onTransition = onTransition;
    this.#inspection = inspection;
  }

  get liveIds(): JobId[] {
    return [...this.#live.keys()];
  }

  /** The present row, from memory where the job is live. */
  row(id: JobId): JobRow | undefined {
    return this.liveRow(id) ?? this.#store.jobs.get(id);
  }

  /** The present row. Throws `NOT_FOUND`. */
  require(id: JobId): JobRow {
    const row = this.row(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', `There is no job ${id} (any more).`, { jobId: id });
    return row;
  }

  /** The row of a job that has an actor. */
  liveRow(id: JobId): JobRow | undefined {
    return this.#live.get(id)?.row;
  }

  /** The running attempt of a live job; undefined when the job is not active. */
  runningAttempt(id: JobId): number | undefined {
    return this.#live.get(id)?.row.attemptsStarted;
  }

  /** Live jobs whose attempt has run for longer than it may. */
  overtime(now: number): JobId[] {
    const jobs: JobId[] = [];
    for (const [id, { row }] of this.#live) {
      if (row.runDeadlineAt !== null && row.runDeadlineAt <= now) jobs.push(id);
    }
    return jobs;
  }

  /** The clock has moved: so do the deadlines of live jobs. */
  shiftDeadlines(turn: Turn, byMs: number): void {
    const shifted = (at: number | null): number | null => (at === null ? null : at + byMs);
    for (const { row } of [...this.#live.values()]) {
      const { deadlineAt, runDeadlineAt } = row;
      const after = {
        ...row,
        deadlineAt: shifted(deadlineAt),
        runDeadlineAt: shifted(runDeadlineAt),
        version: row.version + 1,
      };
      this.#store.jobs.write(after, row.version);
      turn.undo(() => this.#rebuild(row.id));
      this.#stop(row.id);
      this.#start(after);
    }
  }

  /** A row was inserted: there is a job more. */
  enqueued(turn: Turn, row: JobRow): void {
    if (this.#inspection?.on === true) tellEnqueued(this.#inspection, turn, row);
  }

  /** Makes the job's actor, from its row. It is stopped by the transition that leaves `active`. */
  wake(turn: Turn, row: JobRow): void {
    this.#start(row);
    turn.undo(() => this.#rebuild(row.id));
  }

  /**
   * Sends `event`, writes the new state and its log line. Undefined when the machine does not accept the event now.
   * Throws `EngineError` NOT_FOUND for an unknown job, what the machine throws, and `INTERNAL` outside a turn.
   */
  send(turn: Turn, id: JobId, event: JobEvent, patch: RowPatch = {}): Transition | undefined {
    if (this.#turns().current !== turn)
      throw new EngineError('INTERNAL', 'a turn was used after its end', { jobId: id });
    const live = this.#live.get(id);
    const before = live?.row ?? this.#store.jobs.get(id);
    if (before === undefined) throw new EngineError('NOT_FOUND', `There is no job ${id} (any more).`, { jobId: id });

    const next = live === undefined ? stepRow(before, event) : stepActor(live.actor, event);
    if (next === undefined) {
      if (this.#inspection?.on === true) tellJob(this.#inspection, turn, { event, before, after: undefined });
      return undefined;
    }
    const after: JobRow = { ...before, ...snapshotToColumns(next), ...patch, version: before.version + 1 };
    if (after.failure !== before.failure) Object.assign(after, failureColumns(before, after.failure));

    this.#store.jobs.write(after, before.version);
    this.#store.log.appendEvent(logLine(before, after, event, turn.at));
    if (live !== undefined) {
      live.row = after;
      turn.undo(() => this.#rebuild(id));
      if (after.state !== 'active') this.#stop(id);
    }
    const transition = { event, before, after };
    if (this.#inspection?.on === true) tellJob(this.#inspection, turn, transition);
    this.#onTransition(turn, transition);
    return transition;
  }

  /** Engine stop: ends all actors; the rows are the truth. */
  stopAll(): void {
    for (const id of this.#live.keys()) this.#stop(id);
  }

  #start(row: JobRow): void {
    const actor = createActor(jobMachine, { id: `job:${row.id}`, snapshot: rowToSnapshot(row), input: undefined });
    // Without a listener XState reports an actor's error as an uncaught exception; `stepActor` sees and throws it.
    actor.subscribe({ error: () => undefined });
    actor.start();
    this.#live.set(row.id, { actor, row });
  }

  #stop(id: JobId): void {
    this.#live.get(id)?.actor.stop();
    this.#live.delete(id);
  }

  /** After a rollback: memory follows the row. */
  #rebuild(id: JobId): void {
    this.#stop(id);
    const row = this.#store.jobs.get(id);
    if (row?.state === 'active') this.#start(row);
  }
}

function stepRow(row: JobRow, event: JobEvent): JobSnapshot | undefined {
  const before = rowToSnapshot(row);
  const next = step(jobMachine, before, event);
  if (next.status === 'error') throw next.error;
  return next === before ? undefined : next;
}

function stepActor(actor: Actor<typeof jobMachine>, event: JobEvent): JobSnapshot | undefined {
  const before = actor.getSnapshot();
  actor.send(event);
  const next = actor.getSnapshot();
  if (next.status === 'error') throw next.error;
  return next === before ? undefined : next;
}

function failureColumns(before: JobRow, failure: Failure | null): Partial<JobRow> {
  if (failure === null) return { failedReason: null };
  const line = `attempt ${before.attemptsStarted}: ${[failure.message, ...(failure.causes ?? [])].join(' <- ')}`;
  return { failedReason: failure.message, stacktrace: [...before.stacktrace, line].slice(-maxStackLines) };
}

function logLine(before: JobRow, after: JobRow, event: JobEvent, at: number): JobEventRow {
  const { type, at: _at, ...detail } = event;
  return {
    jobId: after.id,
    version: after.version,
    at,
    event: type,
    fromState: before.state,
    toState: after.state,
    attempt: after.attemptsStarted,
    detail: before.version === 0 ? { ...detail, initial: beginningOf(before) } : detail,
  };
}

/** What a replay could not know otherwise: events say where a job goes, not where it came from. */
function beginningOf({ lane, rank, openDependencies, heldDependencies, runAt }: JobRow): JobBeginning {
  return {
    lane,
    rank,
    ...(openDependencies === 0 ? {} : { openDependencies }),
    ...(heldDependencies === 0 ? {} : { heldDependencies }),
    ...(runAt === null ? {} : { runAt }),
  };
}
