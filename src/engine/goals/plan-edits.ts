/** What a user changes of a plan: tasks are added, changed and taken out, before it is approved and while it is carried out. */
import type { z } from 'zod';
import type { GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { AddTask, EditTask } from '../../protocol/goal-inputs.ts';
import { maxGivenTasks } from '../../protocol/goals.ts';
import type { GoalId, TaskId } from '../../protocol/ids.ts';
import { EngineError } from '../errors.ts';
import type { Turn } from '../turn.ts';
import { roomForTasks, taskCount } from './goal-calls.ts';
import type { GoalParts } from './goal-parts.ts';
import { newTask } from './planning.ts';

type TaskFields = z.infer<typeof AddTask>['task'];

export class PlanEdits {
  readonly #parts: GoalParts;

  constructor(parts: GoalParts) {
    this.#parts = parts;
  }

  /** Throws `NOT_FOUND`, `CONFLICT` for a task that somebody has begun to work on, `BAD_REQUEST` for a cycle. */
  edit(turn: Turn, { taskId, task: fields }: z.infer<typeof EditTask>): TaskRow {
    const { actors, store } = this.#parts;
    const task = actors.task(taskId);
    const goal = this.#requireOpen(task.goalId);
    if (task.state !== 'failed') this.#requireUnstarted(task);
    this.#check(goal, fields);
    if (fields.dependsOn !== undefined && this.#isOther(task, fields.dependsOn)) {
      if (store.tasks.children(task.id).length > 0) {
        throw new EngineError(
          'CONFLICT',
          'This task waits for its own sub-tasks. What it depends on cannot be changed.',
        );
      }
      this.#depend(turn, task, fields.dependsOn);
    }
    const { title, instructions, acceptance, agentId, result } = fields;
    actors.patchTask(turn, task.id, {
      ...(title === undefined ? {} : { title }),
      ...(instructions === undefined ? {} : { instructions }),
      ...(acceptance === undefined ? {} : { acceptance }),
      ...(agentId === undefined ? {} : { agentId }),
      ...(result === undefined ? {} : { resultKind: result }),
      // It may have room for other results now.
      awaitsSummaries: false,
    });
    actors.note(turn, goal.id, 'plan-edited', task.id, null);
    return actors.task(task.id);
  }

  /** Throws `NOT_FOUND`, `CONFLICT` when the goal or its budget takes no more tasks, `BAD_REQUEST`. */
  add(turn: Turn, id: GoalId, fields: TaskFields): TaskRow {
    const { actors, ids, store } = this.#parts;
    const goal = this.#requireOpen(id);
    this.#check(goal, fields);
    if (roomForTasks(goal) < 1) {
      const { tasks: cap } = goal.options.budget;
      throw new EngineError(
        'CONFLICT',
        cap === null
          ? `A goal has at most ${maxGivenTasks} tasks, and they are there.`
          : `The goal's budget is ${cap} tasks, and they are there. Raise it first.`,
      );
    }
    const taskId = ids.task();
    actors.insertTasks(turn, id, [
      {
        ...newTask(id, taskId, fields.agentId),
        key: freeKey(new Set(store.tasks.keys(id))),
        title: fields.title,
        instructions: fields.instructions,
        acceptance: fields.acceptance,
        resultKind: fields.result,
      },
    ]);
    this.#depend(turn, actors.task(taskId), fields.dependsOn);
    actors.note(turn, id, 'plan-edited', taskId, null);
    return actors.task(taskId);
  }

  /** Throws `NOT_FOUND`, and `CONFLICT` for a task that somebody has begun to work on. */
  remove(turn: Turn, id: TaskId): GoalId {
    const { actors, store } = this.#parts;
    const task = actors.task(id);
    const goal = this.#requireOpen(task.goalId);
    this.#requireUnstarted(task);
    if (store.tasks.children(id).length > 0) {
      throw new EngineError('CONFLICT', 'This task has sub-tasks. Skip it instead.');
    }
    if (goal.state !== 'awaitingApproval' && taskCount(goal) === 1) {
      throw new EngineError('CONFLICT', 'This is the only task of the goal. Skip it, or cancel the goal.');
    }
    const dependants = store.tasks.dependants(id);
    actors.removeTask(turn, task);
    for (const dependant of dependants) actors.recountDependencies(turn, dependant);
    // Its row is gone, so the line names it.
    actors.note(turn, goal.id, 'plan-edited', null, task.title);
    return goal.id;
  }

  #requireOpen(id: GoalId): GoalRow {
    const goal = this.#parts.actors.goal(id);
    const state = goal.state === 'paused' ? goal.resumesTo : goal.state;
    if (state === 'awaitingApproval' || state === 'working') return goal;
    throw new EngineError('CONFLICT', 'The plan of this goal cannot be changed now.');
  }

  #requireUnstarted(task: TaskRow): void {
    if (task.state === 'waiting') return;
    throw new EngineError('CONFLICT', 'Somebody has begun to work on this task. Retry it, or skip it.');
  }

  /** Throws `NOT_FOUND` for an unknown agent, `BAD_REQUEST` for tasks of another goal. */
  #check(goal: GoalRow, { agentId, dependsOn }: z.infer<typeof EditTask>['task']): void {
    const { store } = this.#parts;
    if (agentId !== undefined && store.chat.agent(agentId) === undefined) {
      throw new EngineError('NOT_FOUND', 'This agent was removed. Choose another one.');
    }
    if (dependsOn?.some((id) => store.tasks.get(id)?.goalId !== goal.id) === true) {
      throw new EngineError('BAD_REQUEST', 'A task can only depend on tasks of the same goal that are still there.');
    }
  }

  #isOther({ id }: TaskRow, dependsOn: readonly TaskId[]): boolean {
    const before = new Set(this.#parts.store.tasks.dependencies(id));
    return new Set(dependsOn).size !== before.size || dependsOn.some((other) => !before.has(other));
  }

  /** Throws `BAD_REQUEST` when a task would wait for itself. */
  #depend(turn: Turn, task: TaskRow, dependsOn: readonly TaskId[]): void {
    const { actors, store } = this.#parts;
    const below = new Set(store.tasks.withAllBelow(task.id));
    if (dependsOn.some((id) => below.has(id))) {
      throw new EngineError('BAD_REQUEST', 'These tasks would wait for each other. Nothing was changed.');
    }
    store.tasks.clearDependencies(task.id);
    for (const id of dependsOn) store.tasks.addDependency(task.id, id);
    actors.recountDependencies(turn, task.id);
  }
}

/** `task-2` where there is a `task-1`. */
function freeKey(taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`task-${number}`)) number += 1;
  return `task-${number}`;
}
