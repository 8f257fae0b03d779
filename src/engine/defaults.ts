/** What a new data folder starts with: the built-in providers, and one agent for each that can be used at once. */
import { z } from 'zod';
import type { AgentRow } from '../../db/chat.model.ts';
import type { ProviderRow } from '../../db/settings.model.ts';
import type { Store } from '../../db/store.ts';
import { healthyContext } from '../../machines/provider.machine.ts';
import type { AgentColor } from '../protocol/agents.ts';
import { defaultTimeouts, type ProviderKind } from '../protocol/provider.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { SettingsStore } from './settings.ts';
import type { Turn } from './turn.ts';
import type { Ids } from './ulid.ts';

const builtIns: readonly { id: string; kind: ProviderKind; name: string; model: string }[] = [
  { id: 'openai', kind: 'openai', name: 'OpenAI', model: 'openai/gpt-6-luna' },
  { id: 'anthropic', kind: 'anthropic', name: 'Anthropic', model: 'anthropic/claude-sonnet-5-5' },
  { id: 'demo', kind: 'demo', name: 'Demo', model: 'demo/demo' },
];

const builtInColors: Readonly<Record<string, AgentColor>> = { openai: 'teal', anthropic: 'coral', demo: 'amber' };

const systemPrompt =
  'You are a helpful assistant. Answer in the language of the question, to the point, in Markdown where it helps.';

export function newProvider(id: string, kind: ProviderKind, name: string): ProviderRow {
  return {
    id,
    kind,
    name,
    baseUrl: null,
    headerNames: [],
    timeouts: defaultTimeouts,
    concurrency: null,
    requestsPerMinute: null,
    tokensPerMinute: null,
    models: kind === 'demo' ? [{ id: 'demo', contextTokens: 8_000 }] : [],
    modelEdits: [],
    builtIn: false,
    state: 'healthy',
    ...healthyContext,
    pausedAt: null,
  };
}

/** Under this key the settings keep the providers that were given their agent. */
const agentsGivenKey = 'agentsGiven';

/**
 * Adds what is missing. Each built-in provider is given an agent once, as soon as it has a key: one that comes later brings
 * its agent along, and one that the user has removed stays away. The first agent to come becomes the default, and a real
 * model takes over from the demo when it comes.
 */
export function seed(
  turn: Turn,
  store: Store,
  providers: ProviderActors,
  settings: SettingsStore,
  limits: AgentLimits,
  ids: Ids,
): void {
  for (const { id, kind, name } of builtIns) {
    if (providers.row(id) === undefined) providers.save(turn, { ...newProvider(id, kind, name), builtIn: true });
  }
  const agents = store.chat.agents();
  const provider = (model: string): string => model.split('/', 1)[0] ?? '';
  const given = new Set(z.array(z.string()).catch([]).parse(store.settings.settings()[agentsGivenKey]));
  const before = given.size;
  for (const { id, name, model } of builtIns) {
    if (given.has(id) || (id !== 'demo' && !providers.hasKey(id))) continue;
    given.add(id);
    // Somebody who was quicker has made one of their own.
    if (agents.some((agent) => provider(agent.model) === id)) continue;
    const row = {
      id: ids.agent(),
      name,
      systemPrompt,
      model,
      lane: 'high',
      params: {},
      createdAt: turn.at,
      fallbacks: [],
      fallbackAfterMs: 30_000,
      color: builtInColors[id] ?? 'amber',
      tokensPerDay: null,
      spendPerDay: null,
    } satisfies AgentRow;
    store.chat.insertAgent(row);
    limits.setLimits(turn, row.id, row);
    agents.push(row);
  }
  if (given.size === before) return;
  store.settings.set(agentsGivenKey, [...given]);
  const present = agents.find((agent) => agent.id === settings.get().defaultAgentId);
  const best = builtIns.map(({ id }) => agents.find((agent) => provider(agent.model) === id)).find(Boolean);
  if (best !== undefined && (present === undefined || provider(present.model) === 'demo')) {
    settings.update(turn, { defaultAgentId: best.id });
  }
}
