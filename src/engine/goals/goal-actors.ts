/**
 * The one way in which goals and tasks change. Neither has a live actor: both are rows that take their steps through the
 * pure transition, inside a turn, so nothing of them is in memory and a rollback needs no undoing.
 *
 * A task's step also moves what the others count: how many tasks of its goal are in which state, and what the tasks behind it
 * still wait for.
 */
import { goalColumns, goalSnapshot, taskColumns, taskSnapshot } from '../../../db/goals/goal-row.ts';
import type { GoalRow, TaskCounts, TaskRow } from '../../../db/goals.model.ts';
import type { Store } from '../../../db/store.ts';
import type { GoalEvent } from '../../../machines/goal.context.ts';
import { goalMachine } from '../../../machines/goal.machine.ts';
import { step, transitionsTaken } from '../../../machines/step.ts';
import type { TaskEvent } from '../../../machines/task.context.ts';
import { taskMachine } from '../../../machines/task.machine.ts';
import type { GoalEventView } from '../../protocol/goal-views.ts';
import type { TaskState } from '../../protocol/goals.ts';
import type { ConversationId, GoalId, TaskId } from '../../protocol/ids.ts';
import { EngineError } from '../errors.ts';
import type { Inspection } from '../inspection.ts';
import { tellRow } from '../turn-inspection.ts';
import type { Turn } from '../turn.ts';

/** Columns that are written beside a transition, or without one. */
export type GoalPatch = Partial<Omit<GoalRow, 'id' | 'conversationId' | 'version' | 'updatedAt' | 'timeCapAt'>>;
export type TaskPatch = Partial<Omit<TaskRow, 'id' | 'goalId' | 'version'>>;

/** Of so many tasks the time they took is kept, to estimate what is left. */
const measuredTasks = 30;

export function isSettled(state: TaskState): boolean {
  return state === 'accepted' || state === 'skipped';
}

export class GoalActors {
  readonly #store: Store;
  readonly #inspection: Inspection | undefined;

  constructor(store: Store, inspection?: Inspection) {
    this.#store = store;
    this.#inspection = inspection;
  }

  /** Throws `NOT_FOUND`. */
  goal(id: GoalId): GoalRow {
    const row = this.#store.goals.get(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This goal was removed, or never was.');
    return row;
  }

  /** Throws `NOT_FOUND`. */
  task(id: TaskId): TaskRow {
    const row = this.#store.tasks.get(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This task was removed, or never was.');
    return row;
  }

