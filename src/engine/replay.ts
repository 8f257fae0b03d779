/**
 * A job's life again, event by event: from where it was enqueued, each event of `job_events` is given to the real machine,
 * so that what is shown after it is what the machine says, not what somebody wrote down about it.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { rowToContext, rowToSnapshot, snapshotToColumns, type JobMachineColumns } from '../../db/jobs/job-row.ts';
import type { JobEventRow, JobRow } from '../../db/llm-jobs.model.ts';
import { actionNames, transitionId } from '../../machines/definition.ts';
import { blankJob, queueDeadline, type JobContext, type JobEvent } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import { step, transitionsTaken } from '../../machines/step.ts';
import { splitModel } from '../protocol/ids.ts';
import { Lane, type JobState } from '../protocol/job.ts';
import type { InspectedStep } from '../protocol/inspection.ts';
import { statePaths } from './inspected-machines.ts';
import { redact, redactEvent } from './redaction.ts';
import { senderOf } from './turn-inspection.ts';

/** Where a job began, as far as its row cannot tell later: kept with its first event (`job-actors.ts`). */
export const JobBeginning = z.object({
  lane: Lane,
  rank: z.number(),
  openDependencies: z.number().default(0),
  heldDependencies: z.number().default(0),
  runAt: z.number().nullable().default(null),
});
/** What is usual is left out: most jobs wait for nothing. */
export type JobBeginning = z.input<typeof JobBeginning>;

export class JobReplay {
  /** Not inferred: the beginning was kept, or there was no event yet. */
  readonly exact: boolean;
  readonly #job: JobRow;
  #snapshot: JobSnapshot;
  #version = 0;
  #shown: Record<string, unknown>;

  /** `job`: as it is now. `first`: its first event, undefined when there was none. */
  constructor(job: JobRow, first: JobEventRow | undefined) {
    const kept = JobBeginning.safeParse(first?.detail?.['initial']);
    this.exact = first === undefined || kept.success;
    this.#job = job;
    this.#snapshot = first === undefined ? rowToSnapshot(job) : beginning(job, first.fromState, kept.data);
    this.#shown = redact(this.#snapshot.context);
  }

  /** The version of the row after the last event that was taken. */
  get version(): number {
    return this.#version;
  }

  /** The enqueue. */
  get start(): InspectedStep {
    return {
      seq: 0,
      at: this.#job.timestamp,
      event: null,
      from: 'engine',
      detail: {},
      states: statePaths(this.#snapshot.value),
      edges: [],
      actions: [],
      changes: this.#shown,
      routine: false,
      diverged: false,
    };
  }

  /** Gives the machine the next event. One that it does not follow as the log says leaves it where the log says. */
  take(row: JobEventRow): InspectedStep {
    const { type, at, ...payload } = { ...row.detail, type: row.event, at: row.at };
    // The log holds what the machine accepted once, written from the event itself.
    const event = { ...payload, type, at } as JobEvent;
    const before = this.#snapshot;
    const taken = transitionsTaken(jobMachine, before, event);
    let next = step(jobMachine, before, event);
    const diverged = stateOf(next) !== row.toState;
    if (diverged) next = inState(row.toState, next.context);
    this.#snapshot = next;
    this.#version = row.version;
    const { initial: _initial, ...detail } = payload as Record<string, unknown>;
    return {
      seq: row.version,
      at,
      event: type,
      from: senderOf(type, before.context.processedBy),
      detail: redactEvent(detail),
      states: statePaths(next.value),
      edges: taken.map(transitionId),
      actions: taken.flatMap(({ actions }) => actionNames([...actions])),
      changes: this.#changes(),
      routine: false,
      diverged,
    };
  }

  /** The machine's columns in which the row is not what the events lead to. Ask when all events were taken. */
  differs(row: JobRow): string[] {
    const replayed = snapshotToColumns(this.#snapshot);
    const keys = Object.keys(replayed) as (keyof JobMachineColumns)[];
    // As they are stored: a live row may hold keys that are undefined.
    return keys.filter((key) => JSON.stringify(replayed[key]) !== JSON.stringify(row[key]));
  }

  #changes(): Record<string, unknown> {
    const shown = redact(this.#snapshot.context);
    const changes = changesBetween(this.#shown, shown);
    this.#shown = shown;
    return changes;
  }
}

/** The parts of `after` that are not what they were. Contexts keep their keys. */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => !isDeepStrictEqual(before[key], value)));
}

function stateOf(snapshot: JobSnapshot): JobState {
  return snapshotToColumns(snapshot).state;
}

function inState(state: JobState, context: JobContext): JobSnapshot {
  return jobMachine.resolveState({ value: state === 'active' ? { active: 'starting' } : state, context });
}

/** As `LlmJobQueue.enqueue` has made it. */
function beginning(job: JobRow, state: JobState, kept: z.infer<typeof JobBeginning> | undefined): JobSnapshot {
  const waits = state === 'waiting';
  const { maxAttempts, backoff, timeouts } = rowToContext(job);
  return inState(state, {
    ...blankJob,
    provider: splitModel(job.data.model).provider,
    maxAttempts,
    backoff,
    timeouts,
    waitingSince: waits ? job.timestamp : null,
    queueDeadlineAt: waits ? queueDeadline(timeouts, job.timestamp) : null,
    ...(kept ?? {
      lane: job.lane,
      openDependencies: state === 'blocked' ? 1 : 0,
      runAt: job.delay > 0 ? job.timestamp + job.delay : null,
    }),
  });
}
