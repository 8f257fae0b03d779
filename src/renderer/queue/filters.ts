/** What the queue's table shows, as it stands in the address behind `#/queue?`: a link to a view of it can be shared and kept. */
import type { AgentId, ConversationId } from '../../protocol/ids.ts';
import type { JobState, Lane } from '../../protocol/job.ts';
import type { JobListFilter } from '../../protocol/queue.ts';

export const states = [
  'waiting',
  'active',
  'delayed',
  'blocked',
  'failed',
  'completed',
  'cancelled',
] as const satisfies readonly JobState[];
export const lanes = ['high', 'medium', 'low'] as const satisfies readonly Lane[];

export interface Shown {
  readonly filter: JobListFilter;
  readonly oldestFirst: boolean;
}

/** The same patterns as the protocol's schemas, whose code (zod) the page does not carry. */
const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const isAgent = (text: string): text is AgentId => new RegExp(`^agent_${ulid}$`).test(text);
const isConversation = (text: string): text is ConversationId => new RegExp(`^conv_${ulid}$`).test(text);
const isProvider = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,39}$/.test(text);
const maxText = 200;

/** What means nothing is left out. */
export function parseShown(query: string): Shown {
  const asked = new URLSearchParams(query);
  const state = states.find((name) => name === asked.get('state'));
  const lane = lanes.find((name) => name === asked.get('lane'));
  const agentId = asked.get('agent') ?? '';
  const provider = asked.get('provider') ?? '';
  const conversationId = asked.get('conversation') ?? '';
  const text = (asked.get('q') ?? '').trim().slice(0, maxText);
  return {
    filter: {
      ...(state === undefined ? {} : { state }),
      ...(lane === undefined ? {} : { lane }),
      ...(isAgent(agentId) ? { agentId } : {}),
      ...(isProvider(provider) ? { provider } : {}),
      ...(isConversation(conversationId) ? { conversationId } : {}),
      ...(text === '' ? {} : { text }),
    },
    oldestFirst: asked.get('sort') === 'oldest',
  };
}

/** The other way round; empty for all jobs, newest first. */
export function queryOf({ filter, oldestFirst }: Shown): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') query.set(name, value);
  };
  put('state', filter.state);
  put('lane', filter.lane);
  put('agent', filter.agentId);
  put('provider', filter.provider);
  put('conversation', filter.conversationId);
  put('q', filter.text);
  put('sort', oldestFirst ? 'oldest' : undefined);
  return query.toString();
}

/** `change` over what is shown; undefined takes a condition away. */
export function changed(
  shown: Shown,
  change: { [Key in keyof JobListFilter]?: JobListFilter[Key] | undefined },
): Shown {
  const filter: Record<string, unknown> = { ...shown.filter, ...change };
  for (const [key, value] of Object.entries(filter)) if (value === undefined || value === '') delete filter[key];
  return { ...shown, filter };
}
