import { useTranslation } from 'react-i18next';
import type { JobState } from '../../protocol/job.ts';
import { cn } from '../components/ui/cn.ts';
import { stateDot } from '../queue/state-colours.ts';

export function StateBadge({ state, className }: { readonly state: JobState; readonly className?: string }) {
  const { t } = useTranslation('common');
  return (
    <span className={cn('inline-flex items-center gap-1.5 whitespace-nowrap', className)}>
      <span aria-hidden className={cn('size-2 shrink-0 rounded-full', stateDot[state])} />
      {t(`state.${state}`)}
    </span>
  );
}
