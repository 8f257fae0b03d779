import { useTranslation } from 'react-i18next';
import { AgentMark } from '../agents/agent-mark.tsx';
import { cn } from '../components/ui/cn.ts';
import type { AgentId } from '../../protocol/ids.ts';
import type { Mentions } from './use-mentions.ts';

/** Who may be meant by the `@` that is being typed, above the box. */
export function MentionList({ mentions, leadId }: { readonly mentions: Mentions; readonly leadId: AgentId | null }) {
  const { t } = useTranslation('composer');
  return (
    <div
      id={mentions.listId}
      role="listbox"
      aria-label={t('mention')}
      className="absolute bottom-full left-0 z-30 mb-2 max-h-64 w-72 max-w-full animate-rise overflow-y-auto rounded-xl border bg-raised p-1 text-sm shadow-float"
    >
      {mentions.options.map((agent, index) => (
        <button
          type="button"
          tabIndex={-1}
          key={agent.id}
          id={mentions.optionId(index)}
          role="option"
          aria-selected={index === mentions.active}
          // The focus stays in the box.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => mentions.choose(agent)}
          className={cn(
            'flex w-full items-center gap-2.5 rounded-lg px-2.5 py-1.5 hover:bg-tint',
            index === mentions.active && 'bg-tint-strong hover:bg-tint-strong',
          )}
        >
          <AgentMark agent={agent} className="size-6" />
          <span translate="no" className="min-w-0 flex-1 truncate text-left">
            {agent.name}
          </span>
          {agent.id === leadId && <span className="text-xs text-ink-soft">{t('mentionLead')}</span>}
        </button>
      ))}
    </div>
  );
}
