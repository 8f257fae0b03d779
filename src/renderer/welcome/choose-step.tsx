import { useSelector } from '@xstate/react';
import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundServer, ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { softwareNames, useLocalServers } from '../providers/local-servers.tsx';
import { presets } from '../providers/presets.ts';
import { PresetList } from '../providers/provider-dialog.tsx';
import type { Subject } from '../providers/provider-form.ts';
import { useServices } from '../services.tsx';

interface ChooseStepProps {
  /** A key is needed first. */
  readonly onKey: (subject: Subject) => void;
  /** It can be asked as it is. */
  readonly onProvider: (id: string) => void;
}

/** Who is to answer: somebody with a key, a program on this machine, or the demo. */
export function ChooseStep({ onKey, onProvider }: ChooseStepProps) {
  const { t } = useTranslation(['welcome', 'providers', 'common']);
  const services = useServices();
  const providers = useSelector(services.providers, (all) => all);
  const local = useLocalServers();
  const [others, setOthers] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (others) {
    return (
      <div className="-mt-1">
        <PresetList onChoose={onKey} />
        <Button size="small" variant="ghost" className="mt-3" onClick={() => setOthers(false)}>
          {t('common:back')}
        </Button>
      </div>
    );
  }
  const addLocal = (server: FoundServer) => {
    if (server.provider !== null) return onProvider(server.provider);
    setBusy(true);
    setProblem(null);
    local
      .add(server)
      .then(
        ({ id }) => onProvider(id),
        (error: unknown) => setProblem(describeError(error)),
      )
      .finally(() => setBusy(false));
  };
  const ready = providers.filter(
    ({ kind, keySource }) => kind !== 'demo' && (keySource === 'environment' || keySource === 'stored'),
  );
  const ask = (id: 'openai' | 'anthropic') => {
    const known = providers.find((provider) => provider.id === id);
    const preset = presets.find((candidate) => candidate.id === id);
    if (known !== undefined) onKey({ provider: known });
    else if (preset !== undefined) onKey({ preset });
  };
  const hasKey = (id: string) => ready.some((provider) => provider.id === id);
  return (
    <>
      <p className="mt-1 text-sm text-pretty text-ink-soft">{t('chooseHint')}</p>
      <ul className="mt-4 divide-y overflow-hidden rounded-xl border">
        {ready.map((provider) => (
          <Way
            key={provider.id}
            title={<Name provider={provider} />}
            hint={t(`ready.${provider.keySource === 'environment' ? 'environment' : 'stored'}`)}
            onClick={() => onProvider(provider.id)}
          />
        ))}
        {(local.servers ?? []).map((server) => (
          <Way
            key={server.baseUrl}
            disabled={busy}
            title={<span translate="no">{softwareNames[server.software]}</span>}
            hint={t('onThisMachine', { count: server.models.length })}
            onClick={() => addLocal(server)}
          />
        ))}
        {!hasKey('openai') && (
          <Way title={<span translate="no">OpenAI</span>} hint={t('withKey')} onClick={() => ask('openai')} />
        )}
        {!hasKey('anthropic') && (
          <Way title={<span translate="no">Anthropic</span>} hint={t('withKey')} onClick={() => ask('anthropic')} />
        )}
        <Way title={t('another')} hint={t('anotherHint')} onClick={() => setOthers(true)} />
        <Way title={t('demo')} hint={t('demoHint')} onClick={() => onProvider('demo')} />
      </ul>
      {local.looking && local.servers === null && (
        <p role="status" className="mt-2 text-xs text-ink-faint">
          {t('providers:looking')}
        </p>
      )}
      {problem !== null && (
        <p role="alert" translate="no" className="mt-2 text-[0.8125rem] text-alarm">
          {problem}
        </p>
      )}
    </>
  );
}

function Name({ provider }: { readonly provider: ProviderView }) {
  return <span translate="no">{provider.name}</span>;
}

interface WayProps {
  readonly title: ReactNode;
  readonly hint: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

function Way({ title, hint, disabled = false, onClick }: WayProps) {
  return (
    <li>
      <button
        type="button"
        disabled={disabled}
        onClick={onClick}
        className="group/way flex w-full items-center justify-between gap-3 px-4 py-2.5 text-left -outline-offset-2 transition-colors hover:bg-tint disabled:opacity-50"
      >
        <span className="min-w-0">
          <span className="block text-sm font-medium">{title}</span>
          <span className="block text-[0.8125rem] text-ink-soft">{hint}</span>
        </span>
        <ChevronRight
          size={16}
          aria-hidden
          className="shrink-0 text-ink-faint transition-transform group-hover/way:translate-x-0.5 rtl:-scale-x-100"
        />
      </button>
    </li>
  );
}
