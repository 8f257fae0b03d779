/** Which charts there are, and what each draws. */
import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Spending, StatisticsView } from '../../protocol/statistics.ts';
import { Choice } from '../components/ui/choice.tsx';
import { formatDuration } from '../i18n/duration.ts';
import { formatCompact, formatMoney } from '../i18n/format.ts';
import { ChartCard } from './chart-card.tsx';
import { durationTicks } from './duration-ticks.ts';
import { quantileSeries, spendingSeries, throughputSeries, type Words } from './series.ts';

interface ChartsProps {
  readonly view: StatisticsView;
}

function useWords(): Words {
  const { t } = useTranslation('charts');
  const { t: common } = useTranslation('common');
  return useMemo(
    () => ({
      lane: (lane) => common(`lane.${lane}`),
      p50: (lane) => t('p50', { lane }),
      p95: (lane) => t('p95', { lane }),
      failed: t('failedSeries'),
      cancelled: t('cancelledSeries'),
      others: t('others'),
    }),
    [t, common],
  );
}

export function Throughput({ view }: ChartsProps) {
  const { t } = useTranslation('charts');
  const words = useWords();
  const series = useMemo(() => throughputSeries(view, words), [view, words]);
  return (
    <ChartCard
      title={t('throughput')}
      hint={t('throughputHint', { step: formatDuration(view.stepMs) })}
      kind="bars"
      view={view}
      series={series}
      format={formatCompact}
      whole
    />
  );
}

export function SpeedCharts({ view }: ChartsProps) {
  const { t } = useTranslation('charts');
  const words = useWords();
  const [wait, firstContent, run] = useMemo(
    () => [
      quantileSeries(view, 'wait', words),
      quantileSeries(view, 'firstContent', words),
      quantileSeries(view, 'run', words),
    ],
    [view, words],
  );
  const shared = { kind: 'lines', view, format: formatDuration, ticksFor: durationTicks } as const;
  return (
    <>
      <ChartCard title={t('wait')} hint={t('waitHint')} series={wait ?? []} {...shared} />
      <ChartCard title={t('firstContent')} hint={t('firstContentHint')} series={firstContent ?? []} {...shared} />
      <ChartCard title={t('run')} hint={t('runHint')} series={run ?? []} {...shared} />
    </>
  );
}

type Spender = 'provider' | 'agent';

export function SpendingCharts({ view }: ChartsProps) {
  const { t } = useTranslation('charts');
  const words = useWords();
  const [by, setBy] = useState<Spender>('provider');
  const labelId = useId();
  const [tokens, spend] = useMemo(() => {
    const spenders: (Spending & { label: string })[] =
      by === 'provider'
        ? view.providers.map((provider) => ({ ...provider, label: provider.name }))
        : view.agents.map((agent) => ({
            ...agent,
            label: agent.name ?? (agent.id === null ? t('noAgent') : t('removedAgent')),
          }));
    const tokensOf = ({ inputTokens, outputTokens }: Spending, step: number): number =>
      (inputTokens[step] ?? 0) + (outputTokens[step] ?? 0);
    const costOf = ({ costMicros }: Spending, step: number): number => costMicros[step] ?? 0;
    return [spendingSeries(spenders, tokensOf, view.steps, words), spendingSeries(spenders, costOf, view.steps, words)];
  }, [view, by, words, t]);
  const step = formatDuration(view.stepMs);
  const controls = (
    <div>
      <span id={labelId} className="sr-only">
        {t('by')}
      </span>
      <Choice
        value={by}
        onChange={setBy}
        labelledBy={labelId}
        options={[
          { value: 'provider', label: t('byProvider') },
          { value: 'agent', label: t('byAgent') },
        ]}
      />
    </div>
  );
  const shared = { kind: 'bars', view } as const;
  return (
    <>
      <ChartCard
        title={t('tokensBy')}
        hint={t('tokensByHint', { step })}
        series={tokens ?? []}
        format={formatCompact}
        whole
        controls={controls}
        {...shared}
      />
      <ChartCard
        title={t('spendBy')}
        hint={t('spendByHint', { step })}
        series={spend ?? []}
        format={formatMoney}
        {...shared}
      />
    </>
  );
}
