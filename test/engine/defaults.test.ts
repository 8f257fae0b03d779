/** What a new data folder starts with, and what is left alone at later starts. */
import { describe, expect, it } from 'vitest';
import { AgentSpec } from '../../src/protocol/agents.ts';
import { dataFolder } from '../support/data-folder.ts';
import { newRequestId, startEngine } from '../support/engine.ts';

describe('the first start', () => {
  it('brings the built-in providers and the demo with its agent, which is the default', async () => {
    await using night = await startEngine();
    const { agents, providers, settings } = night.engine;
    expect(providers.list().map(({ id }) => id)).toEqual(['openai', 'anthropic', 'demo']);
    expect(agents.list().map(({ model }) => model)).toEqual(['demo/demo']);
    expect(settings.get().defaultAgentId).toBe(agents.list()[0]?.id);
  });
});

describe('a later start', () => {
  it('does not bring back an agent that was removed, nor choose another default', async () => {
    using folder = dataFolder();
    const first = await startEngine({ folder: folder.path });
    const [demo] = first.engine.agents.list();
    if (demo === undefined) throw new Error('there is no demo agent');
    const { id } = await first.engine.agents.create({
      requestId: newRequestId(),
      agent: AgentSpec.parse({ name: 'My own', model: 'openai/some-model' }),
    });
    await first.engine.settings.update({ defaultAgentId: id });
    await first.engine.agents.remove(demo.id);
    await first.stop();

    await using second = await startEngine({ folder: folder.path });
    expect(second.engine.agents.list().map(({ name }) => name)).toEqual(['My own']);
    expect(second.engine.settings.get().defaultAgentId).toBe(id);
  });
});
