/** The colours of agents: how each is drawn, and which one a new agent gets. */
import type { AgentColor, AgentView } from '../../protocol/agents.ts';

/** Written out, so that the style sheet holds them. */
export const agentBackgrounds: Readonly<Record<AgentColor, string>> = {
  amber: 'bg-agent-amber',
  coral: 'bg-agent-coral',
  rose: 'bg-agent-rose',
  violet: 'bg-agent-violet',
  blue: 'bg-agent-blue',
  teal: 'bg-agent-teal',
  green: 'bg-agent-green',
  slate: 'bg-agent-slate',
};

export const agentColors = Object.keys(agentBackgrounds) as AgentColor[];

/** The one that the fewest agents have, so that they can be told apart; of those the first. */
export function freshColor(agents: readonly Pick<AgentView, 'color'>[]): AgentColor {
  const uses = (color: AgentColor): number => agents.filter((agent) => agent.color === color).length;
  const fewest = Math.min(...agentColors.map(uses));
  return agentColors.find((color) => uses(color) === fewest) ?? 'amber';
}
