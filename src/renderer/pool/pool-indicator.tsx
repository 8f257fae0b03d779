/** The pool at a glance, and in a popover what each worker and lane is doing. */
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Pause } from 'lucide-react';
import { lanes } from './lanes.ts';
import { Popover, PopoverContent, PopoverTrigger } from '../components/ui/popover.tsx';
import type { PoolView, WorkerView } from '../../protocol/pool.ts';
import { useServices } from '../services.tsx';
import { cn } from '../components/ui/cn.ts';
import { formatNumber } from '../i18n/format.ts';

function totals(pool: PoolView): { running: number; waiting: number } {
  const counts = Object.values(pool.lanes);
  return {
    running: counts.reduce((sum, lane) => sum + lane.active, 0),
    waiting: counts.reduce((sum, lane) => sum + lane.waiting + lane.delayed + lane.blocked, 0),
  };
}

const isUp = (worker: WorkerView) => worker.state === 'ready' || worker.state === 'saturated';

export function PoolIndicator() {
  const { t } = useTranslation('pool');
  const services = useServices();
  const pool = useSelector(services.pool, (view) => view);
  const online = useSelector(services.connection, (snapshot) => snapshot.matches('online'));
  if (pool === null) return null;
  // What the pool did when it was last heard of says nothing about now.
  if (!online) return <p className="px-2.5 text-[0.8125rem] text-ink-faint">{t('notConnected')}</p>;
  const { running, waiting } = totals(pool);
  const up = pool.workers.filter(isUp).length;
  const isIdle = running === 0 && waiting === 0;
  const load = isIdle ? t('free') : t('load', { running: formatNumber(running), waiting: formatNumber(waiting) });
  const workers = t('workers', { count: up });
  const paused = pool.pausedLanes.length + pool.pausedProviders.length > 0;
  return (
    <Popover>
      <PopoverTrigger
        aria-label={paused ? t('summaryPaused', { workers, load }) : t('summary', { workers, load })}
        className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-lg px-2.5 text-[0.8125rem] text-ink-soft tabular-nums transition-colors hover:bg-tint-strong/70 aria-expanded:bg-tint-strong/70"
      >
        <span
          aria-hidden
          className={cn(
            'size-2 shrink-0 rounded-full',
            up === 0 ? 'bg-alarm' : running > 0 ? 'animate-lamp bg-lamp' : 'bg-ok',
          )}
        />
        <span className="truncate">{isIdle ? t('idle', { workers }) : load}</span>
        {paused && <Pause size={13} aria-hidden className="ml-auto shrink-0 text-lamp-text" />}
      </PopoverTrigger>
      <PopoverContent align="start" aria-label={t('title')}>
        <p className="font-semibold">{t('title')}</p>
        <p className="mt-0.5 text-[0.8125rem] text-ink-soft tabular-nums">
          {t('slots', { used: pool.slotsUsed, slots: pool.slots, min: pool.min, max: pool.max })}
        </p>
        <LaneTable pool={pool} />
        {pool.pausedProviders.length > 0 && (
          <p className="mt-2 text-[0.8125rem] text-lamp-text">
            {t('pausedProviders', { count: pool.pausedProviders.length })}{' '}
            <span translate="no">{pool.pausedProviders.join(', ')}</span>
          </p>
        )}
        <ul className="mt-3 max-h-56 space-y-2 overflow-y-auto border-t pt-3">
          {pool.workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
          {pool.workers.length === 0 && <li className="text-[0.8125rem] text-ink-soft">{t('none')}</li>}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

function LaneTable({ pool }: { readonly pool: PoolView }) {
  const { t } = useTranslation('pool');
  return (
    <table className="mt-3 w-full text-[0.8125rem] tabular-nums">
      <thead className="text-xs text-ink-faint">
        <tr>
          <th className="pb-1 text-left font-medium">{t('lane')}</th>
          <th className="pb-1 text-right font-medium">{t('running')}</th>
          <th className="pb-1 text-right font-medium">{t('waiting')}</th>
          <th className="pb-1 text-right font-medium">{t('later')}</th>
        </tr>
      </thead>
      <tbody>
        {lanes.map((lane) => {
          const counts = pool.lanes[lane];
          return (
            <tr key={lane}>
              <th scope="row" className="py-0.5 text-left font-normal">
                {t(`lanes.${lane}`)}
                {pool.pausedLanes.includes(lane) && <span className="ml-1.5 text-lamp-text">{t('paused')}</span>}
              </th>
              <td className="py-0.5 text-right">{counts.active}</td>
              <td className="py-0.5 text-right">{counts.waiting}</td>
              <td className="py-0.5 text-right">{counts.delayed + counts.blocked}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function WorkerRow({ worker }: { readonly worker: WorkerView }) {
  const { t } = useTranslation('pool');
  const share = worker.slots === 0 ? 0 : worker.slotsUsed / worker.slots;
  return (
    <li className="text-[0.8125rem]">
      <div className="flex items-baseline justify-between gap-3 tabular-nums">
        <span>
          {t('worker', { number: worker.id.split(':')[1] ?? worker.id })}
          {worker.purpose === 'quarantine' && <span className="ml-1 text-ink-faint">{t('quarantine')}</span>}
        </span>
        <span className={worker.state === 'broken' ? 'text-alarm' : 'text-ink-soft'}>
          {t('workerState', {
            state: t(`state.${worker.state}`),
            used: worker.slotsUsed,
            slots: worker.slots,
          })}
        </span>
      </div>
      <div aria-hidden className="mt-1 h-1 overflow-hidden rounded-full bg-tint-strong">
        <div className="h-full rounded-full bg-lamp transition-[width]" style={{ width: `${share * 100}%` }} />
      </div>
      {(worker.restarts > 0 || worker.lastExit !== null) && (
        <p className="mt-1 text-xs wrap-anywhere text-ink-faint">
          {worker.restarts > 0 && <span>{t('restarts', { count: worker.restarts })} </span>}
          <span translate="no">{worker.lastExit}</span>
        </p>
      )}
    </li>
  );
}
