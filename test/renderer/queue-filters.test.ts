import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId, ConversationId } from '../../src/protocol/ids.ts';
import { jobStates, lanes as allLanes } from '../../src/protocol/job.ts';
import { JobListFilter } from '../../src/protocol/queue.ts';
import { changed, lanes, parseShown, queryOf, states } from '../../src/renderer/queue/filters.ts';

const ulid = fc.string({
  unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'.split('')),
  minLength: 26,
  maxLength: 26,
});
const filter = fc
  .record(
    {
      state: fc.constantFrom(...states),
      lane: fc.constantFrom(...lanes),
      agentId: ulid.map((text) => AgentId.parse(`agent_${text}`)),
      conversationId: ulid.map((text) => ConversationId.parse(`conv_${text}`)),
      provider: fc.constantFrom('demo', 'my-vllm', '0'),
      text: fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.trim()),
    },
    { requiredKeys: [] },
  )
  .map(({ text, ...rest }) => (text === undefined || text === '' ? rest : { ...rest, text }));

describe('the filters in the address', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(filter, fc.boolean(), (shown, oldestFirst) => {
        expect(parseShown(queryOf({ filter: shown, oldestFirst }))).toEqual({ filter: shown, oldestFirst });
      }),
    );
  });

  it('are something the service takes, whatever somebody has written there', () => {
    const name = fc.constantFrom('state', 'lane', 'agent', 'provider', 'conversation', 'q', 'sort', 'x');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ maxLength: 300 }))), (pairs) => {
        const { filter: parsed } = parseShown(new URLSearchParams(pairs).toString());
        expect(JobListFilter.parse(parsed)).toEqual(parsed);
      }),
    );
  });

  it('know every state and lane', () => {
    expect([...states].sort()).toEqual([...jobStates].sort());
    expect([...lanes].sort()).toEqual([...allLanes].sort());
  });

  it('lose a condition that is taken away', () => {
    const shown = parseShown('state=failed&lane=low&sort=oldest');
    expect(queryOf(changed(shown, { lane: undefined, text: '' }))).toBe('state=failed&sort=oldest');
  });
});
