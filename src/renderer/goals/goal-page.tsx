/** A goal: what waits for the user, the plan, each task, what was delivered, what happened. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GoalDetails } from '../../protocol/goal-views.ts';
import type { GoalId, TaskId } from '../../protocol/ids.ts';
import { cn } from '../components/ui/cn.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { hashOf } from '../shell/route.ts';
import type { ViewProps } from '../shell/views.tsx';
import { Deliverable } from './deliverable.tsx';
import { GoalHead } from './goal-head.tsx';
import { GoalTimeline } from './goal-timeline.tsx';
import { TaskPanel } from './task-panel.tsx';
import { TaskSection } from './task-section.tsx';
import { useGoalCommands } from './use-goal-commands.ts';
import { useGoalDetails } from './use-goal.ts';

export function GoalPage({ route: { id, taskId }, onMenu }: ViewProps<'goal'>) {
  return <OneGoal key={id} id={id} taskId={taskId} onMenu={onMenu} />;
}

interface OneGoalProps {
  readonly id: GoalId;
  readonly taskId: TaskId | undefined;
  readonly onMenu: () => void;
}

function OneGoal({ id, taskId, onMenu }: OneGoalProps) {
  const { t } = useTranslation('goals');
  const { details, missing } = useGoalDetails(id);
  return (
    <>
      <PageHeader title={details?.goal.title ?? t('one')} own={details !== null} onMenu={onMenu} />
      {missing !== null && (
        <div role="alert" className="grid flex-1 place-items-center p-6 text-center">
          <div>
            <h2 className="text-lg font-semibold tracking-tight">{t('gone')}</h2>
            <p className="mt-1 text-sm text-ink-soft">{t('goneHint')}</p>
            <a href={hashOf({ page: 'goals' })} className="mt-4 inline-block text-sm text-lamp-text hover:underline">
              {t('title')}
            </a>
          </div>
        </div>
      )}
      {missing === null && details === null && (
        <p role="status" className="grid flex-1 place-items-center text-sm text-ink-faint">
          {t('loadingOne')}
        </p>
      )}
      {missing === null && details !== null && <KnownGoal details={details} taskId={taskId} />}
    </>
  );
}

/** A task stands beside the goal; where there is no room for that, in its place. */
function KnownGoal({ details, taskId }: { readonly details: GoalDetails; readonly taskId: TaskId | undefined }) {
  const { goal, tasks } = details;
  const task = tasks.find(({ id }) => id === taskId);
  const [adding, setAdding] = useState(false);
  useGoalCommands(goal, setAdding);
  return (
    <div className="flex min-h-0 flex-1">
      <div className={cn('min-w-0 flex-1 overflow-y-auto', task !== undefined && 'hidden lg:block')}>
        <div className="mx-auto max-w-6xl space-y-4 px-3 py-4 sm:px-5">
          <GoalHead details={details} />
          {goal.state === 'delivered' && <Deliverable details={details} />}
          <TaskSection details={details} chosenId={task?.id} adding={adding} onAdd={setAdding} />
          {goal.state !== 'delivered' && <Deliverable details={details} />}
          <GoalTimeline id={goal.id} stamp={stampOf(details)} tasks={tasks} />
        </div>
      </div>
      {task !== undefined && (
        <div className="w-full overflow-y-auto lg:w-[27rem] lg:shrink-0 lg:border-l xl:w-[32rem]">
          <TaskPanel key={task.id} details={details} task={task} />
        </div>
      )}
    </div>
  );
}

/** Changes with whatever the timeline tells of. */
function stampOf({ goal, tasks }: GoalDetails): string {
  return [
    goal.version,
    goal.state,
    ...tasks.map(({ state, jobs, answers }) => `${state}${jobs.length}${answers.length}`),
  ].join();
}
