/** How far a change of many jobs is, the way to stop it, and what became of it. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { formatNumber } from '../i18n/format.ts';
import type { BulkView } from '../../protocol/queue.ts';
import { useServices } from '../services.tsx';

/** The end of an old change is no news to somebody who opens the view. */
const recentMs = 10 * 60_000;
const dismissedKey = 'nightshift.queue.dismissedChange';

export function BulkProgress({ bulk, now }: { readonly bulk: BulkView; readonly now: number }) {
  const { t } = useTranslation('queue');
  const { client } = useServices();
  const [dismissed, setDismissed] = useState(() => sessionStorage.getItem(dismissedKey));
  const [stopping, setStopping] = useState<string | null>(null);
  const { id, action, state, total, changed, unchanged, failed, endedAt } = bulk;
  const done = changed + unchanged + failed;
  if (state === 'running') {
    const text = t(`running.${action}`, { done: formatNumber(done), total: formatNumber(total) });
    return (
      <div className="mx-3 mt-2 flex items-center gap-3 rounded-xl border bg-raised px-4 py-2 text-[0.8125rem] sm:mx-5">
        <span className="tabular-nums">{text}</span>
        <progress className="h-1.5 min-w-16 flex-1 accent-lamp" aria-label={text} value={done} max={total} />
        <Button
          size="small"
          disabled={stopping === id}
          onClick={() => {
            setStopping(id);
            client.queue.stopChange.mutate().catch(() => setStopping(null));
          }}
        >
          {stopping === id ? t('stopping') : t('stop')}
        </Button>
      </div>
    );
  }
  if (dismissed === id || (endedAt !== null && now - endedAt > recentMs)) return null;
  const figures = { changed: formatNumber(changed), unchanged: formatNumber(unchanged), total: formatNumber(total) };
  return (
    <div
      role="status"
      className="mx-3 mt-2 flex flex-wrap items-center gap-3 rounded-xl border bg-raised px-4 py-2 text-[0.8125rem] sm:mx-5"
    >
      <p className="min-w-0 flex-1">
        {t(`ended.${state}`, figures)}
        {failed > 0 && <span className="text-alarm"> {t('faults', { count: failed })}</span>}
      </p>
      <Button
        size="small"
        variant="ghost"
        onClick={() => {
          sessionStorage.setItem(dismissedKey, id);
          setDismissed(id);
        }}
      >
        {t('dismiss')}
      </Button>
    </div>
  );
}
