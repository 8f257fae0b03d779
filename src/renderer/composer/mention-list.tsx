import { useTranslation } from 'react-i18next';
import { AgentMark } from '../agents/agent-mark.tsx';
import type { AgentView } from '../../protocol/agents.ts';
import type { AgentId } from '../../protocol/ids.ts';
import { ComboboxList } from './combobox-list.tsx';
import type { Combobox } from './use-combobox.ts';

interface MentionListProps {
  readonly mentions: Combobox<AgentView>;
  readonly leadId: AgentId | null;
}

/** Who may be meant by the `@` that is being typed. */
export function MentionList({ mentions, leadId }: MentionListProps) {
  const { t } = useTranslation('composer');
  return (
    <ComboboxList
      list={mentions}
      label={t('mention')}
      className="max-h-64 w-72 overflow-y-auto"
      optionClassName="items-center gap-2.5"
      keyOf={({ id }) => id}
    >
      {(agent) => (
        <>
          <AgentMark agent={agent} className="size-6" />
          <span translate="no" className="min-w-0 flex-1 truncate">
            {agent.name}
          </span>
          {agent.id === leadId && <span className="text-xs text-ink-soft">{t('mentionLead')}</span>}
        </>
      )}
    </ComboboxList>
  );
}
