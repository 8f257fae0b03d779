import { Workflow } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { Input } from '../components/ui/input.tsx';
import type { Feed } from './feed.ts';
import { LaneDiagram } from './lane-diagram.tsx';
import { matching, type Message } from './lanes.ts';
import { RoutineToggle } from './routine-toggle.tsx';

interface FeedPanelProps {
  readonly feed: Feed;
  readonly messages: readonly Message[];
  readonly routine: boolean;
  readonly onRoutine: (routine: boolean) => void;
  readonly current?: string | undefined;
  readonly onChoose?: ((message: Message) => void) | undefined;
}

/** The sequence diagram with its filter. Held still, it shows what there was; new events wait. */
export function FeedPanel({ feed, messages, routine, onRoutine, current, onChoose }: FeedPanelProps) {
  const { t } = useTranslation('inspector');
  const [filter, setFilter] = useState('');
  const [held, setHeld] = useState<readonly Message[] | null>(null);
  const all = held ?? messages;
  const shown = useMemo(() => matching(all, filter), [all, filter]);
  return (
    <section aria-label={t('lanes.title')} className="flex h-full min-h-0 min-w-0 flex-col">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-3 py-2">
        <Input
          type="search"
          className="h-8 w-auto min-w-32 flex-1 sm:max-w-72"
          aria-label={t('lanes.filter')}
          placeholder={t('lanes.filter')}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <RoutineToggle shown={routine} onChange={onRoutine} className="text-[0.8125rem]" />
        <Button size="small" aria-pressed={held !== null} onClick={() => setHeld(held === null ? messages : null)}>
          {held === null ? t('lanes.hold') : t('lanes.goOn', { count: Math.max(0, messages.length - held.length) })}
        </Button>
      </div>
      {feed.missed && <p className="border-b bg-lamp-tint px-3 py-1.5 text-xs text-ink-soft">{t('lanes.missed')}</p>}
      <div className="min-h-0 flex-1">
        {shown.length > 0 ? (
          <LaneDiagram messages={shown} current={current} onChoose={onChoose} />
        ) : (
          <Nothing>
            {all.length > 0 ? t('lanes.noMatch') : feed.on ? t('lanes.nothing') : t('lanes.connecting')}
          </Nothing>
        )}
      </div>
    </section>
  );
}

function Nothing({ children }: { readonly children: ReactNode }) {
  return (
    <div role="status" className="grid h-full place-items-center p-8 text-center text-sm text-ink-soft">
      <div className="max-w-sm">
        <Workflow size={26} aria-hidden className="mx-auto mb-3 text-ink-faint" />
        {children}
      </div>
    </div>
  );
}
