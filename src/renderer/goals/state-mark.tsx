/** How a goal or a task stands: a dot and its name. */
import { useTranslation } from 'react-i18next';
import type { GoalState, TaskState } from '../../protocol/goals.ts';
import { cn } from '../components/ui/cn.ts';
import { goalDot, isGoalRunning, isTaskRunning, taskDot } from './goal-words.ts';
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

export function GoalMark({ state, className }: { readonly state: GoalState; readonly className?: string }) {
  const { t } = useTranslation('goals');
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <Dot look={goalDot[state]} lit={isGoalRunning(state)} />
      {t(`state.${state}`)}
    </span>
  );
}

export function TaskMark({ state, className }: { readonly state: TaskState; readonly className?: string }) {
  const { t } = useTranslation('goals');
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <Dot look={taskDot[state]} lit={isTaskRunning(state)} />
      {t(`taskState.${state}`)}
    </span>
  );
}
