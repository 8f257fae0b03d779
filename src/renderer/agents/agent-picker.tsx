import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from '../components/ui/dropdown-menu.tsx';
import type { AgentView } from '../../protocol/agents.ts';
import { AgentMark } from './agent-mark.tsx';

interface AgentPickerProps {
  readonly agents: readonly AgentView[];
  readonly chosen: AgentView;
  readonly onChoose: (agent: AgentView) => void;
}

/** Whom a new conversation is with. With one agent there is nothing to choose: it is only named. */
export function AgentPicker({ agents, chosen, onChoose }: AgentPickerProps) {
  const { t } = useTranslation('agents');
  const label = (
    <>
      <span translate="no" className="font-medium text-ink">
        {chosen.name}
      </span>{' '}
      <span translate="no" className="font-mono text-xs text-ink-faint">
        {chosen.model}
      </span>
    </>
  );
  if (agents.length < 2)
    return (
      <p className="flex items-baseline gap-2 px-1 text-sm">
        {t('with')} {label}
      </p>
    );
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          size="medium"
          className="-ml-2.5 px-2.5"
          aria-label={t('pickerIs', { name: chosen.name, model: chosen.model })}
        >
          {t('with')} {label}
          <ChevronDown size={15} aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-w-96">
        <DropdownMenuRadioGroup
          value={chosen.id}
          onValueChange={(id) => {
            const agent = agents.find((candidate) => candidate.id === id);
            if (agent !== undefined) onChoose(agent);
          }}
        >
          {agents.map((agent) => (
            <DropdownMenuRadioItem key={agent.id} value={agent.id} className="relative">
              <AgentMark agent={agent} className="size-6 text-[0.6875rem]" />
              <span translate="no" className="min-w-0">
                <span className="block truncate font-medium">{agent.name}</span>
                <span className="block truncate font-mono text-xs text-ink-faint">{agent.model}</span>
              </span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
