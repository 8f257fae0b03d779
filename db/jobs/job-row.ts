/** A job's snapshot and its row are the same thing in two forms: every piece of the machine's state is a column. */
import type { JobContext } from '../../machines/job.context.ts';
import { jobMachine, type JobSnapshot } from '../../machines/job.machine.ts';
import type { JobPhase, JobState } from '../../src/protocol/job.ts';
import type { JobRow } from '../llm-jobs.model.ts';

/** The columns that the machine owns. All other columns are fixed at creation or written beside a transition. */
export type JobMachineColumns = Pick<JobRow, 'state' | 'phase' | keyof JobContext>;

/** Of a row, or of another context. */
export function rowToContext(row: JobContext): JobContext {
  return {
    provider: row.provider,
    fallbackModel: row.fallbackModel,
    lane: row.lane,
    rank: row.rank,
    maxAttempts: row.maxAttempts,
    backoff: row.backoff,
    attemptsStarted: row.attemptsStarted,
    attemptsMade: row.attemptsMade,
    stalledCounter: row.stalledCounter,
    quarantined: row.quarantined,
    quarantineDeaths: row.quarantineDeaths,
    openDependencies: row.openDependencies,
    heldDependencies: row.heldDependencies,
    timeouts: row.timeouts,
    runAt: row.runAt,
    deadlineAt: row.deadlineAt,
    waitingSince: row.waitingSince,
    queueDeadlineAt: row.queueDeadlineAt,
    runDeadlineAt: row.runDeadlineAt,
    processedBy: row.processedBy,
    processedOn: row.processedOn,
    firstContentAt: row.firstContentAt,
    finishedOn: row.finishedOn,
    stoppedOn: row.stoppedOn,
    failure: row.failure,
  };
}

/** Throws when the row has a state that this version's machine does not know. */
export function rowToSnapshot(row: JobRow): JobSnapshot {
  const context = rowToContext(row);
  if (row.state === 'active') {
    return jobMachine.resolveState({ value: { active: row.phase ?? 'starting' }, context });
  }
  return jobMachine.resolveState({ value: row.state, context });
}

export function snapshotToColumns(snapshot: JobSnapshot): JobMachineColumns {
  const { value, context } = snapshot;
  const [state, phase]: [JobState, JobPhase | null] =
    typeof value === 'string' ? [value, null] : ['active', value.active];
  // Taken key by key, contexts of every origin get one shape, and what is done with them next is quicker than with a spread.
  return { ...rowToContext(context), state, phase };
}
