import { Crown } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { AgentMark } from '../agents/agent-mark.tsx';
import { Button } from '../components/ui/button.tsx';
import { cn } from '../components/ui/cn.ts';
import type { AgentId } from '../../protocol/ids.ts';
import type { AgentView } from '../../protocol/agents.ts';

export interface Members {
  readonly agentIds: readonly AgentId[];
  /** Null while nobody was chosen. */
  readonly leadId: AgentId | null;
}

/** The first one chosen leads, until another one is given that. */
export function withMember({ agentIds, leadId }: Members, id: AgentId, takesPart: boolean): Members {
  const next = takesPart ? [...agentIds, id] : agentIds.filter((other) => other !== id);
  const lead = leadId !== null && next.includes(leadId) ? leadId : (next[0] ?? null);
  return { agentIds: next, leadId: lead };
}

interface MemberListProps {
  readonly agents: readonly AgentView[];
  readonly members: Members;
  readonly onChange: (members: Members) => void;
}

/** Who takes part in a channel, and who leads it. */
export function MemberList({ agents, members, onChange }: MemberListProps) {
  const { t } = useTranslation('conversations');
  const headingId = useId();
  const hintId = useId();
  return (
    <fieldset aria-labelledby={headingId} aria-describedby={hintId} className="mt-4 min-w-0">
      <legend id={headingId} className="mb-1 text-[0.8125rem] font-medium">
        {t('channel.agents')}
      </legend>
      <ul className="max-h-64 overflow-y-auto rounded-lg border">
        {agents.map((agent) => {
          const takesPart = members.agentIds.includes(agent.id);
          const leads = members.leadId === agent.id;
          return (
            <li key={agent.id} className="flex min-h-11 items-center gap-2 border-b px-3 last:border-b-0">
              <label className="flex min-w-0 flex-1 cursor-pointer items-center gap-2.5 py-1.5 text-sm">
                <input
                  type="checkbox"
                  checked={takesPart}
                  onChange={(event) => onChange(withMember(members, agent.id, event.target.checked))}
                  className="size-4 accent-lamp"
                />
                <AgentMark agent={agent} className="size-6" />
                <span translate="no" className="min-w-0 truncate">
                  {agent.name}
                </span>
              </label>
              {takesPart && leads && (
                <span className="flex items-center gap-1 rounded-md bg-lamp-tint px-2 py-0.5 text-xs text-lamp-text">
                  <Crown size={13} aria-hidden />
                  {t('channel.lead')}
                </span>
              )}
              {takesPart && !leads && (
                <Button
                  variant="ghost"
                  size="small"
                  aria-label={t('channel.makeLeadNamed', { name: agent.name })}
                  onClick={() => onChange({ ...members, leadId: agent.id })}
                >
                  {t('channel.makeLead')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <p id={hintId} className={cn('mt-1.5 text-xs', members.leadId === null ? 'text-alarm' : 'text-ink-faint')}>
        {t(members.leadId === null ? 'channel.needsAgent' : 'channel.agentsHint')}
      </p>
    </fieldset>
  );
}
