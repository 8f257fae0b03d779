/** What builds on a task, through however many others. Pure. */
import type { TaskView } from '../../protocol/goal-views.ts';
import type { TaskId } from '../../protocol/ids.ts';

export function belowOf(tasks: readonly Pick<TaskView, 'id' | 'dependsOn'>[], id: TaskId): ReadonlySet<TaskId> {
  const below = new Set<TaskId>();
  const open = [id];
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    for (const task of tasks) {
      if (below.has(task.id) || !task.dependsOn.includes(above)) continue;
      below.add(task.id);
      open.push(task.id);
    }
  }
  return below;
}
