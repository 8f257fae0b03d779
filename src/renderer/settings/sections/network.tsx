import { useSelector } from '@xstate/react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkView } from '../../../protocol/network.ts';
import { describeError } from '../../connection/refusal.ts';
import { useServices } from '../../services.tsx';
import { Pending } from '../pending.tsx';
import { Authorities } from './network-authorities.tsx';
import { Proxy } from './network-proxy.tsx';

/** One call that changes the network. */
export type ChangeNetwork = (call: () => Promise<NetworkView>) => Promise<string | null>;

/** Proxy and certificate authorities of the workers. */
export function NetworkSection() {
  const { t } = useTranslation('data');
  const { client, pool } = useServices();
  const workers = useSelector(pool, (view) => (view?.workers ?? []).map(({ id, state }) => `${id} ${state}`).join());
  const [view, setView] = useState<NetworkView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const old = view?.oldWorkers ?? 0;
  const load = useCallback(() => {
    client.network.get.query().then(setView, (error: unknown) => setProblem(describeError(error)));
  }, [client]);
  useEffect(load, [load]);
  // While workers of before are there: whenever one has gone or come.
  useEffect(() => {
    if (old > 0) load();
  }, [workers, old, load]);
  const change: ChangeNetwork = async (call) => {
    try {
      setView(await call());
      return null;
    } catch (error) {
      return describeError(error);
    }
  };
  if (view === null) return <Pending problem={problem} />;
  return (
    <>
      <p className="mb-5 text-sm text-pretty text-ink-soft">{t('network.intro')}</p>
      {old > 0 && (
        <p role="status" className="mb-5 rounded-xl border border-line-strong bg-lamp-tint px-4 py-3 text-sm">
          {t('network.replacing', { count: old })}
        </p>
      )}
      <Proxy view={view} change={change} />
      <Authorities view={view} change={change} />
    </>
  );
}
