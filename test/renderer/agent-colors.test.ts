import { expect, test } from 'vitest';
import { agentColors, freshColor } from '../../src/renderer/agents/agent-colors.ts';

test('a new agent has a colour of its own as long as there is one, then one that few have', () => {
  const agents: { color: (typeof agentColors)[number] }[] = [{ color: 'blue' }];
  for (let more = 1; more < agentColors.length; more += 1) agents.push({ color: freshColor(agents) });
  expect(new Set(agents.map(({ color }) => color))).toEqual(new Set(agentColors));
  expect(freshColor([...agents, { color: 'amber' }])).toBe('coral');
});
