import { useSelector } from '@xstate/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProviderTrial, ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { useRequest } from '../conversations/use-request.ts';
import { formatNumber } from '../i18n/format.ts';
import { useServices } from '../services.tsx';
import { ProviderState } from './provider-state.tsx';
import { TrialResult } from './trial-result.tsx';

interface ProviderCardProps {
  readonly provider: ProviderView;
  readonly onEdit: () => void;
  readonly onModels: () => void;
  readonly onRemove: () => void;
}

type TestResult = Pick<ProviderTrial, 'failure' | 'models' | 'answer'>;

/** One provider: what it is, how it is, and what can be done with it. */
export function ProviderCard({ provider, onEdit, onModels, onRemove }: ProviderCardProps) {
  const { t } = useTranslation(['providers', 'common']);
  const { client, agents, pool } = useServices();
  const paused = useSelector(pool, (view) => view?.pausedProviders.includes(provider.id) === true);
  const usedBy = useSelector(
    agents,
    ({ all }) => all.filter(({ model }) => model.startsWith(`${provider.id}/`)).length,
  );
  const [tested, setTested] = useState<TestResult | null>(null);
  const [testing, setTesting] = useState(false);
  const request = useRequest();
  const isDemo = provider.kind === 'demo';
  const hasKey = provider.keySource !== 'none';
  const test = () => {
    setTested(null);
    setTesting(true);
    request.run(
      async () => {
        try {
          const { failure, models } = await client.providers.test.mutate({ id: provider.id });
          setTested({ failure, models: models.map((id) => ({ id })), answer: null });
        } finally {
          setTesting(false);
        }
      },
      () => {},
    );
  };
  const pause = () =>
    request.run(
      () =>
        paused
          ? client.queue.resumeProvider.mutate({ id: provider.id })
          : client.queue.pauseProvider.mutate({ id: provider.id }),
      () => {},
    );
  const limits = [
    provider.requestsPerMinute === null ? null : t('perMinute', { count: provider.requestsPerMinute }),
    provider.tokensPerMinute === null ? null : t('tokensAMinute', { tokens: formatNumber(provider.tokensPerMinute) }),
    provider.concurrency === null ? null : t('atOnce', { count: provider.concurrency }),
  ].filter((text) => text !== null);
  return (
    <li className="rounded-xl border bg-raised px-4 py-3.5" aria-label={provider.name}>
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h3 translate="no" className="truncate text-sm font-semibold">
            {provider.name}
          </h3>
          <p translate="no" className="truncate font-mono text-xs text-ink-faint">
            {provider.id}
            {provider.baseUrl !== null && ` · ${provider.baseUrl}`}
          </p>
        </div>
        <ProviderState provider={provider} paused={paused} />
      </div>
      {provider.reason !== null && (
        <p translate="no" className="mt-2 rounded-lg bg-tint px-3 py-2 text-[0.8125rem] wrap-anywhere text-ink-soft">
          {provider.reason}
        </p>
      )}
      <p className="mt-2 flex flex-wrap gap-x-3 gap-y-0.5 text-[0.8125rem] text-ink-soft">
        {(hasKey || provider.kind === 'openai-compatible') && <span>{t(`keySource.${provider.keySource}`)}</span>}
        {provider.models.length > 0 && <span>{t('modelCount', { count: provider.models.length })}</span>}
        <span>{usedBy === 0 ? t('unused') : t('usedBy', { count: usedBy })}</span>
        {limits.map((text) => (
          <span key={text}>{text}</span>
        ))}
      </p>
      {request.problem !== null && (
        <p role="alert" translate="no" className="mt-2 text-[0.8125rem] text-alarm">
          {request.problem}
        </p>
      )}
      {tested !== null && (
        <div className="mt-3">
          <TrialResult trial={tested} />
        </div>
      )}
      {!isDemo && (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button size="small" onClick={onEdit} variant={hasKey || !provider.builtIn ? 'outline' : 'primary'}>
            {hasKey || !provider.builtIn ? t('common:edit') : t('addKey')}
          </Button>
          {(hasKey || !provider.builtIn) && (
            <Button size="small" disabled={request.running} onClick={test}>
              {testing ? t('testing') : t('test')}
            </Button>
          )}
          <Button size="small" onClick={onModels}>
            {t('models')}
          </Button>
          {(paused || hasKey || !provider.builtIn) && (
            <Button size="small" disabled={request.running} onClick={pause}>
              {paused ? t('resume') : t('pause')}
            </Button>
          )}
          {(!provider.builtIn || provider.keySource === 'stored') && (
            <Button size="small" variant="ghost" onClick={onRemove}>
              {provider.builtIn ? t('removeKey') : t('common:remove')}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
