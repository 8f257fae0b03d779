/**
 * Whom a message in a channel is addressed to: `@` and an agent's name, as it stands, in capitals or not. Names may have
 * spaces; of two names the longer one counts (`@Anna Lee` is not `@Anna`). What stands in code is no mention, and neither is
 * an `@` within a word, such as in an e-mail address.
 */
import type { AgentRow, ConversationRow } from '../../db/chat.model.ts';
import type { Store } from '../../db/store.ts';
import { EngineError } from './errors.ts';

export interface Named {
  readonly name: string;
}

const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/gu;
const wordCharacter = /[\p{L}\p{N}_]/u;

/** Those who are mentioned, each once, in the order of their first mention. */
export function mentioned<Agent extends Named>(text: string, agents: readonly Agent[]): Agent[] {
  const folded = text.replaceAll(code, (part) => ' '.repeat(part.length)).toLowerCase();
  const byLength = agents
    .map((agent) => ({ agent, name: agent.name.trim().toLowerCase() }))
    .filter(({ name }) => name !== '')
    .toSorted((a, b) => b.name.length - a.name.length);
  const found = new Set<Agent>();
  for (let at = folded.indexOf('@'); at !== -1; at = folded.indexOf('@', at + 1)) {
    if (wordCharacter.test(folded.charAt(at - 1))) continue;
    const hit = byLength.find(
      ({ name }) => folded.startsWith(name, at + 1) && !wordCharacter.test(folded.charAt(at + 1 + name.length)),
    );
    if (hit !== undefined) found.add(hit.agent);
  }
  return [...found];
}

/** Who answers a message of this conversation: those it mentions, else the channel's lead; in a direct message its agent. */
export function addressees(store: Store, conversation: ConversationRow, text: string): AgentRow[] {
  const { chat } = store;
  const agent = chat.agent(conversation.agentId);
  if (agent === undefined) throw new EngineError('NOT_FOUND', 'The agent of this conversation was removed.');
  if (conversation.kind === 'direct') return [agent];
  const members = chat.members(conversation.id).flatMap(({ agentId }) => chat.agent(agentId) ?? []);
  const called = mentioned(text, members);
  return called.length === 0 ? [agent] : called;
}
