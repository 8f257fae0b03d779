/** The range in a line of figures. */
import { useTranslation } from 'react-i18next';
import type { StatisticsView } from '../../protocol/statistics.ts';
import { formatCompact, formatMoney, formatNumber } from '../i18n/format.ts';
import { lanesShown, total } from './series.ts';

export function Summary({ view }: { readonly view: StatisticsView }) {
  const { t } = useTranslation('charts');
  const ofLanes = (key: 'completed' | 'failed' | 'retried'): number =>
    total(lanesShown.map((lane) => total(view.lanes[lane][key])));
  const ofProviders = (key: 'inputTokens' | 'outputTokens' | 'costMicros'): number =>
    total(view.providers.map((provider) => total(provider[key])));
  const input = ofProviders('inputTokens');
  const output = ofProviders('outputTokens');
  const unpriced = total(view.providers.map((provider) => provider.unpriced));
  return (
    <dl
      aria-label={t('summary')}
      className="grid grid-cols-2 gap-x-6 gap-y-3 rounded-xl border bg-raised p-4 sm:grid-cols-5"
    >
      <Figure name={t('completed')} value={formatNumber(ofLanes('completed'))} />
      <Figure name={t('failedJobs')} value={formatNumber(ofLanes('failed'))} alarming={ofLanes('failed') > 0} />
      <Figure name={t('retried')} value={formatNumber(ofLanes('retried'))} />
      <Figure
        name={t('tokens')}
        value={formatCompact(input + output)}
        hint={t('tokensInOut', { input: formatCompact(input), output: formatCompact(output) })}
      />
      <Figure
        name={t('spend')}
        value={formatMoney(ofProviders('costMicros'))}
        {...(unpriced === 0 ? {} : { hint: t('unpriced', { count: unpriced }) })}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly hint?: string;
  readonly alarming?: boolean;
}

function Figure({ name, value, hint, alarming = false }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className={`text-xl font-semibold tracking-tight tabular-nums ${alarming ? 'text-alarm' : ''}`}>{value}</dd>
      {hint !== undefined && <dd className="text-xs text-ink-faint tabular-nums">{hint}</dd>}
    </div>
  );
}
