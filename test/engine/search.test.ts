/** What is found in messages and titles, and what must not be. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import Database from 'better-sqlite3';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFtsQuery } from '../../db/search-query.ts';
import { ImportConversation } from '../../src/protocol/conversation-file.ts';
import type { ConversationId, MessageId } from '../../src/protocol/ids.ts';
import type { SearchResult, TextPiece } from '../../src/protocol/search.ts';
import { migrationsFolder, dataFolder, openFolder } from '../support/data-folder.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';

let night: TestEngine;
beforeAll(async () => {
  night = await startEngine();
});
afterAll(() => night[Symbol.asyncDispose]());

const find = (query: string, limit = 20): Promise<SearchResult> => night.engine.search.messages({ query, limit });
const written = (pieces: readonly TextPiece[]): string =>
  pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');

async function talk(title: string, ...texts: string[]): Promise<{ id: ConversationId; messages: MessageId[] }> {
  const { id } = await night.engine.conversations.create({ requestId: newRequestId(), title });
  const messages: MessageId[] = [];
  for (const text of texts) messages.push((await night.say(id, text)).id);
  return { id, messages };
}

describe('search', () => {
  test('finds words in any order, whatever their case and accents, and shows where', async () => {
    const { id, messages } = await talk('Bakery', 'How does a Crème Brûlée get its crust?', 'And the oven?');
    const { conversations } = await find('brulee creme');
    expect(conversations).toHaveLength(1);
    expect(conversations[0]).toMatchObject({ conversationId: id, hitCount: 1, archived: false });
    expect(conversations[0]?.hits[0]).toMatchObject({ messageId: messages[0], role: 'user', author: null });
    expect(written(conversations[0]?.hits[0]?.snippet ?? [])).toBe('How does a [Crème] [Brûlée] get its crust?');
  });

  test('finds the last word while it is typed, and only the last', async () => {
    const { id } = await talk('Types', 'The quokkaburger compiles.');
    const found = async (query: string) =>
      (await find(query)).conversations.map(({ conversationId }) => conversationId);
    expect(await found('quokk')).toEqual([id]);
    expect(await found('compiles quok')).toEqual([id]);
    expect(await found('quok compiles')).toEqual([]);
    expect(await found('quokk ')).toEqual([]);
    expect(await found('"quokkaburger compiles"')).toEqual([id]);
    expect(await found('"compiles quokkaburger"')).toEqual([]);
  });

  test('finds titles, and follows a new one', async () => {
    const { id } = await talk('Zeppelin maintenance');
    expect(written((await find('zeppelin')).conversations[0]?.title ?? [])).toBe('[Zeppelin] maintenance');
    await night.engine.conversations.rename(id, 'Airship care');
    expect((await find('zeppelin')).conversations).toEqual([]);
    expect((await find('airship')).conversations[0]).toMatchObject({ conversationId: id, hits: [], hitCount: 0 });
  });

  test('finds an answer, names who gave it, and follows its text', async () => {
    // Whichever of the messages so far it answers.
    const run = await night.workers.nextRun();
    run.done('The xylophone is a percussion instrument.');
    await night.until(() => night.store.chat.messageOfJob(run.jobId, 'assistant') !== undefined);
    const answer = night.store.chat.messageOfJob(run.jobId, 'assistant');
    const [found] = (await find('xylophone')).conversations;
    expect(found?.hits[0]).toMatchObject({ messageId: answer?.id, role: 'assistant' });
    expect(found?.hits[0]?.author).toBe(night.engine.agents.list()[0]?.name);

    if (answer === undefined) throw new Error('the answer is not there');
    night.store.chat.updateMessage(answer.id, { text: 'The marimba is one.' });
    expect((await find('xylophone')).conversations).toEqual([]);
    expect((await find('marimba')).conversations).toHaveLength(1);
  });

  test('does not find a version that is not shown, until it is', async () => {
    const { messages } = await talk('Versions', 'A wombatlike question');
    const hide = (hidden: number) =>
      night.store.sqlite.prepare('UPDATE messages SET hidden = ? WHERE id = ?').run(hidden, messages[0]);
    hide(1);
    expect((await find('wombatlike')).conversations).toEqual([]);
    hide(0);
    expect((await find('wombatlike')).conversations).toHaveLength(1);
  });

  test('does not find what was removed, and leaves nothing of it in the index', async () => {
    const { id } = await talk('Removed', 'The secret axolotl');
    await night.engine.conversations.remove(id);
    expect((await find('axolotl')).conversations).toEqual([]);
    night.store.sqlite.prepare('DELETE FROM conversations WHERE id = ?').run(id);
    const left = night.store.sqlite
      .prepare("SELECT count(*) FROM search_index WHERE search_index MATCH 'axolotl'")
      .pluck();
    expect(left.get()).toBe(0);
    expect(night.store.sqlite.prepare('SELECT count(*) FROM search_documents WHERE ref = ?').pluck().get(id)).toBe(0);
  });

  test('puts the newer of two like hits first, and counts all of a conversation', async () => {
    const many = await talk('Many', ...Array.from({ length: 8 }, (_, i) => `pangolin number ${i}`));
    night.store.sqlite
      .prepare('UPDATE messages SET created_at = created_at - 400 * 86400000 WHERE conversation_id = ?')
      .run(many.id);
    const recent = await talk('Recent', 'pangolin number 9');
    const { conversations } = await find('pangolin');
    expect(conversations.map(({ conversationId }) => conversationId)).toEqual([recent.id, many.id]);
    expect(conversations[1]).toMatchObject({ hitCount: 8 });
    expect(conversations[1]?.hits).toHaveLength(5);
    expect(await find('pangolin', 1)).toMatchObject({ more: true, conversations: [{ conversationId: recent.id }] });
  });

  test('of a word that most messages hold, shows the newest; an old one is found with a second word', async () => {
    const day = 86_400_000;
    const many = await night.engine.conversationFiles.import(
      ImportConversation.parse({
        requestId: newRequestId(),
        file: {
          format: 'nightshift-conversation',
          version: 1,
          title: 'Many a day',
          agent: null,
          createdAt: 0,
          messages: Array.from({ length: 2_100 }, (_, index) => ({
            role: 'user',
            text: index === 10 ? 'drumlin, drumlin, drumlin and moraine' : `drumlin ${index}`,
            createdAt: Date.now() - 400 * day + index,
          })),
        },
      }),
    );
    const recent = await talk('Recent', 'A walk, long and with much to see, to the drumlin of today');
    const { conversations, more } = await find('drumlin ');
    expect(conversations.map(({ conversationId }) => conversationId)).toEqual([recent.id, many.id]);
    expect(written(conversations[0]?.hits[0]?.snippet ?? [])).toContain('the [drumlin] of today');
    expect(more).toBe(true);
    const [old] = (await find('drumlin moraine')).conversations;
    expect(old).toMatchObject({ conversationId: many.id, hitCount: 1 });
    expect(written(old?.hits[0]?.snippet ?? [])).toBe('[drumlin], [drumlin], [drumlin] and [moraine]');
  });

  test('never refuses what somebody types', async () => {
    const nasty = [
      '',
      ' ',
      '"',
      '""',
      '"""',
      '*',
      '"a',
      'a"b',
      "'",
      'AND',
      'OR NOT',
      'NEAR(a b)',
      'text:a',
      '-a',
      '^a',
      '(',
      ')',
      'a AND',
      'search_index',
      '\0',
      'a\0b',
      '\u{2}x\u{3}',
      '😀',
      '漢字',
      'a'.repeat(500),
      '" '.repeat(200),
      '{}',
      ';--',
      '\ud800',
    ];
    for (const query of nasty) expect(await find(query), JSON.stringify(query)).toHaveProperty('conversations');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (query) => {
        await find(query);
      }),
      { numRuns: 300 },
    );
  });

  test('the index agrees with the messages after all of that', () => {
    night.store.sqlite.prepare("INSERT INTO search_index (search_index) VALUES ('integrity-check')").run();
  });
});

describe('a query', () => {
  test.each([
    ['one', '"one"*'],
    ['one two', '"one" "two"*'],
    ['one two ', '"one" "two"'],
    ['"one two"', '"one two"'],
    ['"one two', '"one two"*'],
    ['x', '"x"'],
    ['漢', '"漢"*'],
    ['one -- ***', '"one"'],
    [' "" * ', undefined],
  ])('%j is %s', (typed, query) => {
    expect(toFtsQuery(typed)).toBe(query);
  });
});

describe('the migration', () => {
  test('indexes what was written before it', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    store.close();
    // As a database is that the version before has written: without the index.
    const sqlite = new Database(join(folder.path, 'nightshift.db'));
    const search = readdirSync(migrationsFolder).find((name) => name.endsWith('_search.sql'));
    expect(search).toBeDefined();
    const triggers = sqlite
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%_search_%'")
      .pluck()
      .all();
    expect(triggers).toHaveLength(6);
    for (const name of triggers) sqlite.exec(`DROP TRIGGER ${String(name)}`);
    sqlite.exec('DROP TABLE search_index; DROP VIEW search_texts; DROP TABLE search_documents');
    sqlite.exec(`INSERT INTO agents (id, name, system_prompt, model, lane, params, created_at) VALUES ('agent_1', 'A', '', 'demo/demo', 'high', '{}', 0);
      INSERT INTO conversations (id, title, titled, agent_id, preview, created_at, updated_at) VALUES ('conv_1', 'An old title', 1, 'agent_1', '', 0, 0);
      INSERT INTO messages (id, conversation_id, role, text, status, created_at, position) VALUES ('msg_1', 'conv_1', 'user', 'An old aardvark', 'complete', 0, 'msg_1')`);
    for (const statement of readMigration(search ?? '')) sqlite.exec(statement);
    const hits = sqlite
      .prepare(
        'SELECT d.ref FROM search_index i JOIN search_documents d ON d.id = i.rowid WHERE search_index MATCH ? ORDER BY d.ref',
      )
      .pluck();
    expect(hits.all('old')).toEqual(['conv_1', 'msg_1']);
    sqlite.close();
  });
});

function readMigration(name: string): string[] {
  return readFileSync(join(migrationsFolder, name), 'utf8').split('--> statement-breakpoint');
}
