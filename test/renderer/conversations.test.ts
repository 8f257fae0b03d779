/** The sections of the side bar, whom an `@` may become, and what is told of what has arrived. */
import { describe, expect, test } from 'vitest';
import { ProjectId } from '../../src/protocol/ids.ts';
import type { ProjectView } from '../../src/protocol/projects.ts';
import { candidates, mentionAt, withMention } from '../../src/renderer/composer/mentions.ts';
import { inOrder, sectionsOf } from '../../src/renderer/conversations/sections.ts';
import { latestArrivals, newlyArrived } from '../../src/renderer/notifications/arrivals.ts';
import { withMember } from '../../src/renderer/projects/member-list.tsx';
import { agentId, conversationId, conversationView, messageId } from './views.ts';

const projectId = (n: number) => ProjectId.parse(`prj_${String(n).padStart(26, '0')}`);
const project = (n: number, archivedAt: number | null = null): ProjectView => ({
  id: projectId(n),
  name: `p${n}`,
  createdAt: n,
  archivedAt,
});
const channel = (n: number, of: number, title: string) =>
  conversationView(n, { kind: 'channel', projectId: projectId(of), title });

describe('the sections of the side bar', () => {
  const sections = sectionsOf(
    [
      conversationView(1),
      conversationView(2, { pinnedAt: 20 }),
      conversationView(3, { archivedAt: 5, pinnedAt: 1 }),
      channel(4, 1, 'zebra'),
      channel(5, 1, 'ant'),
      { ...channel(6, 1, 'pinned one'), pinnedAt: 10 },
      channel(7, 2, 'of an archived project'),
      channel(8, 9, 'of a project that is gone'),
    ],
    [project(1), project(2, 3), project(3)],
  );
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => Number(id.slice(-2)));

  test('hold each conversation once', () => {
    expect(ids(sections.pinned)).toEqual([6, 2]);
    expect(sections.projects.map(({ project: { name }, channels }) => [name, ids(channels)])).toEqual([
      ['p1', [5, 4]],
      ['p3', []],
    ]);
    expect(ids(sections.direct)).toEqual([1, 8]);
    expect(ids(sections.archived)).toEqual([3, 7]);
    expect(sections.archivedProjects.map(({ name }) => name)).toEqual(['p2']);
  });

  test('are walked through from top to bottom', () => {
    expect(ids(inOrder(sections))).toEqual([6, 2, 5, 4, 1, 8]);
  });
});

describe('a mention that is being typed', () => {
  const agents = ['Anna', 'Anna Lee', 'Bob Marley'].map((name) => ({ name }));
  const offered = (draft: string, caret = draft.length) => {
    const query = mentionAt(draft, caret);
    return query === null ? null : candidates(agents, query).map(({ name }) => name);
  };

  test.each([
    ['@', ['Anna', 'Anna Lee', 'Bob Marley']],
    ['hello @an', ['Anna', 'Anna Lee']],
    ['@mar', ['Bob Marley']],
    ['@Anna ', []],
    ['@Anna L', ['Anna Lee']],
    ['@Anna Lee please', []],
    ['mail@an', null],
    ['@ an', null],
    ['@an\nx', null],
    ['nothing', null],
  ])('%j', (draft, names) => {
    expect(offered(draft)).toEqual(names);
  });

  test('becomes the whole name, with one space behind it', () => {
    const [anna = { name: '' }] = agents;
    const write = (draft: string, caret: number) => {
      const query = mentionAt(draft, caret);
      return query === null ? null : withMention(draft, caret, query, anna);
    };
    expect(write('hello @an', 9)).toEqual({ draft: 'hello @Anna ', caret: 12 });
    expect(write('@an and more', 3)).toEqual({ draft: '@Anna and more', caret: 6 });
  });
});

describe('what has arrived', () => {
  const arrival = (n: number) => ({ kind: 'answer' as const, messageId: messageId(n), agentId: agentId(1), at: n });
  const known = latestArrivals([
    conversationView(1, { arrival: arrival(1), unread: 1 }),
    conversationView(2, { arrival: arrival(2) }),
    conversationView(3),
  ]);

  test('is what is unread and was not there before', () => {
    const arrived = newlyArrived(known, [
      conversationView(1, { arrival: arrival(1), unread: 1, title: 'renamed' }),
      conversationView(2, { arrival: arrival(4), unread: 1 }),
      conversationView(3, { arrival: arrival(5), unread: 0 }),
      conversationView(4, { arrival: arrival(6), unread: 1 }),
    ]);
    expect(arrived.map(({ id }) => id)).toEqual([conversationId(2), conversationId(4)]);
  });
});

describe('the members of a channel', () => {
  test('have a lead as long as there is one of them', () => {
    const none = { agentIds: [], leadId: null };
    const one = withMember(none, agentId(1), true);
    expect(one).toEqual({ agentIds: [agentId(1)], leadId: agentId(1) });
    const two = withMember(one, agentId(2), true);
    expect(withMember(two, agentId(1), false)).toEqual({ agentIds: [agentId(2)], leadId: agentId(2) });
    expect(withMember(one, agentId(1), false)).toEqual(none);
  });
});
