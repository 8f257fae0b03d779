/** One worker: its process, what it runs, how it is, and how its processes have ended. */
import { ChevronRight } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkerExitView, WorkerSample, WorkerState, WorkerView } from '../../protocol/pool.ts';
import { cn } from '../components/ui/cn.ts';
import { Hint } from '../components/ui/hint.tsx';
import { formatDuration } from '../i18n/duration.ts';
import { formatBytes, formatDateTime, formatPercent } from '../i18n/format.ts';
import { useNow } from '../remote/use-now.ts';
import { hashOf } from '../shell/route.ts';
import { Sparkline } from './sparkline.tsx';
import { WorkerActions } from './worker-actions.tsx';
import { numberOf } from './worker-number.ts';

interface WorkerCardProps {
  readonly worker: WorkerView;
  readonly samples: readonly WorkerSample[];
  readonly online: boolean;
}

const alarming: ReadonlySet<WorkerState> = new Set(['broken', 'unresponsive', 'crashed']);
const well: ReadonlySet<WorkerState> = new Set(['ready', 'saturated']);
const shownJobs = 8;

export function WorkerCard({ worker, samples, online }: WorkerCardProps) {
  const { t } = useTranslation('workers');
  const titleId = useId();
  const number = numberOf(worker.id);
  return (
    <li aria-labelledby={titleId} className="min-w-0 rounded-xl border bg-raised p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 id={titleId} className="text-[0.9375rem] font-semibold tracking-tight">
          {t('worker', { number })}
        </h3>
        <span
          className={cn(
            'flex items-center gap-1.5 text-[0.8125rem]',
            alarming.has(worker.state) ? 'text-alarm' : 'text-ink-soft',
          )}
        >
          <span
            aria-hidden
            className={cn(
              'size-2 rounded-full',
              alarming.has(worker.state) ? 'bg-alarm' : well.has(worker.state) ? 'bg-ok' : 'bg-lamp',
            )}
          />
          {t(`state.${worker.state}`)}
        </span>
        <a
          href={hashOf({ page: 'inspector', actorId: worker.id })}
          className="ml-auto text-xs text-ink-soft underline-offset-2 hover:underline"
        >
          {t('inspect')}
        </a>
        {worker.purpose === 'quarantine' && (
          <Hint text={t('quarantineHint')}>
            <span tabIndex={0} className="rounded-md bg-lamp-tint px-1.5 py-0.5 text-xs text-lamp-text">
              {t('quarantine')}
            </span>
          </Hint>
        )}
      </div>
      <Process worker={worker} online={online} />
      <Slots used={worker.slotsUsed} all={worker.slots} />
      <Vitals samples={samples} />
      <Jobs worker={worker} />
      {worker.exits.length > 0 && <Exits exits={worker.exits} />}
      <WorkerActions worker={worker} disabled={!online} />
    </li>
  );
}

function Process({ worker, online }: { readonly worker: WorkerView; readonly online: boolean }) {
  const { t } = useTranslation('workers');
  const { pid, readyAt, restarts } = worker;
  const now = useNow(online && readyAt !== null);
  const parts = [
    pid === null ? t('noProcess') : t('pid', { pid }),
    ...(readyAt === null ? [] : [t('uptime', { span: formatDuration(Math.max(1_000, now - readyAt)) })]),
    ...(restarts === 0 ? [] : [t('restarts', { count: restarts })]),
  ];
  return <p className="mt-1 text-[0.8125rem] text-ink-soft tabular-nums">{parts.join(' · ')}</p>;
}

function Slots({ used, all }: { readonly used: number; readonly all: number }) {
  const { t } = useTranslation('workers');
  return (
    <div className="mt-3">
      <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-tint-strong">
        <div
          className="h-full rounded-full bg-lamp transition-[width]"
          style={{ width: `${all === 0 ? 0 : Math.min(1, used / all) * 100}%` }}
        />
      </div>
      <p className="mt-1 text-xs text-ink-soft tabular-nums">{t('slotsUsed', { used, all })}</p>
    </div>
  );
}

function Vitals({ samples }: { readonly samples: readonly WorkerSample[] }) {
  const { t } = useTranslation('workers');
  return (
    <div className="mt-3 grid grid-cols-3 gap-4">
      <Sparkline
        name={t('cpu')}
        hint={t('cpuHint')}
        values={samples.map(({ cpuShare }) => cpuShare)}
        format={formatPercent}
        atLeast={0.25}
      />
      <Sparkline
        name={t('memory')}
        values={samples.map(({ rssBytes }) => rssBytes)}
        format={formatBytes}
        atLeast={128_000_000}
      />
      <Sparkline
        name={t('delay')}
        hint={t('delayHint')}
        values={samples.map(({ eventLoopDelayMs }) => eventLoopDelayMs)}
        format={formatDuration}
        atLeast={20}
      />
    </div>
  );
}

function Jobs({ worker: { jobs } }: { readonly worker: WorkerView }) {
  const { t } = useTranslation('workers');
  if (jobs.length === 0) return <p className="mt-3 text-[0.8125rem] text-ink-faint">{t('noJobs')}</p>;
  return (
    <div className="mt-3 text-[0.8125rem]">
      <p className="text-xs text-ink-faint">{t('jobs')}</p>
      <ul className="mt-0.5 flex flex-wrap gap-x-3 gap-y-1">
        {jobs.slice(0, shownJobs).map(({ id }) => (
          <li key={id}>
            <a
              href={hashOf({ page: 'job', id })}
              aria-label={t('job', { id: `…${id.slice(-8)}` })}
              className="font-mono text-xs text-lamp-text underline-offset-2 hover:underline"
            >
              <span translate="no">…{id.slice(-8)}</span>
            </a>
          </li>
        ))}
        {jobs.length > shownJobs && (
          <li className="text-xs text-ink-soft">{t('moreJobs', { count: jobs.length - shownJobs })}</li>
        )}
      </ul>
    </div>
  );
}

function Exits({ exits }: { readonly exits: readonly WorkerExitView[] }) {
  const { t } = useTranslation('workers');
  return (
    <details className="group/exits mt-3 text-[0.8125rem]">
      <summary className="flex w-fit cursor-pointer list-none items-center gap-1 rounded text-ink-soft select-none hover:text-ink">
        <ChevronRight size={14} aria-hidden className="transition-transform group-open/exits:rotate-90" />
        {t('exits')}
        <span className="tabular-nums">({exits.length})</span>
      </summary>
      <ol className="mt-1.5 space-y-2 border-l-2 pl-3">
        {exits.map((exit) => (
          <li key={exit.at} className="wrap-anywhere">
            <p translate="no" className="font-mono text-xs">
              {exit.signal === null || exit.why.includes(exit.signal) ? exit.why : `${exit.why} (${exit.signal})`}
            </p>
            <p className="text-xs text-ink-soft tabular-nums">{exitWords(exit, t)}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** When, after how long, what it cost, and what the system said. */
function exitWords(exit: WorkerExitView, t: ReturnType<typeof useTranslation<'workers'>>['t']): string {
  return [
    formatDateTime(exit.at),
    exit.ranMs === null ? t('exitNeverReady') : t('exitRan', { span: formatDuration(exit.ranMs) }),
    ...(exit.slotsUsed === 0 ? [] : [t('exitJobs', { count: exit.slotsUsed })]),
    ...(exit.code === null ? [] : [t('exitCode', { code: exit.code })]),
    ...(exit.pid === null ? [] : [t('pid', { pid: exit.pid })]),
  ].join(' · ');
}
