import { RefreshCw } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundServer, ProviderView } from '../../protocol/provider-api.ts';
import { Button } from '../components/ui/button.tsx';
import { describeError } from '../connection/refusal.ts';
import { useServices } from '../services.tsx';
import { freeId } from './presets.ts';

export const softwareNames = { ollama: 'Ollama', 'lm-studio': 'LM Studio' } as const;

export interface LocalServers {
  /** Null: not looked yet, or the look was refused. */
  readonly servers: readonly FoundServer[] | null;
  readonly looking: boolean;
  readonly problem: string | null;
  look(): void;
  /** As a provider with the models that were found. */
  add(server: FoundServer): Promise<ProviderView>;
}

/** Programs that serve models on the machine that Nightshift runs on. They are looked for once at the start. */
export function useLocalServers(): LocalServers {
  const { client, providers } = useServices();
  const [servers, setServers] = useState<readonly FoundServer[] | null>(null);
  const [looking, setLooking] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const look = useCallback(() => {
    setLooking(true);
    setProblem(null);
    client.providers.findLocal
      .mutate()
      .then(setServers, (error: unknown) => setProblem(describeError(error)))
      .finally(() => setLooking(false));
  }, [client]);
  useEffect(look, [look]);
  const add = async ({ software, baseUrl }: FoundServer) => {
    const taken = providers.getSnapshot().map(({ id }) => id);
    const provider = await client.providers.set.mutate({
      id: freeId(software, taken),
      kind: 'openai-compatible',
      name: softwareNames[software],
      baseUrl,
    });
    await client.providers.test.mutate({ id: provider.id });
    look();
    return provider;
  };
  return { servers, looking, problem, look, add };
}

/** What was found, each with one click to add it. */
export function LocalServerList({ onAdded }: { readonly onAdded: (provider: ProviderView) => void }) {
  const { t } = useTranslation('providers');
  const { servers, looking, problem, look, add } = useLocalServers();
  const [adding, setAdding] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const fresh = servers?.filter(({ provider }) => provider === null) ?? [];
  const onAdd = (server: FoundServer) => {
    setAdding(server.baseUrl);
    setRefusal(null);
    add(server)
      .then(onAdded, (error: unknown) => setRefusal(describeError(error)))
      .finally(() => setAdding(null));
  };
  return (
    <section aria-label={t('onThisMachine')} className="mb-6 rounded-xl border bg-raised">
      <div className="flex items-center justify-between gap-3 px-4 py-2.5">
        <h3 className="text-[0.8125rem] font-medium text-ink-faint">{t('onThisMachine')}</h3>
        <Button size="small" variant="ghost" disabled={looking} onClick={look}>
          <RefreshCw
            size={13}
            aria-hidden
            className={looking ? 'animate-spin motion-reduce:animate-none' : undefined}
          />
          {t('lookAgain')}
        </Button>
      </div>
      {fresh.map((server) => (
        <div key={server.baseUrl} className="flex items-center justify-between gap-4 border-t px-4 py-3">
          <div className="min-w-0">
            <p translate="no" className="text-sm font-medium">
              {softwareNames[server.software]}
            </p>
            <p className="flex flex-wrap items-baseline gap-x-3 text-[0.8125rem] text-ink-soft">
              <span>{t('modelCount', { count: server.models.length })}</span>
              <span translate="no" className="font-mono text-xs wrap-anywhere">
                {server.baseUrl}
              </span>
            </p>
          </div>
          <Button variant="primary" size="small" disabled={adding !== null} onClick={() => onAdd(server)}>
            {t('add')}
          </Button>
        </div>
      ))}
      {fresh.length === 0 && (
        <p role="status" className="border-t px-4 py-3 text-[0.8125rem] text-ink-soft">
          {problem !== null ? (
            <span translate="no">{problem}</span>
          ) : looking ? (
            t('looking')
          ) : servers !== null && servers.length > 0 ? (
            t('allAdded')
          ) : (
            t('noneFound')
          )}
        </p>
      )}
      {refusal !== null && (
        <p role="alert" translate="no" className="border-t px-4 py-3 text-[0.8125rem] text-alarm">
          {refusal}
        </p>
      )}
    </section>
  );
}
