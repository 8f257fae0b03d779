import { Pause, Play } from 'lucide-react';
import { useSelector } from '@xstate/react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { formatNumber } from '../i18n/format.ts';
import type { QueueView } from '../../protocol/queue.ts';
import { useServices } from '../services.tsx';
import { sumOf } from './queue-state.ts';

const columns = ['waiting', 'active', 'delayed', 'blocked', 'failed'] as const;

interface ProviderCountsProps {
  readonly queue: QueueView;
  readonly onPause: (id: string, pause: boolean) => void;
}

/** Every provider with its jobs by state; those that were removed are here as long as jobs of theirs are. */
export function ProviderCounts({ queue, onPause }: ProviderCountsProps) {
  const { t } = useTranslation('queue');
  const { t: words } = useTranslation('common');
  const providers = useSelector(useServices().providers, (all) => all);
  const removed = queue.counts.map(({ provider }) => provider).filter((id) => !providers.some((one) => one.id === id));
  const rows = [
    ...providers.map(({ id, name }) => ({ id, name, exists: true })),
    ...[...new Set(removed)].map((id) => ({ id, name: id, exists: false })),
  ];
  return (
    <div className="max-h-80 overflow-auto">
      <table className="w-full text-[0.8125rem] tabular-nums">
        <thead className="text-xs text-ink-faint">
          <tr>
            <th className="pb-1 text-left font-medium">{t('provider')}</th>
            {columns.map((state) => (
              <th key={state} className="pb-1 pl-2 text-right font-medium">
                {words(`state.${state}`)}
              </th>
            ))}
            <td aria-hidden className="w-8" />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, exists }) => {
            const paused = queue.pausedProviders.some(({ provider }) => provider === id);
            const label = t(paused ? 'resumeProvider' : 'pauseProvider', { provider: name });
            return (
              <tr key={id}>
                <th scope="row" className="max-w-32 truncate py-0.5 text-left font-normal" translate="no">
                  {name}
                </th>
                {columns.map((state) => (
                  <td key={state} className="py-0.5 pl-2 text-right">
                    {formatNumber(sumOf(queue.counts, { provider: id, state }))}
                  </td>
                ))}
                <td className="py-0.5 pl-2 text-right">
                  {exists && (
                    <Button
                      variant={paused ? 'primary' : 'ghost'}
                      size="small-icon"
                      aria-label={label}
                      aria-pressed={paused}
                      onClick={() => onPause(id, !paused)}
                    >
                      {paused ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="mt-3 text-xs text-ink-faint">{t('pauseHint')}</p>
    </div>
  );
}
