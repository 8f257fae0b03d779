import { useSelector } from '@xstate/react';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import { useServices } from '../services.tsx';
import { hashOf, navigate } from '../shell/route.ts';
import { useDraftKeys, type DraftKey } from './agent-drafts.ts';
import { AgentMark } from './agent-mark.tsx';

/** All agents, with what is worth knowing of each at a glance. */
export function AgentList({ current }: { readonly current: DraftKey | undefined }) {
  const { t } = useTranslation('agents');
  const { all, defaultId } = useSelector(useServices().agents, (list) => list);
  const drafts = useDraftKeys();
  return (
    <nav aria-label={t('title')} className="flex min-h-0 flex-1 flex-col">
      <div className="p-3">
        <Button
          className="w-full justify-start rounded-xl"
          aria-current={current === 'new' ? 'page' : undefined}
          onClick={() => navigate({ page: 'agents', id: 'new' })}
        >
          <Plus size={16} aria-hidden className="text-lamp-text" />
          {t('new')}
        </Button>
      </div>
      <ul className="min-h-0 flex-1 space-y-0.5 overflow-y-auto px-2 pb-4">
        {all.map((agent) => (
          <li key={agent.id}>
            <a
              href={hashOf({ page: 'agents', id: agent.id })}
              aria-current={agent.id === current ? 'page' : undefined}
              className={cn(
                'flex items-center gap-3 rounded-xl px-3 py-2 -outline-offset-2 transition-colors',
                agent.id === current ? 'bg-tint-strong' : 'hover:bg-tint-strong/60',
              )}
            >
              <AgentMark agent={agent} />
              <span className="min-w-0 flex-1">
                <span translate="no" dir="auto" className="block truncate text-sm font-medium">
                  {agent.name}
                </span>
                <span translate="no" className="block truncate font-mono text-xs text-ink-soft">
                  {agent.model}
                </span>
              </span>
              <span className="flex shrink-0 flex-col items-end gap-0.5 text-xs">
                {drafts.has(agent.id) && <span className="text-lamp-text">{t('unsaved')}</span>}
                {agent.today.reached !== null && <span className="text-alarm">{t('limitReached')}</span>}
                {agent.id === defaultId && <span className="text-ink-soft">{t('isDefault')}</span>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
