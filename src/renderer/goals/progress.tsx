/** How far a goal has come: a bar of its tasks by state, and the same in words. */
import { useTranslation } from 'react-i18next';
import type { GoalProgress } from '../../protocol/goal-views.ts';
import { cn } from '../components/ui/cn.ts';
import { segments, type Segment } from './goal-words.ts';

const colours: Readonly<Record<Segment['name'], string>> = {
  accepted: 'bg-ok',
  running: 'bg-lamp',
  needsInput: 'bg-ink-soft',
  failed: 'bg-alarm',
  skipped: 'bg-line-strong',
  waiting: 'bg-tint-strong',
};

export function ProgressBar({ progress, className }: { readonly progress: GoalProgress; readonly className?: string }) {
  return (
    <div aria-hidden className={cn('flex h-1.5 gap-px overflow-hidden rounded-full bg-tint-strong', className)}>
      {segments(progress).map(({ name, count }) => (
        <span key={name} className={cn('min-w-1', colours[name])} style={{ flexGrow: count }} />
      ))}
    </div>
  );
}

/** `3 of 8 done · 2 running · 1 asks you`: only what there is. */
export function ProgressWords({ progress }: { readonly progress: GoalProgress }) {
  const { t } = useTranslation('goals');
  const { total, accepted, running, inLine, waiting, needsInput, failed, skipped, cancelled } = progress;
  const parts = [
    t('progress.done', { done: accepted, total }),
    ...(running > 0 ? [t('progress.running', { count: running })] : []),
    ...(inLine > 0 ? [t('progress.inLine', { count: inLine })] : []),
    ...(waiting > 0 ? [t('progress.waiting', { count: waiting })] : []),
    ...(needsInput > 0 ? [t('progress.asking', { count: needsInput })] : []),
    ...(failed > 0 ? [t('progress.failed', { count: failed })] : []),
    ...(skipped > 0 ? [t('progress.skipped', { count: skipped })] : []),
    ...(cancelled > 0 ? [t('progress.cancelled', { count: cancelled })] : []),
  ];
  return <span className="tabular-nums">{parts.join(' · ')}</span>;
}
