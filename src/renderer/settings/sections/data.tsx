import { useTranslation } from 'react-i18next';
import { useEffect, useState } from 'react';
import { useSelector } from '@xstate/react';
import type { DataView } from '../../../protocol/data.ts';
import { describeError } from '../../connection/refusal.ts';
import { formatBytes } from '../../i18n/format.ts';
import { useServices } from '../../services.tsx';
import { Pending } from '../pending.tsx';
import { Setting, SettingGroup } from '../setting.tsx';
import { Backups } from './data-backups.tsx';
import { Integrity } from './data-integrity.tsx';
import { RemovedConversations } from './data-removed.tsx';
import { RetentionSettings } from './data-retention.tsx';

/** One call that changes something about the data, and the view that it returns. */
export interface DataCalls {
  /** What runs now; null: nothing. */
  readonly running: string | null;
  readonly problem: string | null;
  run(name: string, call: () => Promise<DataView>): void;
}

/** Where the data is, how large it is, its backups, its check, and what is kept for how long. */
export function DataSection() {
  const { t } = useTranslation('data');
  const { client, connection } = useServices();
  const online = useSelector(connection, (snapshot) => snapshot.matches('online'));
  const [view, setView] = useState<DataView | null>(null);
  const [running, setRunning] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (online) client.data.get.query().then(setView, (error: unknown) => setProblem(describeError(error)));
  }, [client, online]);
  const checking = view?.integrity.state === 'checking' && running === null;
  useEffect(() => {
    if (!checking || !online) return undefined;
    // One that the start, or another window, has begun.
    const look = () => client.data.get.query().then(setView, (error: unknown) => setProblem(describeError(error)));
    const timer = setInterval(() => void look(), 1_000);
    return () => clearInterval(timer);
  }, [client, checking, online]);
  const calls: DataCalls = {
    running,
    problem,
    run(name, call) {
      setRunning(name);
      setProblem(null);
      call()
        .then(setView, (error: unknown) => setProblem(describeError(error)))
        .finally(() => setRunning(null));
    },
  };
  if (view === null) return <Pending problem={problem} />;
  return (
    <>
      <SettingGroup title={t('storage.title')}>
        <Setting label={t('storage.folder')} hint={t('storage.folderHint')} wide>
          {() => (
            <p translate="no" className="rounded-lg bg-tint px-3 py-2 font-mono text-[0.8125rem] wrap-anywhere">
              {view.folder}
            </p>
          )}
        </Setting>
        <Setting label={t('storage.size')} hint={t('storage.sizeHint')}>
          {() => (
            <p className="text-sm tabular-nums">
              {t('storage.sizes', { database: formatBytes(view.databaseBytes), log: formatBytes(view.logBytes) })}
            </p>
          )}
        </Setting>
        {view.freeBytes !== null && (
          <Setting label={t('storage.free')}>
            {() => <p className="text-sm tabular-nums">{formatBytes(view.freeBytes ?? 0)}</p>}
          </Setting>
        )}
        <Integrity integrity={view.integrity} calls={calls} />
      </SettingGroup>
      <Backups view={view} calls={calls} />
      <RetentionSettings />
      <RemovedConversations />
    </>
  );
}
