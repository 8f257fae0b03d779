/**
 * Goals under way. Whatever happens to a job of a goal reaches `jobEnded` inside the queue's turn, and what follows from it is
 * done there: so a crash neither loses nor repeats anything. `advance` then looks what can be gone on with; it may be called
 * at any time, and does nothing where nothing is to be done.
 */
import type { GoalJobRow, GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import type { PauseReason } from '../../protocol/goals.ts';
import type { ConversationId, GoalId, TaskId } from '../../protocol/ids.ts';
import type { Inputs } from '../inputs.ts';
import type { LlmJobQueue } from '../llm-job-queue.service.ts';
import type { Turn } from '../turn.ts';
import { Delivering } from './delivering.ts';
import { isSettled } from './goal-actors.ts';
import { isOverspent } from './budget.ts';
import { burnOf, taskCount } from './goal-calls.ts';
import type { Advance, GoalParts } from './goal-parts.ts';
import { Planning } from './planning.ts';
import { Readings } from './readings.ts';
import { TaskFailures } from './task-failures.ts';
import { TaskReview } from './task-review.ts';
import { TaskWork } from './task-work.ts';

/** Calls made for one goal in one turn; the rest follows in the next, so that a turn stays short. */
const maxCalls = 24;
/** Goals whose time is used up, looked at in one turn. */
const maxOvertime = 50;

export interface GoalsOptions {
  parts: GoalParts;
  queue: LlmJobQueue;
  inputs: Inputs;
}

export class Goals {
  readonly planning: Planning;
  readonly #options: GoalsOptions;
  readonly #parts: GoalParts;
  readonly #readings: Readings;
  readonly #failures: TaskFailures;
  readonly #work: TaskWork;
  readonly #review: TaskReview;
  readonly #delivering: Delivering;

  constructor(options: GoalsOptions) {
    const { parts } = options;
    const failed = (turn: Turn, goal: GoalRow): void => this.#hasFailed(turn, goal);
    this.#options = options;
    this.#parts = parts;
    this.planning = new Planning(parts, failed);
    this.#readings = new Readings(parts);
    this.#failures = new TaskFailures(parts, failed);
    this.#work = new TaskWork({
      parts,
      readings: this.#readings,
      planning: this.planning,
      failures: this.#failures,
      capReached: (turn, goal) => this.pause(turn, goal.id, 'tasks'),
    });
    this.#review = new TaskReview(parts, this.#readings, this.#failures);
    this.#delivering = new Delivering(parts, this.#readings, failed);
  }

  /** A job came to rest. Nothing happens with one that is no goal's, or that its goal does not wait for any more. */
  jobEnded(turn: Turn, row: JobRow): void {
    if (row.data.kind !== 'prompt' || row.data.goal === undefined) return;
    const { store, actors, calls } = this.#parts;
    const job = store.goals.job(row.id);
    if (job?.isOpen !== true) return;
    calls.close(turn, job, row);
    this.#follow(turn, actors.goal(job.goalId), job, row);
    this.advance(turn, job.goalId);
  }

  /** A worker was given a job, or has it no longer: whoever looks at a task sees whether it is worked on or stands in line. */
  jobMoved(turn: Turn, { data }: JobRow): void {
    if (data.kind !== 'prompt' || data.goal === undefined || data.goal.taskId === null) return;
    this.#parts.actors.ringViews(turn, data.goal.goalId);
  }

  #follow(turn: Turn, goal: GoalRow, job: GoalJobRow, row: JobRow): void {
    const { purpose, taskId } = job;
    switch (purpose) {
      case 'plan':
        this.planning.ended(turn, goal.id, row);
        return;
      case 'deliver':
        this.#delivering.ended(turn, goal.id, row);
        return;
      case 'summary':
        this.#readings.summarised(turn, job, row);
        return;
      case 'work':
        if (taskId !== null) this.#work.ended(turn, goal, { ...job, taskId }, row);
        return;
      case 'review':
        if (taskId !== null) this.#review.ended(turn, goal, { ...job, taskId }, row);
        return;
      default:
        purpose satisfies never;
    }
  }

  /** Makes the calls that can be made now. */
  advance(turn: Turn, id: GoalId): void {
    this.#keepWithin(turn, id);
    this.#goOn(turn, id);
    this.#keepTime(turn, id);
  }

  #goOn(turn: Turn, id: GoalId): void {
    const goal = this.#parts.actors.goal(id);
    switch (goal.state) {
      case 'planning':
        if (goal.jobId === null) this.#pauseAt(turn, id, this.planning.ask(turn, goal));
        return;
      case 'working':
        this.#advanceTasks(turn, id);
        return;
      case 'delivering':
        // Not with each summary that it waits for: of hundreds of results that would be a look at all for each.
        if (this.#parts.store.goals.openJobs(id).length === 0) {
          this.#pauseAt(turn, id, this.#delivering.compose(turn, goal));
        }
        return;
      default:
    }
  }

  /** An answer took more than was thought of, or a cap was lowered: what only waits in the queue is taken back, the newest first. */
  #keepWithin(turn: Turn, id: GoalId): void {
    const { store, actors } = this.#parts;
    const isOver = (): boolean => {
      const goal = actors.goal(id);
      return isOverspent(goal.options.budget, burnOf(goal, turn.at));
    };
    if (!isOver()) return;
    for (const job of store.goals.openJobs(id).toReversed()) {
      if (this.#options.queue.actors.row(job.jobId)?.state !== 'active') this.takeBack(turn, job);
      if (!isOver()) return;
    }
  }

  /** While nothing is under way and all waits for the user, its time stands still. */
  #keepTime(turn: Turn, id: GoalId): void {
    const { actors } = this.#parts;
    const { state, inFlightTokens, activeSince, activeMs } = actors.goal(id);
    if (state !== 'planning' && state !== 'working' && state !== 'delivering') return;
    const isBusy = inFlightTokens > 0;
    if (isBusy === (activeSince !== null)) return;
    const before = activeSince === null ? 0 : Math.max(0, turn.at - activeSince);
    actors.patchGoal(turn, id, { activeSince: isBusy ? turn.at : null, activeMs: activeMs + before });
  }

  #advanceTasks(turn: Turn, id: GoalId): void {
    const { store, actors } = this.#parts;
    for (let calls = 0; calls < maxCalls; calls += 1) {
      const goal = actors.goal(id);
      if (goal.state !== 'working') return;
      const [taskId] = store.tasks.ready(id, 1);
      if (taskId === undefined) {
        this.#finishWork(turn, goal);
        return;
      }
      const outcome = this.#startTask(turn, goal, actors.task(taskId));
      if (outcome.kind === 'held') return;
      this.#pauseAt(turn, id, outcome);
    }
    turn.after(() => this.look(id));
  }

  /** In a turn of its own, soon. */
  look(id: GoalId): void {
    this.#options.inputs.postOnce(`goal ${id}`, (turn) => {
      if (this.#parts.store.goals.get(id) !== undefined) this.advance(turn, id);
    });
  }

  #startTask(turn: Turn, goal: GoalRow, task: TaskRow): Advance {
    return task.state === 'inReview' ? this.#review.start(turn, goal, task) : this.#work.start(turn, goal, task);
  }

  #finishWork(turn: Turn, goal: GoalRow): void {
    const { actors } = this.#parts;
    const { accepted = 0, skipped = 0 } = goal.taskCounts;
    if (accepted + skipped < taskCount(goal)) return;
    if (accepted === 0) {
      const reason = 'None of its tasks came to a result, so there is nothing to deliver. Retry a task to go on.';
      const failed = actors.sendGoal(turn, goal.id, { type: 'FAIL', at: turn.at, reason });
      if (failed !== undefined) this.#hasFailed(turn, failed);
      return;
    }
    if (actors.sendGoal(turn, goal.id, { type: 'WORK_DONE', at: turn.at }) === undefined) return;
    actors.note(turn, goal.id, 'delivering', null, null);
    this.advance(turn, goal.id);
  }

  /** Nothing further starts, and what only waits in the queue is taken back. False when the goal cannot be paused now. */
  pause(turn: Turn, id: GoalId, reason: PauseReason): boolean {
    const { actors, reports, store } = this.#parts;
    const paused = actors.sendGoal(turn, id, { type: 'PAUSE', at: turn.at, reason });
    if (paused === undefined) return false;
    for (const job of store.goals.openJobs(id)) {
      if (this.#options.queue.actors.row(job.jobId)?.state !== 'active') this.takeBack(turn, job);
    }
    actors.note(turn, id, 'paused', null, reason);
    if (reason !== 'user') reports.paused(turn, actors.goal(id), reason);
    return true;
  }

  /** Ends it: what runs is aborted. False when it is at rest already. */
  cancel(turn: Turn, id: GoalId): boolean {
    const { actors } = this.#parts;
    if (actors.sendGoal(turn, id, { type: 'CANCEL', at: turn.at }) === undefined) return false;
    actors.note(turn, id, 'cancelled', null, null);
    this.#end(turn, id);
    return true;
  }

  /** Its conversation is removed. */
  cancelAll(turn: Turn, conversationId: ConversationId): void {
    for (const id of this.#parts.store.goals.openOfConversation(conversationId)) this.cancel(turn, id);
    this.#parts.actors.ringAllOf(turn, conversationId);
  }

  /** Its conversation is restored: they are shown again, as they were left. */
  shown(turn: Turn, conversationId: ConversationId): void {
    this.#parts.actors.ringAllOf(turn, conversationId);
  }

  /** The time of these is used up. */
  pauseOvertime(turn: Turn): void {
    for (const id of this.#parts.store.goals.overtime(turn.at, maxOvertime)) this.pause(turn, id, 'time');
  }

  /** A budget's cap stands in the way. */
  #pauseAt(turn: Turn, id: GoalId, outcome: Advance): void {
    if (outcome.kind === 'cap') this.pause(turn, id, outcome.reason);
  }

  /** What was waited for is not any more: the next `advance` makes it anew. */
  takeBack(turn: Turn, job: GoalJobRow): void {
    const { actors, calls, store } = this.#parts;
    calls.withdraw(turn, job);
    const task = job.taskId === null ? undefined : store.tasks.get(job.taskId);
    if (job.purpose === 'plan' || job.purpose === 'deliver') actors.patchGoal(turn, job.goalId, { jobId: null });
    else if (task !== undefined && job.purpose === 'summary') this.#readings.release(turn, task);
    else if (task !== undefined) {
      actors.patchTask(turn, task.id, { jobIsOpen: false });
      actors.sendTask(turn, task.id, { type: 'TAKE_BACK', at: turn.at });
    }
  }

  /** Nobody waits for the jobs of this task any more. */
  withdrawJobs(turn: Turn, id: TaskId): void {
    const { actors, calls, store } = this.#parts;
    for (const job of store.goals.openJobsOfTask(id)) {
      calls.withdraw(turn, job);
      if (job.purpose === 'summary') this.#readings.release(turn, { id });
    }
    if (actors.task(id).jobIsOpen) actors.patchTask(turn, id, { jobIsOpen: false });
  }

  /** Every job of it is aborted, and every task that came to no end is cancelled. */
  #end(turn: Turn, id: GoalId): void {
    const { actors, store } = this.#parts;
    this.#abortJobs(turn, id);
    const patch = { jobIsOpen: false, awaitsSummaries: false };
    for (const task of store.tasks.outlines(id)) {
      if (!isSettled(task.state)) actors.sendTask(turn, task.id, { type: 'CANCEL', at: turn.at }, patch);
    }
  }

  #abortJobs(turn: Turn, id: GoalId): void {
    const { actors, calls, store } = this.#parts;
    for (const job of store.goals.openJobs(id)) calls.withdraw(turn, job);
    if (actors.goal(id).jobId !== null) actors.patchGoal(turn, id, { jobId: null });
  }

  /** Where planning or delivery has failed, its tasks stay as they are: it can be tried again. */
  #hasFailed(turn: Turn, goal: GoalRow): void {
    const { actors, reports } = this.#parts;
    actors.note(turn, goal.id, 'failed', null, goal.failure);
    if (goal.resumesTo === null) this.#end(turn, goal.id);
    else this.#abortJobs(turn, goal.id);
    reports.goalFailed(turn, goal);
  }
}
