/** The side bar's list and what is kept in the browser. */
import { describe, expect, test } from 'vitest';
import { ComposerStorage } from '../../src/renderer/composer/kept.ts';
import { applyListEvent, type ConversationList } from '../../src/renderer/conversations/conversation-list.ts';
import { byDay } from '../../src/renderer/conversations/day-groups.ts';
import { RemoteSnapshot } from '../../src/renderer/remote/remote-actor.ts';
import { conversationId, conversationView } from './views.ts';

const conversation = (n: number, updatedAt: number) => conversationView(n, { updatedAt });

describe('the list of conversations', () => {
  test('has the one that changed last first', () => {
    let list: ConversationList = { loaded: false, conversations: [] };
    list = applyListEvent(list, { type: 'all', conversations: [conversation(1, 10), conversation(2, 20)] });
    expect(list).toMatchObject({ loaded: true, conversations: [{ title: 'c2' }, { title: 'c1' }] });
    list = applyListEvent(list, { type: 'changed', conversation: conversation(1, 30) });
    expect(list.conversations.map(({ title }) => title)).toEqual(['c1', 'c2']);
    list = applyListEvent(list, { type: 'changed', conversation: conversation(3, 5) });
    list = applyListEvent(list, { type: 'removed', id: conversationId(2) });
    expect(list.conversations.map(({ title }) => title)).toEqual(['c1', 'c3']);
  });

  test('is grouped by local days', () => {
    const noon = new Date(2026, 4, 20, 12).getTime();
    const ago = (hours: number) => noon - hours * 3_600_000;
    const groups = byDay(
      [conversation(4, ago(1)), conversation(3, ago(13)), conversation(2, ago(100)), conversation(1, 0)],
      noon,
    );
    expect(groups.map(({ day, conversations }) => [day, conversations.map(({ title }) => title)])).toEqual([
      ['today', ['c4']],
      ['yesterday', ['c3']],
      ['lastSevenDays', ['c2']],
      ['older', ['c1']],
    ]);
  });
});

/** A browser's storage that holds at most `limit` entries, as a full one would. */
class MemoryStorage {
  readonly #entries = new Map<string, string>();
  limit = Number.POSITIVE_INFINITY;
  get length(): number {
    return this.#entries.size;
  }
  key = (index: number): string | null => [...this.#entries.keys()][index] ?? null;
  getItem = (key: string): string | null => this.#entries.get(key) ?? null;
  removeItem = (key: string): void => void this.#entries.delete(key);
  setItem(key: string, value: string): void {
    if (this.#entries.size >= this.limit) throw new DOMException('full', 'QuotaExceededError');
    this.#entries.set(key, value);
  }
}

describe('what is kept in the browser', () => {
  const outgoing = { requestId: 'request-1', text: 'Hello', agentId: null, attachments: [] };

  test('drafts in one place, unacknowledged messages in another', () => {
    const [drafts, unsent] = [new MemoryStorage(), new MemoryStorage()];
    const storage = new ComposerStorage(drafts, unsent);
    storage.save('new', { draft: 'half', outgoing });
    expect(new ComposerStorage(drafts, unsent).load('new')).toEqual({ draft: 'half', outgoing });
    expect(new ComposerStorage(drafts, new MemoryStorage()).load('new')).toEqual({ draft: 'half', outgoing: null });
    expect(storage.unsentKeys()).toEqual(['new']);
    storage.forget('new');
    expect([drafts.length, unsent.length]).toEqual([0, 0]);
  });

  test('something else under its name is no message', () => {
    const unsent = new MemoryStorage();
    const storage = new ComposerStorage(new MemoryStorage(), unsent);
    for (const stored of ['not json', '{}', 'null', '{"requestId":1,"text":"x","agentId":null}']) {
      unsent.setItem('nightshift.unsent.new', stored);
      expect(storage.load('new').outgoing).toBeNull();
    }
  });

  test('a full storage stops nobody', () => {
    const full = new MemoryStorage();
    full.limit = 0;
    expect(() => new ComposerStorage(full, full).save('new', { draft: 'half', outgoing })).not.toThrow();
  });
});

describe('a remote snapshot', () => {
  const snapshot = (value: unknown) =>
    new RemoteSnapshot(
      { id: 'job:1', machine: 'job', value, tags: ['open'], status: 'active', can: ['CANCEL'], context: {} },
      null,
    );

  test('matches like a local one', () => {
    expect(snapshot('waiting').matches('waiting')).toBe(true);
    expect(snapshot('waiting').matches('active')).toBe(false);
    expect(snapshot({ active: 'streaming' }).matches('active')).toBe(true);
    expect(snapshot({ active: 'streaming' }).matches({ active: 'streaming' })).toBe(true);
    expect(snapshot({ active: 'starting' }).matches({ active: 'streaming' })).toBe(false);
    expect(snapshot({ a: 'x', b: { c: 'y' } }).matches({ a: 'x', b: { c: 'y' } })).toBe(true);
  });

  test('says what it can do and which tags it has', () => {
    expect(snapshot('waiting').can({ type: 'CANCEL' })).toBe(true);
    expect(snapshot('waiting').can({ type: 'RETRY' })).toBe(false);
    expect(snapshot('waiting').hasTag('open')).toBe(true);
    expect(new RemoteSnapshot(null, null).can({ type: 'CANCEL' })).toBe(false);
  });
});
