/** Goals and tasks as the page sees them. */
import type { GoalEventRow, GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { Store } from '../../../db/store.ts';
import type { GoalDetails, GoalEventView, GoalProgress, GoalView, TaskView } from '../../protocol/goal-views.ts';
import type { GoalId, JobId, TaskId } from '../../protocol/ids.ts';
import type { Clock } from '../ports.ts';
import type { Cast } from './cast.ts';
import { burnOf, taskCount } from './goal-calls.ts';
import { timeLeft } from './time-left.ts';

/** Estimates that are kept, so that a list of goals is not worked through anew because one of them has changed. */
const keptEstimates = 200;

export interface GoalViewsOptions {
  store: Store;
  cast: Cast;
  clock: Clock;
  /** How many of its tasks may run at once. */
  parallel: () => number;
  /** A worker has this job. */
  runs: (id: JobId) => boolean;
}

export class GoalViews {
  readonly #options: GoalViewsOptions;
  /** By the version of the goal: when it will be done. */
  readonly #ends = new Map<GoalId, { version: number; endsAt: number | null }>();

  constructor(options: GoalViewsOptions) {
    this.#options = options;
  }

  goal(row: GoalRow): GoalView {
    const now = this.#options.clock.now();
    const { needsInput = 0, failed = 0 } = row.taskCounts;
    const isUnderWay = row.state === 'working' || row.state === 'paused';
    return {
      id: row.id,
      conversationId: row.conversationId,
      messageId: row.messageId,
      title: row.title,
      intention: row.intention,
      state: row.state,
      resumesTo: row.resumesTo,
      pauseReason: row.pauseReason,
      failure: row.failure,
      progress: this.#progress(row),
      planVersion: row.state === 'awaitingApproval' ? this.#options.store.goals.planVersion(row.id) : null,
      burn: burnOf(row, now),
      options: row.options,
      leftMs: row.state === 'working' ? this.#left(row, now) : null,
      waitsForUser: (isUnderWay ? needsInput + failed : 0) + (row.state === 'awaitingApproval' ? 1 : 0),
      jobId: row.jobId,
      hasDeliverable: row.hasDeliverable,
      createdAt: row.createdAt,
      endedAt: row.endedAt,
      version: row.version,
    };
  }

  details(row: GoalRow): GoalDetails {
    const { store } = this.#options;
    const edges = Map.groupBy(store.tasks.edges(row.id), ({ taskId }) => taskId);
    const jobs = Map.groupBy(store.goals.jobs(row.id), ({ taskId }) => taskId);
    const names = new Map<string, string>();
    return {
      goal: this.goal(row),
      tasks: store.tasks.ofGoal(row.id).map((task) => {
        const agentName = names.get(task.agentId) ?? this.#options.cast.worker(row, task).name;
        names.set(task.agentId, agentName);
        const dependsOn = (edges.get(task.id) ?? []).map(({ dependsOnId }) => dependsOnId);
        return this.#task(task, { agentName, dependsOn, jobs: jobs.get(task.id) ?? [] });
      }),
      artefacts: row.hasDeliverable ? store.goals.artefacts(row.id) : [],
    };
  }

  task(goal: GoalRow, task: TaskRow): TaskView {
    const { store, cast } = this.#options;
    return this.#task(task, {
      agentName: cast.worker(goal, task).name,
      dependsOn: store.tasks.dependencies(task.id),
      jobs: store.goals.jobsOfTask(task.id),
    });
  }

  event({ seq, at, type, taskId, text }: GoalEventRow): GoalEventView {
    return { seq, at, type, taskId, text };
  }

  #task(task: TaskRow, parts: TaskParts): TaskView {
    const { runs } = this.#options;
    const inLine = isBegun(task) && !(task.jobIsOpen && task.jobId !== null && runs(task.jobId));
    return taskView(task, inLine, parts);
  }

  /** What is begun is with a worker, or stands in line: its job tells. */
  #progress(row: GoalRow): GoalProgress {
    const { store, runs } = this.#options;
    const counts = row.taskCounts;
    const begun = (counts.working ?? 0) + (counts.inReview ?? 0);
    const running = begun === 0 ? 0 : store.goals.openTaskJobIds(row.id).filter(runs).length;
    return {
      total: taskCount(row),
      accepted: counts.accepted ?? 0,
      running,
      inLine: begun - running,
      waiting: (counts.waiting ?? 0) + (counts.sentBack ?? 0),
      needsInput: counts.needsInput ?? 0,
      failed: counts.failed ?? 0,
      skipped: counts.skipped ?? 0,
      cancelled: counts.cancelled ?? 0,
    };
  }

  #left(row: GoalRow, now: number): number | null {
    const known = this.#ends.get(row.id);
    const endsAt = known?.version === row.version ? known.endsAt : this.#estimate(row, now);
    return endsAt === null ? null : Math.max(0, endsAt - now);
  }

  #estimate(row: GoalRow, now: number): number | null {
    const { store, parallel } = this.#options;
    const edges = Map.groupBy(store.tasks.edges(row.id), ({ taskId }) => taskId);
    const tasks = store.tasks.outlines(row.id).map((task) => ({
      ...task,
      dependsOn: (edges.get(task.id) ?? []).map(({ dependsOnId }) => dependsOnId),
    }));
    const left = timeLeft(tasks, row.measuredMs, parallel(), now);
    const endsAt = left === null ? null : now + left;
    if (this.#ends.size >= keptEstimates) this.#ends.clear();
    this.#ends.set(row.id, { version: row.version, endsAt });
    return endsAt;
  }
}

interface TaskParts {
  readonly agentName: string;
  readonly dependsOn: TaskId[];
  readonly jobs: readonly { jobId: JobId; purpose: string; at: number }[];
}

function isBegun({ state }: TaskRow): boolean {
  return state === 'working' || state === 'inReview';
}

function taskView(task: TaskRow, inLine: boolean, { agentName, dependsOn, jobs }: TaskParts): TaskView {
  return {
    id: task.id,
    key: task.key,
    title: task.title,
    instructions: task.instructions,
    acceptance: task.acceptance,
    agentId: task.agentId,
    agentName,
    resultKind: task.resultKind,
    dependsOn,
    parentId: task.parentId,
    state: task.state,
    inLine,
    jobId: task.jobId,
    jobs: jobs.flatMap(({ jobId, purpose, at }) =>
      purpose === 'work' || purpose === 'review' || purpose === 'summary' ? [{ jobId, purpose, at }] : [],
    ),
    result: task.result,
    summary: task.summary,
    question: task.state === 'needsInput' ? task.question : null,
    answers: task.answers,
    reviewReasons: task.reviewReasons.at(-1) ?? [],
    sendBacks: task.sendBacks,
    readsSummaries: task.readsSummaries,
    failure: task.failure,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
  };
}
