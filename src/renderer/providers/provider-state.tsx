import { useTranslation } from 'react-i18next';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { cn } from '../components/ui/cn.ts';
import { formatNumber, formatTime } from '../i18n/format.ts';
import { useNow } from '../remote/use-now.ts';

type Look = 'paused' | 'ready' | 'noKey' | 'coolingDown' | 'probing' | 'misconfigured';

const dots: Record<Look, string> = {
  paused: 'bg-lamp',
  ready: 'bg-ok',
  noKey: 'bg-ink-faint',
  coolingDown: 'bg-lamp',
  probing: 'animate-lamp bg-lamp',
  misconfigured: 'bg-alarm',
};

/** How a provider looks to somebody who wants to use it. */
function lookOf({ state, keySource, kind }: ProviderView): Look {
  if (state === 'coolingDown' || state === 'probing' || state === 'misconfigured') return state;
  return keySource === 'none' && kind !== 'openai-compatible' ? 'noKey' : 'ready';
}

/** Its state in one line, with the time that is left of a pause. */
export function ProviderState({ provider, paused }: { readonly provider: ProviderView; readonly paused: boolean }) {
  const { t } = useTranslation('providers');
  const look = paused ? 'paused' : lookOf(provider);
  const until = look === 'coolingDown' ? provider.coolingUntil : null;
  const now = useNow(until !== null);
  const seconds = until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1_000));
  return (
    <p className="flex items-center gap-2 text-[0.8125rem] text-ink-soft">
      <span aria-hidden className={cn('size-2 shrink-0 rounded-full', dots[look])} />
      {until === null
        ? t(`state.${look}`)
        : seconds < 120
          ? t('coolingSeconds', { seconds: formatNumber(seconds) })
          : t('coolingUntil', { time: formatTime(until) })}
    </p>
  );
}
