/** An agent for a provider that has just come, so that it can be talked to. */
import type { AgentView } from '../../protocol/agents.ts';
import type { ProviderView } from '../../protocol/provider-api.ts';
import { freshColor } from '../agents/agent-colors.ts';
import type { Services } from '../services.tsx';

/** Named like the provider. It becomes the default where there is none but the demo. */
export async function createAgentFor(services: Services, provider: ProviderView, model: string): Promise<AgentView> {
  const { client, agents } = services;
  const agent = await client.agents.create.mutate({
    requestId: crypto.randomUUID(),
    agent: {
      name: provider.name,
      color: freshColor(agents.getSnapshot().all),
      model: `${provider.id}/${model}`,
      systemPrompt:
        'You are a helpful assistant. Answer in the language of the question, to the point, in Markdown where it helps.',
    },
  });
  const { all, defaultId } = agents.getSnapshot();
  const present = all.find(({ id }) => id === defaultId);
  const takesOver = present === undefined || present.model.startsWith('demo/');
  if (takesOver) await client.settings.update.mutate({ defaultAgentId: agent.id });
  agents.update((list) => ({
    all: [...list.all.filter(({ id }) => id !== agent.id), agent],
    defaultId: takesOver ? agent.id : list.defaultId,
  }));
  return agent;
}
