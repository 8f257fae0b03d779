/**
 * What a user does to goals and tasks, inside a turn. Nothing of a removed conversation is begun again. Each returns false where
 * the machine does not accept it now; what can be gone on with afterwards is gone on with in the same turn.
 */
import type { GoalRow } from '../../../db/goals.model.ts';
import type { GoalId, TaskId } from '../../protocol/ids.ts';
import { EngineError } from '../errors.ts';
import type { Turn } from '../turn.ts';
import { withOptions, type OptionsChange } from './goal-options.ts';
import type { GoalParts } from './goal-parts.ts';
import type { Goals } from './goals.ts';

export class GoalDeeds {
  readonly #parts: GoalParts;
  readonly #goals: Goals;

  constructor(parts: GoalParts, goals: Goals) {
    this.#parts = parts;
    this.#goals = goals;
  }

  /** False when there is nothing to resume. */
  resume(turn: Turn, id: GoalId): boolean {
    this.#requirePresent(id);
    if (this.#parts.actors.sendGoal(turn, id, { type: 'RESUME', at: turn.at }) === undefined) return false;
    this.#parts.actors.note(turn, id, 'resumed', null, null);
    this.#goals.advance(turn, id);
    return true;
  }

  /**
   * Of the plan that was looked at. Approved once more, by a second click or in another window, it is carried out already, and
   * nothing happens. Throws `CONFLICT` when it is not the plan that is there now, or has no task.
   */
  approve(turn: Turn, id: GoalId, planVersion: number): boolean {
    const { actors, reports, store } = this.#parts;
    if (store.goals.planVersion(id) !== planVersion) {
      throw new EngineError('CONFLICT', 'The plan has changed since you looked at it. Look at it again.');
    }
    if (isApproved(actors.goal(id))) return true;
    if (store.tasks.outlines(id).length === 0) {
      throw new EngineError('CONFLICT', 'There is no task in this plan. Add one, or have it planned anew.');
    }
    const approved = actors.sendGoal(turn, id, { type: 'APPROVE', at: turn.at });
    if (approved === undefined) return false;
    actors.note(turn, id, 'approved', null, null);
    reports.started(turn, approved, store.tasks.ofGoal(id));
    this.#goals.advance(turn, id);
    return true;
  }

  /** Plans anew; the tasks that are there go when the new plan is. */
  replan(turn: Turn, id: GoalId, note: string): boolean {
    const { actors } = this.#parts;
    this.#requirePresent(id);
    const patch = { planNote: note, refusedPlan: null };
    if (actors.sendGoal(turn, id, { type: 'REPLAN', at: turn.at }, patch) === undefined) return false;
    actors.note(turn, id, 'replanned', null, note);
    this.#goals.advance(turn, id);
    return true;
  }

  setOptions(turn: Turn, id: GoalId, change: OptionsChange): void {
    const { actors } = this.#parts;
    actors.patchGoal(turn, id, { options: withOptions(actors.goal(id).options, change) });
  }

  /** `seen`: what is answered; undefined: whatever it asks. */
  answer(turn: Turn, id: TaskId, text: string, seen: string | undefined): boolean {
    const { actors } = this.#parts;
    const { question, answers, goalId } = actors.task(id);
    if (seen !== undefined && seen !== question) return false;
    const patch = { answers: [...answers, { question: question ?? '', answer: text, at: turn.at }] };
    if (actors.sendTask(turn, id, { type: 'ANSWER', at: turn.at }, patch) === undefined) return false;
    actors.note(turn, goalId, 'task-answered', id, text);
    this.#goals.advance(turn, goalId);
    return true;
  }

  /** With the sub-tasks that were made for it: nobody reads them any more. */
  skip(turn: Turn, id: TaskId, reason: string): boolean {
    const { actors } = this.#parts;
    const { goalId } = actors.task(id);
    if (isAtRest(actors.goal(goalId)) || !this.#skipOne(turn, id, reason)) return false;
    actors.note(turn, goalId, 'task-skipped', id, reason);
    this.#goals.advance(turn, goalId);
    return true;
  }

  #skipOne(turn: Turn, id: TaskId, reason: string): boolean {
    const { actors, store } = this.#parts;
    if (actors.sendTask(turn, id, { type: 'SKIP', at: turn.at, reason }) === undefined) return false;
    this.#goals.withdrawJobs(turn, id);
    for (const child of store.tasks.children(id)) this.#skipOne(turn, child, reason);
    return true;
  }

  /**
   * Starts a task and all that depends on it again. A goal that has ended is under way again, with the tasks that were
   * cancelled when it did. False when there is nothing to start again.
   */
  retry(turn: Turn, id: TaskId): boolean {
    const { actors, store } = this.#parts;
    const { goalId } = actors.task(id);
    this.#requirePresent(goalId);
    if (actors.task(id).state === 'waiting') return false;
    const { state, resumesTo } = actors.goal(goalId);
    const underWay = state === 'working' || (state === 'paused' && resumesTo === 'working');
    const reopened = underWay ? undefined : actors.sendGoal(turn, goalId, { type: 'REOPEN', at: turn.at });
    if (!underWay && reopened === undefined) return false;
    for (const job of store.goals.openJobs(goalId)) if (job.purpose === 'deliver') this.#goals.takeBack(turn, job);
    const again = new Set(store.tasks.withAllBelow(id));
    for (const task of store.tasks.outlines(goalId)) if (task.state === 'cancelled') again.add(task.id);
    for (const taskId of again) this.#startOver(turn, taskId);
    for (const taskId of again) actors.recountDependencies(turn, taskId);
    actors.note(turn, goalId, 'task-retried', id, null);
    this.#goals.advance(turn, goalId);
    return true;
  }

  /** Throws `CONFLICT`: its goals were cancelled when the conversation was removed, and go with it. */
  #requirePresent(id: GoalId): void {
    const { actors, store } = this.#parts;
    if (store.chat.conversation(actors.goal(id).conversationId) !== undefined) return;
    throw new EngineError('CONFLICT', 'The conversation of this goal was removed. Restore it first.');
  }

  /** Its open dependencies are counted when all that start over have. */
  #startOver(turn: Turn, id: TaskId): void {
    const { actors, store } = this.#parts;
    this.#goals.withdrawJobs(turn, id);
    const open = store.tasks.openDependencies(id);
    actors.sendTask(turn, id, { type: 'RETRY', at: turn.at, open }, { digest: null, awaitsSummaries: false });
  }
}

/** Its plan was approved, or needed no approval, and has been worked on. Of a cancelled one nobody works on it. */
function isApproved({ state, resumesTo }: GoalRow): boolean {
  switch (state) {
    case 'working':
    case 'delivering':
    case 'delivered':
      return true;
    case 'paused':
      return resumesTo === 'working' || resumesTo === 'delivering';
    case 'failed':
      return resumesTo !== 'planning';
    case 'planning':
    case 'awaitingApproval':
    case 'cancelled':
      return false;
    default:
      return state satisfies never;
  }
}

function isAtRest({ state }: GoalRow): boolean {
  return state === 'delivered' || state === 'failed' || state === 'cancelled';
}
