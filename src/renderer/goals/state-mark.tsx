/** How a goal or a task stands: a dot and its name. */
import { useTranslation } from 'react-i18next';
import type { GoalView, TaskView } from '../../protocol/goal-views.ts';
import { cn } from '../components/ui/cn.ts';
import { goalDot, isAtWork, isTaskRunning, taskDot } from './goal-words.ts';
import { useOnline } from './use-goal.ts';

interface DotProps {
  readonly look: string;
  /** It works now: the lamp is on, as long as we can see it. */
  readonly lit: boolean;
}

function Dot({ look, lit }: DotProps) {
  const online = useOnline();
  return <span aria-hidden className={cn('size-2 shrink-0 rounded-full', look, lit && online && 'animate-lamp')} />;
}

interface GoalMarkProps {
  readonly goal: Pick<GoalView, 'state' | 'progress'>;
  readonly className?: string;
}

export function GoalMark({ goal, className }: GoalMarkProps) {
  const { t } = useTranslation('goals');
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <Dot look={goalDot[goal.state]} lit={isAtWork(goal)} />
      {t(`state.${goal.state}`)}
    </span>
  );
}

interface TaskMarkProps {
  readonly task: Pick<TaskView, 'state' | 'inLine'>;
  readonly className?: string;
}

/** What stands in line is not said to be worked on: no worker has it yet. */
export function TaskMark({ task: { state, inLine }, className }: TaskMarkProps) {
  const { t } = useTranslation('goals');
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <Dot look={inLine ? taskDot.waiting : taskDot[state]} lit={isTaskRunning(state) && !inLine} />
      {inLine ? t(state === 'inReview' ? 'inLine.review' : 'inLine.work') : t(`taskState.${state}`)}
    </span>
  );
}
