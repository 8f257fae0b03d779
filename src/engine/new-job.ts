/** A job that is to be, and the row that it begins as. */
import type { DependencyRow, JobData, JobFallbacks, JobRow } from '../../db/llm-jobs.model.ts';
import { blankJob, initialJobState, queueDeadline, type JobContext } from '../../machines/job.context.ts';
import { jobMachineVersion } from '../../machines/job.machine.ts';
import { splitModel, type AgentId, type JobId } from '../protocol/ids.ts';
import { defaultBackoff, defaultRunMs, type Backoff, type JobTimeouts, type Lane } from '../protocol/job.ts';
import type { NewDependency } from './job-family.ts';

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

const defaultMaxAttempts = 3;

/** Waiting, delayed, or blocked by its dependencies. `at`: epoch ms. `rank` is asked only for a job that waits in line. */
export function newJobRow(
  job: NewJob,
  at: number,
  dependencies: readonly Pick<DependencyRow, 'state'>[],
  rank: () => number,
): JobRow {
  const delayMs = job.delayMs ?? 0;
  const context: JobContext = {
    ...blankJob,
    provider: splitModel(job.data.model).provider,
    lane: job.lane,
    maxAttempts: job.maxAttempts ?? defaultMaxAttempts,
    backoff: job.backoff ?? defaultBackoff,
    timeouts: { runMs: defaultRunMs, ...job.timeouts },
    openDependencies: dependencies.filter(({ state }) => state === 'open' || state === 'held').length,
    heldDependencies: dependencies.filter(({ state }) => state === 'held').length,
    runAt: delayMs > 0 ? at + delayMs : null,
  };
  const state = initialJobState(context, at);
  if (state === 'waiting') {
    context.rank = rank();
    context.waitingSince = at;
    context.queueDeadlineAt = queueDeadline(context.timeouts, at);
  }
  return {
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
    timestamp: at,
    version: 0,
    machineVersion: jobMachineVersion,
  };
}