  /** Undefined when the machine does not accept the event now. Throws what the machine throws. */
  sendGoal(turn: Turn, id: GoalId, event: GoalEvent, patch: GoalPatch = {}): GoalRow | undefined {
    const before = this.goal(id);
    const snapshot = goalSnapshot(before);
    const next = step(goalMachine, snapshot, event);
    if (next.status === 'error') throw next.error;
    if (this.#inspection?.on === true) {
      const taken = transitionsTaken(goalMachine, snapshot, event);
      tellRow(this.#inspection, turn, `goal:${id}`, event, { taken, before: snapshot, after: next });
    }
    return next === snapshot ? undefined : this.#writeGoal(turn, before, { ...goalColumns(next), ...patch });
  }

  patchGoal(turn: Turn, id: GoalId, patch: GoalPatch): GoalRow {
    return this.#writeGoal(turn, this.goal(id), patch);
  }

  insertGoal(turn: Turn, row: GoalRow): GoalRow {
    const whole = { ...row, timeCapAt: timeCap(row) };
    this.#store.goals.insert(whole);
    ringGoal(turn, whole);
    return whole;
  }

  /** Undefined when the machine does not accept the event now. */
  sendTask(turn: Turn, id: TaskId, event: TaskEvent, patch: TaskPatch = {}): TaskRow | undefined {
    const before = this.task(id);
    const snapshot = taskSnapshot(before);
    const next = step(taskMachine, snapshot, event);
    if (next.status === 'error') throw next.error;
    if (this.#inspection?.on === true) {
      const taken = transitionsTaken(taskMachine, snapshot, event);
      tellRow(this.#inspection, turn, `task:${id}`, event, { taken, before: snapshot, after: next });
    }
    if (next === snapshot) return undefined;
    const after = this.#writeTask(turn, before, { ...taskColumns(next), ...patch });
    this.#count(turn, before, after);
    if (!isSettled(before.state) && isSettled(after.state)) this.#settleDependants(turn, id);
    return after;
  }

  patchTask(turn: Turn, id: TaskId, patch: TaskPatch): TaskRow {
    return this.#writeTask(turn, this.task(id), patch);
  }

  /** Its conversation was removed or restored: they are shown no more, or again. */
  ringAllOf(turn: Turn, id: ConversationId): void {
    for (const goal of this.#store.goals.ofConversation(id)) ringViews(turn, goal);
  }

  /** What is shown of a goal has changed, although no row of it has: one of its jobs has been given to a worker, or taken back. */
  ringViews(turn: Turn, id: GoalId): void {
    const goal = this.#store.goals.get(id);
    if (goal !== undefined) ringViews(turn, goal);
  }

  insertTasks(turn: Turn, goalId: GoalId, rows: readonly TaskRow[]): void {
    const goal = this.goal(goalId);
    let { taskCounts } = goal;
    for (const row of rows) {
      this.#store.tasks.insert(row);
      taskCounts = counted(taskCounts, row.state, 1);
    }
    this.#writeGoal(turn, goal, { taskCounts });
  }

  removeTask(turn: Turn, row: TaskRow): void {
    this.#store.tasks.remove(row.id);
    const goal = this.goal(row.goalId);
    this.#writeGoal(turn, goal, { taskCounts: counted(goal.taskCounts, row.state, -1) });
  }

  /** All of them, for a plan that is replaced. */
  removeTasks(turn: Turn, goalId: GoalId): void {
    this.#store.tasks.removeAll(goalId);
    this.#writeGoal(turn, this.goal(goalId), { taskCounts: {} });
  }

  /** What the task waits for was changed, or starts again. */
  recountDependencies(turn: Turn, id: TaskId): void {
    const open = this.#store.tasks.openDependencies(id);
    if (this.task(id).openDependencies === open) return;
    this.sendTask(turn, id, { type: 'DEPENDENCIES_SET', at: turn.at, open });
  }

  /** A line of the goal's timeline. */
  note(turn: Turn, goalId: GoalId, type: GoalEventView['type'], taskId: TaskId | null, text: string | null): void {
    this.#store.goals.appendEvent({ goalId, taskId, at: turn.at, type, text });
  }

  #writeGoal(turn: Turn, before: GoalRow, patch: GoalPatch): GoalRow {
    const changed = { ...before, ...patch };
    const after = { ...changed, updatedAt: turn.at, version: before.version + 1, timeCapAt: timeCap(changed) };
    this.#store.goals.write(after, before.version);
    ringGoal(turn, after);
    return after;
  }

  #writeTask(turn: Turn, before: TaskRow, patch: TaskPatch): TaskRow {
    const after = { ...before, ...patch, version: before.version + 1 };
    this.#store.tasks.write(after, before.version);
    turn.ring(`goal:${after.goalId}`);
    turn.ring(`actor:task:${after.id}`);
    return after;
  }

  #count(turn: Turn, before: TaskRow, after: TaskRow): void {
    if (before.state === after.state) return;
    const goal = this.goal(after.goalId);
    const taskCounts = counted(counted(goal.taskCounts, before.state, -1), after.state, 1);
    const took = after.state === 'accepted' ? this.#measured(turn, goal, after) : [];
    const measuredMs = [...goal.measuredMs, ...took].slice(-measuredTasks);
    this.#writeGoal(turn, goal, { taskCounts, measuredMs });
  }

  /** What it took without a break: waiting for a person is not work, and a split task's time is that of its sub-tasks. */
  #measured(turn: Turn, { activeSince }: GoalRow, { id, startedAt, answers }: TaskRow): number[] {
    if (startedAt === null || activeSince === null || activeSince > startedAt) return [];
    if (answers.length > 0 || this.#store.tasks.children(id).length > 0) return [];
    return [Math.max(0, turn.at - startedAt)];
  }

  #settleDependants(turn: Turn, id: TaskId): void {
    for (const dependant of this.#store.tasks.dependants(id)) {
      this.sendTask(turn, dependant, { type: 'DEPENDENCY_SETTLED', at: turn.at });
    }
  }
}

/** Whoever looks at the goal, or at those of its conversation, or at all. */
function ringGoal(turn: Turn, goal: GoalRow): void {
  ringViews(turn, goal);
  turn.ring(`actor:goal:${goal.id}`);
}

function ringViews(turn: Turn, { id, conversationId }: GoalRow): void {
  turn.ring(`goal:${id}`);
  turn.ring(`goals:${conversationId}`);
  turn.ring('goals');
}

function counted(counts: TaskCounts, state: TaskState, by: 1 | -1): TaskCounts {
  return { ...counts, [state]: (counts[state] ?? 0) + by };
}

function timeCap({ activeSince, activeMs, options }: GoalRow): number | null {
  const { timeMs } = options.budget;
  return activeSince === null || timeMs === null ? null : activeSince + timeMs - activeMs;
}
