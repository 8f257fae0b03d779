/** The pool: its size and why, each worker, and what happened to them. */
import { useSelector } from '@xstate/react';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands, type Command } from '../commands/commands.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import type { ViewProps } from '../shell/views.tsx';
import { PoolLog } from './pool-log.tsx';
import { PoolPanel } from './pool-panel.tsx';
import { usePoolHistory } from './use-pool-history.ts';
import { WorkerCard } from './worker-card.tsx';
import { numberOf } from './worker-number.ts';

export function WorkersView({ onMenu }: ViewProps<'workers'>) {
  const { t } = useTranslation('workers');
  const services = useServices();
  const pool = useSelector(services.pool, (view) => view);
  const online = useSelector(services.connection, (snapshot) => snapshot.matches('online'));
  const history = usePoolHistory(pool);
  const listId = useId();
  useWorkerCommands();
  return (
    <>
      <PageHeader title={t('title')} onMenu={onMenu} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-6xl space-y-4 px-3 py-4 sm:px-5">
          {!online && pool !== null && (
            <p role="status" className="text-[0.8125rem] text-ink-soft">
              {t('offline')}
            </p>
          )}
          {pool === null ? (
            <p role="status" className="grid h-60 place-items-center text-sm text-ink-faint">
              {t('loading')}
            </p>
          ) : (
            <>
              <PoolPanel pool={pool} disabled={!online} />
              <h2 id={listId} className="sr-only">
                {t('list')}
              </h2>
              {pool.workers.length === 0 ? (
                <div className="rounded-xl border border-dashed px-6 py-12 text-center">
                  <p className="font-semibold">{t('noWorkers')}</p>
                  <p className="mt-1 text-sm text-ink-soft">{t('noWorkersHint')}</p>
                </div>
              ) : (
                <ul aria-labelledby={listId} className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
                  {pool.workers.map((worker) => (
                    <WorkerCard
                      key={worker.id}
                      worker={worker}
                      samples={history.samples[worker.id] ?? []}
                      online={online}
                    />
                  ))}
                </ul>
              )}
              <PoolLog notes={history.notes} />
            </>
          )}
        </div>
      </div>
    </>
  );
}

/** For each worker that is there. Where one is refused, the card of the worker shows what became of it. */
function useWorkerCommands(): void {
  const { t } = useTranslation('workers');
  const { client, pool } = useServices();
  const ids = useSelector(pool, (view) => view?.workers.map(({ id }) => id).join(' ') ?? '');
  useCommands(
    useMemo(() => {
      const group = t('group');
      const refused = (error: unknown): void => console.warn('The pool did not do what it was told.', error);
      const ofWorker = (workerId: string): Command[] => [
        {
          id: `${workerId}.restart`,
          title: t('commandRestart', { number: numberOf(workerId) }),
          group,
          run: () => void client.pool.restart.mutate({ workerId, how: 'when-done' }).catch(refused),
        },
        {
          id: `${workerId}.drain`,
          title: t('commandDrain', { number: numberOf(workerId) }),
          group,
          run: () => void client.pool.drain.mutate({ workerId }).catch(refused),
        },
      ];
      const size: Command = {
        id: 'pool.size',
        title: t('commandSize'),
        group,
        run: () => document.querySelector<HTMLElement>('#pool-min')?.focus(),
      };
      return [size, ...ids.split(' ').filter(Boolean).flatMap(ofWorker)];
    }, [ids, client, t]),
  );
}
