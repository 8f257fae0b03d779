import { useSelector } from '@xstate/react';
import { Ellipsis, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AgentMark } from '../agents/agent-mark.tsx';
import { Button } from '../components/ui/button.tsx';
import { DropdownMenu, DropdownMenuContent, DropdownMenuTrigger } from '../components/ui/dropdown-menu.tsx';
import { Hint } from '../components/ui/hint.tsx';
import type { AgentView } from '../../protocol/agents.ts';
import type { ConversationView } from '../../protocol/views.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { ask } from './asking.ts';
import { ConversationMenuItems } from './conversation-menu.tsx';

interface ConversationHeaderProps {
  /** Undefined while the list of conversations is loaded. */
  readonly conversation: ConversationView | undefined;
  readonly onMenu: () => void;
}

/** A conversation's name, whom it is with, and what can be done to it. */
export function ConversationHeader({ conversation, onMenu }: ConversationHeaderProps) {
  const { t } = useTranslation('conversations');
  const all = useSelector(useServices().agents, (known) => known.all);
  if (conversation === undefined) return <PageHeader title={t('conversation')} onMenu={onMenu} />;
  const { kind, title, agentId } = conversation;
  const agent = all.find(({ id }) => id === agentId);
  return (
    <PageHeader title={kind === 'channel' ? `# ${title}` : title} own onMenu={onMenu}>
      {kind === 'channel' ? (
        <MembersButton conversation={conversation} agents={all} />
      ) : (
        agent !== undefined && <AgentButton conversation={conversation} agent={agent} />
      )}
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="icon" className="-mr-2" aria-label={t('moreFor', { title: t('conversation') })}>
            <Ellipsis size={18} aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <ConversationMenuItems conversation={conversation} />
        </DropdownMenuContent>
      </DropdownMenu>
    </PageHeader>
  );
}

/** Who answers, and with which model; leads to the conversation's settings. */
function AgentButton({ conversation, agent }: { readonly conversation: ConversationView; readonly agent: AgentView }) {
  const { t } = useTranslation('conversations');
  return (
    <Hint text={t('settings')}>
      <Button
        variant="ghost"
        className="min-w-0 shrink px-2"
        onClick={() => ask({ what: 'settings', id: conversation.id })}
      >
        <span className="sr-only">{`${t('settings')}: `}</span>
        <span translate="no" className="hidden truncate text-[0.8125rem] text-ink-soft sm:inline">
          {agent.name}
        </span>
        <span translate="no" className="truncate rounded-md bg-tint px-2 py-0.5 font-mono text-xs text-ink-soft">
          {conversation.model ?? agent.model}
        </span>
      </Button>
    </Hint>
  );
}

/** As many as fit on a phone. */
const shownMarks = 3;

function MembersButton({
  conversation,
  agents,
}: {
  readonly conversation: ConversationView;
  readonly agents: readonly AgentView[];
}) {
  const { t } = useTranslation('conversations');
  const members = conversation.agentIds.flatMap((id) => agents.find((agent) => agent.id === id) ?? []);
  return (
    <Hint text={members.map(({ name }) => name).join(', ')}>
      <Button variant="ghost" className="shrink px-2" onClick={() => ask({ what: 'members', id: conversation.id })}>
        <span className="sr-only">{`${t('members')}: ${t('channel.membersCount', { count: members.length })}`}</span>
        <span aria-hidden className="hidden -space-x-1.5 sm:flex">
          {members.slice(0, shownMarks).map((agent) => (
            <AgentMark key={agent.id} agent={agent} className="size-6 ring-2 ring-paper" />
          ))}
        </span>
        <Users size={16} aria-hidden className="sm:hidden" />
        <span aria-hidden className="text-[0.8125rem] tabular-nums">
          {members.length}
        </span>
      </Button>
    </Hint>
  );
}
