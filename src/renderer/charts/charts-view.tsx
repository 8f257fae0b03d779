/** What became of jobs: how many, how fast, at what cost; live for the last hour. */
import { useSelector } from '@xstate/react';
import { useEffect, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StatisticsRange, StatisticsView } from '../../protocol/statistics.ts';
import { useCommands } from '../commands/commands.ts';
import { Button } from '../components/ui/button.tsx';
import { Choice } from '../components/ui/choice.tsx';
import { formatTime } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import type { ViewProps } from '../shell/views.tsx';
import { SpeedCharts, SpendingCharts, Throughput } from './charts.tsx';
import { Summary } from './summary.tsx';
import { total } from './series.ts';
import { useStatistics } from './use-statistics.ts';

const ranges: readonly StatisticsRange[] = ['hour', 'day', 'week', 'month'];
const storageKey = 'nightshift.charts.range';

function keptRange(): StatisticsRange {
  const kept = localStorage.getItem(storageKey);
  return ranges.find((range) => range === kept) ?? 'hour';
}

export function ChartsView({ onMenu }: ViewProps<'charts'>) {
  const { t } = useTranslation('charts');
  const [range, setRange] = useState(keptRange);
  const { view, at, problem, retry } = useStatistics(range);
  const online = useSelector(useServices().connection, (snapshot) => snapshot.matches('online'));
  const labelId = useId();
  useEffect(() => localStorage.setItem(storageKey, range), [range]);
  useCommands(
    useMemo(
      () =>
        ranges.map((one) => ({
          id: `charts.${one}`,
          title: t(`showRange.${one}`),
          group: t('group'),
          run: () => setRange(one),
        })),
      [t],
    ),
  );
  return (
    <>
      <PageHeader title={t('title')} onMenu={onMenu}>
        {range === 'hour' && online && view !== null && <Live />}
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-6xl space-y-4 px-3 py-4 sm:px-5">
          <p id={labelId} className="sr-only">
            {t('range')}
          </p>
          <Choice
            value={range}
            onChange={setRange}
            labelledBy={labelId}
            options={ranges.map((value) => ({ value, label: t(`ranges.${value}`) }))}
          />
          {!online && view !== null && (
            <p role="status" className="text-[0.8125rem] text-ink-soft">
              {t('offline', { time: formatTime(at) })}
            </p>
          )}
          {view === null ? <NotYet problem={problem} onRetry={retry} /> : <Shown view={view} />}
        </div>
      </div>
    </>
  );
}

function Shown({ view }: { readonly view: StatisticsView }) {
  const { t } = useTranslation('charts');
  const lanes = Object.values(view.lanes);
  const ended = lanes.reduce(
    (sum, { completed, failed, cancelled }) => sum + total(completed) + total(failed) + total(cancelled),
    0,
  );
  if (ended === 0 && lanes.every(({ wait }) => wait.all.count === 0)) {
    return (
      <div className="grid place-items-center rounded-xl border border-dashed px-6 py-20 text-center">
        <div className="max-w-md">
          <h2 className="font-semibold tracking-tight">{t('emptyTitle')}</h2>
          <p className="mt-1 text-sm text-ink-soft">{t('emptyHint')}</p>
        </div>
      </div>
    );
  }
  return (
    <>
      <Summary view={view} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Throughput view={view} />
        <SpeedCharts view={view} />
        <SpendingCharts view={view} />
      </div>
      <p className="text-xs text-ink-faint">{t('quantilesHint')}</p>
    </>
  );
}

function NotYet({ problem, onRetry }: { readonly problem: string | null; readonly onRetry: () => void }) {
  const { t } = useTranslation('charts');
  if (problem === null) {
    return (
      <p role="status" className="grid h-60 place-items-center text-sm text-ink-faint">
        {t('loading')}
      </p>
    );
  }
  return (
    <div role="alert" className="rounded-xl border border-alarm-line bg-alarm-tint p-4 text-sm">
      <p className="font-semibold text-alarm">{t('failed')}</p>
      <p className="mt-1 wrap-anywhere">{problem}</p>
      <Button size="small" className="mt-3" onClick={onRetry}>
        {t('again')}
      </Button>
    </div>
  );
}

function Live() {
  const { t } = useTranslation('charts');
  return (
    <p className="flex items-center gap-1.5 text-[0.8125rem] text-ink-soft">
      <span aria-hidden className="size-2 animate-lamp rounded-full bg-lamp" />
      {t('live')}
    </p>
  );
}
