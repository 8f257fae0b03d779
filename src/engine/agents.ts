/** Agents: named personas that answer in conversations. */
import type { AgentRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import { type AgentListView, AgentSpec } from '../protocol/agents.ts';
import { splitModel, type AgentId } from '../protocol/ids.ts';
import type { AgentLimits } from './agent-limits.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { SettingsStore } from './settings.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import type { Ids } from './ulid.ts';
import type { Views } from './views.ts';
import { watchChanges } from './watch-state.ts';

export interface AgentsOptions {
  store: Store;
  turns: TurnLoop;
  topics: Topics;
  views: Views;
  ids: Ids;
  providers: ProviderActors;
  settings: SettingsStore;
  limits: AgentLimits;
  /** A limit may have been raised. */
  ringDispatcher: () => void;
}

export function createAgents(options: AgentsOptions): EngineService['agents'] {
  const { store, turns, topics, views, ids, providers, settings, limits } = options;
  const { chat } = store;

  const requireAgent = (id: AgentId): AgentRow => {
    const row = chat.agent(id);
    if (row === undefined) throw new EngineError('NOT_FOUND', 'This agent was removed, or never was.');
    return row;
  };

  /** Throws for a model whose provider is not there, with the agent's name where there are several. */
  const requireProviders = (spec: { model?: string | undefined; fallbacks?: string[] | undefined }, of = '') => {
    const { model, fallbacks = [] } = spec;
    for (const one of model === undefined ? fallbacks : [model, ...fallbacks]) {
      try {
        providers.require(splitModel(one).provider);
      } catch (error) {
        if (of === '' || !(error instanceof EngineError)) throw error;
        throw new EngineError(error.code, `The agent "${of}" names ${one}. ${error.message}`, { cause: error });
      }
    }
  };

  const insert = (turn: Turn, spec: AgentSpec): AgentId => {
    const row: AgentRow = { id: ids.agent(), createdAt: turn.at, ...spec };
    chat.insertAgent(row);
    limits.setLimits(turn, row.id, row);
    turn.ring('agents');
    return row.id;
  };

  const list = (): AgentListView => ({
    agents: chat.agents().map((row) => views.agent(row)),
    defaultAgentId: settings.get().defaultAgentId,
  });

  return {
    list: () => list().agents,
    get: (id) => views.agent(requireAgent(id)),
    watch: (signal) => watchChanges(topics, 'agents', signal, list),
    async create(input) {
      const [id] = await turns.call('agents.create', (turn) =>
        once(turn, store, 'agents.create', input, () => {
          requireProviders(input.agent);
          return [insert(turn, input.agent)];
        }),
      );
      return views.agent(requireAgent(id as AgentId));
    },
    update: ({ id, agent }) =>
      turns.call('agents.update', (turn) => {
        requireAgent(id);
        requireProviders(agent);
        const change = Object.fromEntries(Object.entries(agent).filter(([, value]) => value !== undefined));
        if (Object.keys(change).length > 0) {
          chat.updateAgent(id, change);
          limits.setLimits(turn, id, requireAgent(id));
          turn.ring('agents');
          // What its waiting jobs say of its limit is not up to date any more.
          turn.ring('queue');
          options.ringDispatcher();
        }
        return views.agent(requireAgent(id));
      }),
    remove: (id) =>
      turns.call('agents.remove', (turn) => {
        requireAgent(id);
        const heir = settings.get().defaultAgentId;
        if (heir === null || heir === id) {
          throw new EngineError('CONFLICT', 'The default agent cannot be removed. Make another one the default first.');
        }
        for (const conversationId of chat.reassignConversations(id, heir)) turn.ring('conversations', conversationId);
        chat.removeAgent(id);
        limits.setLimits(turn, id, undefined);
        turn.ring('agents');
        turn.ring('queue');
        options.ringDispatcher();
      }),
    export: ({ ids: wanted }) => ({
      format: 'nightshift-agents',
      version: 1,
      agents: (wanted?.map(requireAgent) ?? chat.agents()).map((row) => AgentSpec.parse(row)),
    }),
    async import(input) {
      const created = await turns.call('agents.import', (turn) =>
        once(turn, store, 'agents.import', input, () => {
          for (const agent of input.file.agents) requireProviders(agent, agent.name);
          return input.file.agents.map((agent) => insert(turn, agent));
        }),
      );
      return created.flatMap((id) => {
        const row = chat.agent(id as AgentId);
        return row === undefined ? [] : [views.agent(row)];
      });
    },
  };
}
