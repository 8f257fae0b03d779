import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { hashOf } from '../shell/route.ts';

/** No provider but the demo can answer: none has a key, and there is none that does without one. */
export function isDemoOnly(providers: readonly ProviderView[]): boolean {
  const canAnswer = ({ kind, keySource }: ProviderView) => kind === 'openai-compatible' || keySource !== 'none';
  return providers.length > 0 && !providers.some((provider) => provider.kind !== 'demo' && canAnswer(provider));
}

/** How to get from the demo to a model. */
export function DemoHint() {
  const { t } = useTranslation('agents');
  return (
    <p className="rounded-xl border bg-rail px-4 py-3 text-sm">
      <span className="font-medium">{t('demoAnswers')}</span>{' '}
      <a
        href={hashOf({ page: 'settings', section: 'providers' })}
        className="text-ink-soft underline decoration-line-strong underline-offset-3 hover:text-ink"
      >
        {t('connectModel')}
      </a>
    </p>
  );
}
