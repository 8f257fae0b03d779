/** Goals and tasks as actors, for whoever inspects: they are rows, and each look reads them anew. */
import { goalSnapshot, taskSnapshot } from '../../../db/goals/goal-row.ts';
import type { Store } from '../../../db/store.ts';
import type { GoalSnapshot } from '../../../machines/goal.machine.ts';
import type { TaskSnapshot } from '../../../machines/task.machine.ts';
import { GoalId, TaskId } from '../../protocol/ids.ts';

/** Of many open goals the newest are listed, and of those the tasks that something is done for. */
const listedGoals = 50;

export interface GoalSnapshots {
  /** Of `goal:<id>` or `task:<id>`; undefined for all others, and for what is not there (any more). */
  get(
    actorId: string,
  ): { machine: 'goal'; snapshot: GoalSnapshot } | { machine: 'task'; snapshot: TaskSnapshot } | undefined;
  /** Actor ids of open goals, each followed by those of its tasks under way. */
  openIds(): string[];
}

export function createGoalSnapshots({ goals, tasks }: Store): GoalSnapshots {
  return {
    get(actorId) {
      const [kind, id] = actorId.split(':', 2);
      if (kind === 'goal') {
        const parsed = GoalId.safeParse(id);
        const row = parsed.success ? goals.get(parsed.data) : undefined;
        return row === undefined ? undefined : { machine: 'goal', snapshot: goalSnapshot(row) };
      }
      if (kind !== 'task') return undefined;
      const parsed = TaskId.safeParse(id);
      const row = parsed.success ? tasks.get(parsed.data) : undefined;
      return row === undefined ? undefined : { machine: 'task', snapshot: taskSnapshot(row) };
    },
    openIds: () =>
      goals.newestOpen('~', listedGoals).flatMap((goal) => [
        `goal:${goal.id}`,
        ...tasks
          .outlines(goal.id)
          .filter(({ state }) => state === 'working' || state === 'inReview')
          .map((task) => `task:${task.id}`),
      ]),
  };
}
