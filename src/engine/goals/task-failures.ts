/** What becomes of a task whose answers cannot be used, or whose job has failed: another try, then what the goal's policy says. */
import type { TaskRow } from '../../../db/goals.model.ts';
import type { TaskId } from '../../protocol/ids.ts';
import type { Turn } from '../turn.ts';
import type { Advance, GoalFailed, GoalParts } from './goal-parts.ts';

const again: Advance = { kind: 'again' };

export class TaskFailures {
  readonly #parts: GoalParts;
  readonly #goalFailed: GoalFailed;

  constructor(parts: GoalParts, goalFailed: GoalFailed) {
    this.#parts = parts;
    this.#goalFailed = goalFailed;
  }

  /** Its job, or its review's, came to no answer. `final`: trying again by itself makes no sense. */
  failed(turn: Turn, id: TaskId, reason: string, final: boolean): Advance {
    const { actors } = this.#parts;
    const task = actors.task(id);
    // What cannot even be started fails as if it had been.
    if (task.state === 'waiting' || task.state === 'sentBack')
      actors.sendTask(turn, id, { type: 'START', at: turn.at });
    this.follow(turn, actors.sendTask(turn, id, { type: 'FAIL', at: turn.at, reason, final }));
    return again;
  }

  /** An answer that cannot be used: its agent, or its reviewer, is told why. */
  unusable(turn: Turn, id: TaskId, reason: string): void {
    this.follow(turn, this.#parts.actors.sendTask(turn, id, { type: 'UNUSABLE', at: turn.at, reason }));
  }

  /** After an event that may have made it fail for good. */
  follow(turn: Turn, task: TaskRow | undefined): void {
    if (task?.state !== 'failed') return;
    const { actors, reports } = this.#parts;
    const goal = actors.goal(task.goalId);
    actors.note(turn, goal.id, 'task-failed', task.id, task.failure);
    // Where the goal ends with it, that says it all.
    if (goal.options.onTaskFailure !== 'stop') reports.taskFailed(turn, goal, task);
    switch (goal.options.onTaskFailure) {
      case 'ask':
        return;
      case 'skip': {
        const reason = task.failure ?? '';
        const skipped = actors.sendTask(turn, task.id, { type: 'SKIP', at: turn.at, reason });
        if (skipped !== undefined) actors.note(turn, goal.id, 'task-skipped', task.id, reason);
        return;
      }
      case 'stop': {
        const reason = `The task "${task.title}" has failed: ${task.failure ?? ''}`;
        const failed = actors.sendGoal(turn, goal.id, { type: 'FAIL', at: turn.at, reason });
        if (failed !== undefined) this.#goalFailed(turn, failed);
        return;
      }
      default:
        goal.options.onTaskFailure satisfies never;
    }
  }
}
