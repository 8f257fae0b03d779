/** The tasks of a goal as a list: what the graph draws, for narrow windows and for everybody who reads rather than looks. */
import { useTranslation } from 'react-i18next';
import type { TaskView } from '../../protocol/goal-views.ts';
import type { GoalId, TaskId } from '../../protocol/ids.ts';
import { cn } from '../components/ui/cn.ts';
import { hashOf } from '../shell/route.ts';
import { inOrder } from './goal-words.ts';
import { TaskMark } from './state-mark.tsx';

interface TaskListProps {
  readonly goalId: GoalId;
  readonly tasks: readonly TaskView[];
  readonly chosenId: TaskId | undefined;
}

const lineBelow = 'mt-0.5 block text-xs wrap-anywhere text-ink-soft';

export function TaskList({ goalId, tasks, chosenId }: TaskListProps) {
  const { t } = useTranslation('goals');
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  return (
    <ol className="divide-y rounded-lg border bg-paper">
      {inOrder(tasks).map((task) => (
        <li key={task.id}>
          <a
            href={hashOf({ page: 'goal', id: goalId, taskId: task.id })}
            aria-current={task.id === chosenId ? 'true' : undefined}
            className={cn(
              'block px-3 py-2.5 text-[0.8125rem] -outline-offset-2 hover:bg-tint',
              task.id === chosenId && 'bg-tint-strong',
            )}
          >
            <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
              <span translate="no" dir="auto" className="min-w-0 text-sm font-medium wrap-anywhere">
                {task.title}
              </span>
              <span className="flex items-center gap-3 text-ink-soft">
                <span translate="no">{task.agentName}</span>
                <TaskMark task={task} />
              </span>
            </span>
            {task.summary !== null && (
              <span translate="no" dir="auto" className="mt-0.5 line-clamp-2 block wrap-anywhere text-ink-soft">
                {task.summary}
              </span>
            )}
            {task.dependsOn.length === 0 ? (
              task.state === 'waiting' && <span className={lineBelow}>{t('tasks.nothingBefore')}</span>
            ) : (
              <span className={lineBelow}>
                {t('tasks.after')} <span translate="no">{task.dependsOn.map((id) => titles.get(id)).join(', ')}</span>
              </span>
            )}
          </a>
        </li>
      ))}
    </ol>
  );
}
