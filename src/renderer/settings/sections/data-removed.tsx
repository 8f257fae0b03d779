import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RemovedConversation } from '../../../protocol/conversations.ts';
import { Button } from '../../components/ui/button.tsx';
import { useRequest } from '../../conversations/use-request.ts';
import { formatTime } from '../../i18n/format.ts';
import { useServices } from '../../services.tsx';
import { SettingGroup } from '../setting.tsx';

/** Conversations that were removed a moment ago and can still be had back. */
export function RemovedConversations() {
  const { t } = useTranslation('data');
  const { client } = useServices();
  const [removed, setRemoved] = useState<readonly RemovedConversation[]>([]);
  const request = useRequest();
  useEffect(() => {
    client.conversations.listRemoved
      .query()
      .then(setRemoved, (error: unknown) => console.warn('Removed conversations could not be listed.', error));
  }, [client]);
  if (removed.length === 0) return null;
  return (
    <SettingGroup title={t('removed.title')}>
      <p className="px-4 py-3 text-[0.8125rem] text-ink-soft">{t('removed.hint')}</p>
      {removed.map(({ id, title, purgeAt }) => (
        <div key={id} className="flex items-center justify-between gap-3 px-4 py-3">
          <div className="min-w-0">
            <p translate="no" dir="auto" className="truncate text-sm">
              {title}
            </p>
            <p className="text-xs text-ink-faint">{t('removed.until', { time: formatTime(purgeAt) })}</p>
          </div>
          <Button
            size="small"
            disabled={request.running}
            onClick={() =>
              request.run(
                () => client.conversations.restore.mutate({ id }),
                () => setRemoved((list) => list.filter((conversation) => conversation.id !== id)),
              )
            }
          >
            {t('removed.restore')}
          </Button>
        </div>
      ))}
      {request.problem !== null && (
        <p role="alert" translate="no" className="px-4 py-3 text-[0.8125rem] text-alarm">
          {request.problem}
        </p>
      )}
    </SettingGroup>
  );
}
