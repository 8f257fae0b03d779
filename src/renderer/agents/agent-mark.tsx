import type { AgentView } from '../../protocol/agents.ts';
import { cn } from '../components/ui/cn.ts';

/** Written out, so that the style sheet holds them. */
export const agentBackgrounds: Readonly<Record<AgentView['color'], string>> = {
  amber: 'bg-agent-amber',
  coral: 'bg-agent-coral',
  rose: 'bg-agent-rose',
  violet: 'bg-agent-violet',
  blue: 'bg-agent-blue',
  teal: 'bg-agent-teal',
  green: 'bg-agent-green',
  slate: 'bg-agent-slate',
};

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
