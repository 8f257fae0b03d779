/** How many jobs are in each state, and the way to see them. */
import { useTranslation } from 'react-i18next';
import { cn } from '../components/ui/cn.ts';
import { formatNumber } from '../i18n/format.ts';
import type { QueueView } from '../../protocol/queue.ts';
import { changed, queryOf, states, type Shown } from './filters.ts';
import { sumOf } from './queue-state.ts';
import { stateDot } from './state-colours.ts';

/** The counts follow the lane and the provider that are chosen. */
export function StateTabs({ queue, shown }: { readonly queue: QueueView | null; readonly shown: Shown }) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const { state: current, lane, provider } = shown.filter;
  return (
    <nav aria-label={t('states')} className="flex gap-1 overflow-x-auto px-3 pt-2 sm:px-5">
      {([undefined, ...states] as const).map((state) => {
        const count = queue === null ? null : sumOf(queue.counts, { state, lane, provider });
        return (
          <a
            key={state ?? 'all'}
            href={`#/queue?${queryOf(changed(shown, { state }))}`}
            aria-current={state === current ? 'page' : undefined}
            className={cn(
              'flex h-9 shrink-0 items-center gap-1.5 rounded-lg px-2.5 text-[0.8125rem] text-ink-soft transition-colors hover:bg-tint-strong/70 hover:text-ink',
              state === current && 'bg-tint-strong font-medium text-ink',
            )}
          >
            {state !== undefined && <span aria-hidden className={cn('size-2 rounded-full', stateDot[state])} />}
            {state === undefined ? t('all') : words(`state.${state}`)}
            <span className="text-ink-soft tabular-nums">{count === null ? '' : formatNumber(count)}</span>
          </a>
        );
      })}
    </nav>
  );
}
