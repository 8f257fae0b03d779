/** The lanes and the providers with what stands there now, and the buttons that pause them. */
import { Pause, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { Hint } from '../components/ui/hint.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../components/ui/popover.tsx';
import { formatNumber } from '../i18n/format.ts';
import type { QueueView } from '../../protocol/queue.ts';
import { lanes } from './filters.ts';
import { ProviderCounts } from './provider-counts.tsx';
import { sumOf } from './queue-state.ts';

export interface PauseActions {
  /** Pauses it, or takes that back. */
  lane(lane: (typeof lanes)[number], paused: boolean): void;
  provider(id: string, paused: boolean): void;
}

interface LaneStripProps {
  readonly queue: QueueView;
  readonly actions: PauseActions;
}

export function LaneStrip({ queue, actions }: LaneStripProps) {
  const { t } = useTranslation('queue');
  const paused = queue.pausedProviders.length;
  return (
    <section aria-label={t('lanes')} className="flex gap-2 overflow-x-auto px-3 pt-3 sm:px-5">
      {lanes.map((lane) => (
        <LaneCard key={lane} lane={lane} queue={queue} actions={actions} />
      ))}
      <Popover>
        <PopoverTrigger
          className={cn(
            'flex shrink-0 items-center rounded-xl border px-3.5 text-[0.8125rem] transition-colors hover:bg-tint aria-expanded:bg-tint',
            paused > 0 && 'border-lamp-text bg-lamp-tint text-lamp-text',
          )}
        >
          {paused > 0 ? t('providersPaused', { count: paused }) : t('providers')}
        </PopoverTrigger>
        <PopoverContent align="end" aria-label={t('providerCounts')} className="w-[30rem]">
          <ProviderCounts queue={queue} onPause={(id, pause) => actions.provider(id, pause)} />
        </PopoverContent>
      </Popover>
    </section>
  );
}

function LaneCard({ lane, queue, actions }: LaneStripProps & { readonly lane: (typeof lanes)[number] }) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const paused = queue.pausedLanes.some((entry) => entry.lane === lane);
  const name = words(`lane.${lane}`);
  const label = paused ? t('resumeLane', { lane: name }) : t('pauseLane', { lane: name });
  return (
    <div
      className={cn(
        'flex min-w-52 flex-1 items-center gap-2 rounded-xl border py-1.5 pr-1.5 pl-3.5',
        paused && 'border-lamp-text bg-lamp-tint',
      )}
    >
      <div className="min-w-0 flex-1">
        <p className="truncate text-[0.8125rem]">
          <span className="font-medium">{name}</span>
          <span className="text-ink-faint"> · {paused ? t('paused') : t(`laneMeaning.${lane}`)}</span>
        </p>
        <p className="truncate text-xs text-ink-soft tabular-nums">
          {t('laneSummary', {
            waiting: formatNumber(sumOf(queue.counts, { lane, state: 'waiting' })),
            active: formatNumber(sumOf(queue.counts, { lane, state: 'active' })),
          })}
        </p>
      </div>
      <Hint text={paused ? label : `${label}. ${t('pauseHint')}`}>
        <Button
          variant="ghost"
          size="small-icon"
          aria-label={label}
          aria-pressed={paused}
          onClick={() => actions.lane(lane, !paused)}
        >
          {paused ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
        </Button>
      </Hint>
    </div>
  );
}
