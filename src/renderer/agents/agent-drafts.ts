/**
 * Changes of agents that are not saved yet. They wait here while one looks elsewhere in the page, and the browser asks before
 * they are lost. Only what was changed is kept: everything else follows what other windows save.
 */
import { useSelector } from '@xstate/react';
import type { AgentId } from '../../protocol/ids.ts';
import type { AgentView } from '../../protocol/agents.ts';
import { Store } from '../remote/store.ts';
import { freshColor } from './agent-colors.ts';

export type AgentFields = Omit<AgentView, 'id' | 'createdAt' | 'today'>;
export type AgentChanges = Partial<AgentFields>;
export type DraftKey = AgentId | 'new';

interface Drafts {
  readonly byKey: ReadonlyMap<DraftKey, AgentChanges>;
}

const drafts = new Store<Drafts>({ byKey: new Map() });

export function fieldsOf(agent: AgentView): AgentFields {
  const { id: _id, createdAt: _createdAt, today: _today, ...fields } = agent;
  return fields;
}

/** What a new agent begins with, beside those that there are. */
export function blankAgent(model: string, agents: readonly AgentView[]): AgentFields {
  return {
    name: '',
    color: freshColor(agents),
    systemPrompt: '',
    model,
    lane: 'high',
    params: {},
    fallbacks: [],
    fallbackAfterMs: 30_000,
    tokensPerDay: null,
    spendPerDay: null,
  };
}

/** Keeps changes on top of `saved`; what is again as saved is no change. */
export function change(key: DraftKey, saved: AgentFields, changes: AgentChanges): void {
  drafts.update(({ byKey }) => {
    const all: AgentChanges = { ...byKey.get(key), ...changes };
    const real = Object.entries(all).filter(([name, value]) => !isSame(value, Reflect.get(saved, name)));
    const next = new Map(byKey);
    if (real.length === 0) next.delete(key);
    else next.set(key, Object.fromEntries(real));
    return { byKey: next };
  });
}

export function forgetDraft(key: DraftKey): void {
  drafts.update(({ byKey }) => {
    const next = new Map(byKey);
    next.delete(key);
    return { byKey: next };
  });
}

/** Undefined: nothing was changed. */
export function useDraft(key: DraftKey): AgentChanges | undefined {
  return useSelector(drafts, ({ byKey }) => byKey.get(key));
}

/** The agents that have changes. */
export function useDraftKeys(): ReadonlyMap<DraftKey, AgentChanges> {
  return useSelector(drafts, ({ byKey }) => byKey);
}

window.addEventListener('beforeunload', (event) => {
  if (drafts.getSnapshot().byKey.size > 0) event.preventDefault();
});

/** Of what an agent is made of: texts, numbers, lists and flat objects of them. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
