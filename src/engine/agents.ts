/** Agents: named personas that answer in conversations. */
import type { AgentRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import { splitModel, type AgentId } from '../protocol/ids.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { SettingsStore } from './settings.ts';
import type { TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';

export interface AgentsOptions {
  store: Store;
  turns: TurnLoop;
  views: Views;
  ids: Ids;
  providers: ProviderActors;
  settings: SettingsStore;
}

export function createAgents({
  store,
  turns,
  views,
  ids,
  providers,
  settings,
}: AgentsOptions): EngineService['agents'] {
  const requireAgent = (id: AgentId): AgentRow => {
    const row = store.chat.agent(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This agent was removed, or never was.');
    return row;
  };

  const requireProviders = ({
    model,
    fallbacks = [],
  }: {
    model?: string | undefined;
    fallbacks?: string[] | undefined;
  }) => {
    const models = model === undefined ? fallbacks : [model, ...fallbacks];
    for (const one of models) providers.require(splitModel(one).provider);
  };

  return {
    list: () => store.chat.agents().map((row) => views.agent(row)),
    get: (id) => views.agent(requireAgent(id)),
    async create(input) {
      const [id] = await turns.call('agents.create', (turn) =>
        once(turn, store, 'agents.create', input, () => {
          requireProviders(input.agent);
          const row: AgentRow = { id: ids.agent(), createdAt: turn.at, ...input.agent };
          store.chat.insertAgent(row);
          return [row.id];
        }),
      );
      return views.agent(requireAgent(id as AgentId));
    },
    update: ({ id, agent }) =>
      turns.call('agents.update', () => {
        requireAgent(id);
        requireProviders(agent);
        const change = Object.fromEntries(Object.entries(agent).filter(([, value]) => value !== undefined));
        if (Object.keys(change).length > 0) store.chat.updateAgent(id, change);
        return views.agent(requireAgent(id));
      }),
    remove: (id) =>
      turns.call('agents.remove', (turn) => {
        requireAgent(id);
        const heir = settings.get().defaultAgentId;
        if (heir === null || heir === id) {
          throw new EngineError('CONFLICT', 'The default agent cannot be removed. Make another one the default first.');
        }
        for (const conversationId of store.chat.reassignConversations(id, heir)) turn.ring('conversations', conversationId);
        store.chat.removeAgent(id);
      }),
  };
}
