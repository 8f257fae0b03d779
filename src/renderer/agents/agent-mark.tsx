import type { AgentView } from '../../protocol/agents.ts';
import { cn } from '../components/ui/cn.ts';
import { agentBackgrounds } from './agent-colors.ts';

interface AgentMarkProps {
  readonly agent: Pick<AgentView, 'name' | 'color'>;
  readonly className?: string;
}

/** An agent at a glance: its colour and first letter. Its name stands beside it. */
export function AgentMark({ agent, className }: AgentMarkProps) {
  const [letter = ''] = agent.name.trim();
  return (
    <span
      aria-hidden
      translate="no"
      className={cn(
        'grid size-7 shrink-0 place-items-center rounded-full text-xs font-semibold text-ink uppercase select-none',
        agentBackgrounds[agent.color],
        className,
      )}
    >
      {letter}
    </span>
  );
}
