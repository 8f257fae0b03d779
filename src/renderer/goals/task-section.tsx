/** The tasks of a goal, as a graph or as a list. */
import { Plus } from 'lucide-react';
import { lazy, Suspense, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalDetails } from '../../protocol/goal-views.ts';
import type { TaskId } from '../../protocol/ids.ts';
import { Button } from '../components/ui/button.tsx';
import { Choice } from '../components/ui/choice.tsx';
import { Quiet, Section } from '../jobs/section.tsx';
import { mayAddTasks } from './goal-words.ts';
import { TaskFormDialog } from './task-form.tsx';
import { TaskList } from './task-list.tsx';

const TaskGraph = lazy(() => import('./task-graph.tsx'));

interface TaskSectionProps {
  readonly details: GoalDetails;
  readonly chosenId: TaskId | undefined;
  /** The form of a further task. */
  readonly adding: boolean;
  readonly onAdd: (adding: boolean) => void;
}

export function TaskSection({ details: { goal, tasks }, chosenId, adding, onAdd }: TaskSectionProps) {
  const { t } = useTranslation('goals');
  // A graph wants room; whoever wants it on a phone can have it.
  const [shown, setShown] = useState<'graph' | 'list'>(() =>
    matchMedia('(min-width: 48rem)').matches ? 'graph' : 'list',
  );
  const labelId = useId();
  const canAdd = mayAddTasks(goal);
  if (tasks.length === 0) {
    return (
      <Section title={t('tasks.title')}>
        <Quiet>{t(goal.state === 'planning' ? 'plan.planning' : 'plan.none')}</Quiet>
      </Section>
    );
  }
  const controls = (
    <div className="flex flex-wrap items-center gap-2">
      {canAdd && (
        <Button size="small" onClick={() => onAdd(true)}>
          <Plus size={14} aria-hidden />
          {t('action.addTask')}
        </Button>
      )}
      <span id={labelId} className="sr-only">
        {t('tasks.view')}
      </span>
      <Choice
        value={shown}
        onChange={setShown}
        labelledBy={labelId}
        options={[
          { value: 'graph', label: t('tasks.asGraph') },
          { value: 'list', label: t('tasks.asList') },
        ]}
      />
    </div>
  );
  return (
    <Section title={t('tasks.title')} controls={controls}>
      {shown === 'list' ? (
        <TaskList goalId={goal.id} tasks={tasks} chosenId={chosenId} />
      ) : (
        <Suspense fallback={<Quiet>{t('tasks.graphLoading')}</Quiet>}>
          <TaskGraph goalId={goal.id} tasks={tasks} chosenId={chosenId} />
        </Suspense>
      )}
      <TaskFormDialog goal={goal} tasks={tasks} editing={adding ? 'new' : null} onClose={() => onAdd(false)} />
    </Section>
  );
}
