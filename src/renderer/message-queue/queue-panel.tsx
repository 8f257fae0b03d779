/** Above the composer: what is written and waits its turn, and what can be done with it. */
import { ListOrdered, Pause } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useSelector } from '@xstate/react';
import type { ConversationId } from '../../protocol/ids.ts';
import { useCommands } from '../commands/commands.ts';
import { useRequest } from '../conversations/use-request.ts';
import { EndedJobActions } from '../messages/job-actions.tsx';
import { holder } from '../messages/turns.ts';
import { useServices } from '../services.tsx';
import { QueuedMessage } from './queued-message.tsx';
import { useReorder } from './use-reorder.ts';

export function QueuePanel({ id }: { readonly id: ConversationId }) {
  const { t } = useTranslation('messages');
  const services = useServices();
  const { client } = services;
  const { turns, queued } = useSelector(services.log(id).state, (state) => state);
  const { order, move, drag, problem: moving } = useReorder(id, queued);
  const { problem: sending, run } = useRequest();
  const key = holder(turns, queued);
  const failed = turns
    .find((turn) => turn.key === key)
    ?.question?.jobs.filter(({ state, can }) => state === 'failed' && can.includes('SKIP'));
  const first = order[0]?.id;
  const list = useMemo(
    () =>
      first === undefined
        ? []
        : [
            {
              id: 'queue.sendNext',
              title: t('queue.sendNext'),
              group: t('queue.name'),
              run: () => void client.messages.sendNow.mutate({ messageId: first }).catch(console.warn),
            },
          ],
    [first, t, client],
  );
  useCommands(list);
  if (order.length === 0) return null;
  const isPaused = failed !== undefined && failed.length > 0;
  const problem = moving ?? sending;
  return (
    <section aria-label={t('queue.name')} className="mx-auto w-full max-w-[48rem] px-3 pb-2 sm:px-6">
      <div className="overflow-hidden rounded-2xl border bg-rail">
        <header className="flex flex-wrap items-center gap-x-2 gap-y-1.5 border-b px-3.5 py-2 text-[0.8125rem]">
          {isPaused ? (
            <Pause size={14} aria-hidden />
          ) : (
            <ListOrdered size={14} aria-hidden className="text-ink-faint" />
          )}
          <h2 className="font-semibold">{t('queue.title', { count: order.length })}</h2>
          <p role="status" className={isPaused ? 'text-alarm' : 'text-ink-faint'}>
            {isPaused ? t('queue.paused') : t('queue.next')}
          </p>
          {isPaused && (
            <span className="ml-auto flex flex-wrap gap-1.5">
              {failed.map((job) => (
                <EndedJobActions key={job.id} job={job} skip={t('queue.skip')} />
              ))}
            </span>
          )}
        </header>
        {problem !== null && (
          <p role="alert" className="px-3.5 pt-2 text-[0.8125rem] text-alarm">
            {problem}
          </p>
        )}
        <ol className="max-h-[30dvh] divide-y overflow-y-auto" tabIndex={-1}>
          {order.map((message, index) => (
            <QueuedMessage
              key={message.id}
              message={message}
              place={{ index, count: order.length }}
              drag={drag}
              onMove={move}
              onSendNow={() =>
                run(
                  () => client.messages.sendNow.mutate({ messageId: message.id }),
                  () => undefined,
                )
              }
              onRemove={() =>
                run(
                  () => client.messages.removeQueued.mutate({ messageId: message.id }),
                  () => undefined,
                )
              }
            />
          ))}
        </ol>
      </div>
    </section>
  );
}
