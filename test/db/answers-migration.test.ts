/** A database from before there were versions and branches: one line of messages becomes a tree with one path. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { applicationId } from '../../db/application-id.ts';
import type { AgentId, ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import { dataFolder, migrationsFolder, openFolder } from '../support/data-folder.ts';

/** The last migration that such a database has. */
const before = '0010_search';
const conversation = 'conv_01J9Z3K4M5N6P7Q8R900000001' as ConversationId;
const agent = 'agent_01J9Z3K4M5N6P7Q8R900000001' as AgentId;
const other = 'agent_01J9Z3K4M5N6P7Q8R900000002' as AgentId;
const job = (n: number): JobId => `job_01J9Z3K4M5N6P7Q8R90000000${n}` as JobId;
const message = (n: number): MessageId => `msg_01J9Z3K4M5N6P7Q8R90000000${n}` as MessageId;

describe('a database of an older version', () => {
  it('has its messages in a tree, who answered, what that took, and all jobs of each question', () => {
    using folder = dataFolder();
    using old = migrationsUpTo(before);
    const sqlite = new Database(join(folder.path, 'nightshift.db'));
    migrate(drizzle(sqlite), { migrationsFolder: old.path });
    sqlite.pragma(`application_id = ${applicationId}`);
    sqlite.pragma(`user_version = ${old.version}`);
    fill(sqlite);
    sqlite.close();

    const store = openFolder(folder.path);
    const { chat } = store;
    expect([1, 3, 5].map((n) => chat.message(message(n))?.parentId)).toEqual([null, message(1), message(3)]);
    expect(chat.message(message(2))).toMatchObject({
      parentId: message(1),
      agentId: other,
      hidden: 0,
      meta: {
        agentName: 'Other',
        model: 'gpt-x',
        inputTokens: 12,
        outputTokens: 34,
        estimated: true,
        firstTokenMs: 250,
        durationMs: 1_000,
        attempt: 2,
        finishReason: 'length',
        omittedMessages: 3,
      },
    });
    expect(Object.keys(chat.message(message(2))?.meta ?? {})).not.toContain('inPlaceOf');
    // Whose job is gone: with whom the conversation was.
    expect(chat.message(message(4))).toMatchObject({ parentId: message(3), agentId: agent, meta: null });
    expect(chat.jobsOfMessage(message(1)).map(({ jobId, agentId }) => [jobId, agentId])).toEqual([
      [job(1), other],
      [job(2), other],
      [job(3), agent],
    ]);
    expect(chat.jobsOfMessage(message(3)).map(({ jobId }) => jobId)).toEqual([job(4)]);
    expect(
      chat.jobsOfMessage(message(5)).map(({ jobId }) => jobId),
      'damaged, and known from the message',
    ).toEqual([job(5)]);
    expect(chat.newestMessages(conversation, 9).map(({ id }) => id)).toEqual([5, 4, 3, 2, 1].map(message));
    expect(chat.versionsOf(chat.message(message(2)) ?? fail())).toEqual([message(2)]);
    store.close();
  });
});

/** Two questions that were answered (the first one cut and gone on with twice), and one whose job cannot be read. */
function fill(sqlite: Database.Database): void {
  const insert = (table: string, row: Record<string, unknown>): void => {
    const names = Object.keys(row);
    sqlite
      .prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `:${name}`).join(', ')})`)
      .run(row);
  };
  for (const [id, name] of [
    [agent, 'Agent'],
    [other, 'Other'],
  ]) {
    insert('agents', { id, name, system_prompt: '', model: 'demo/demo', lane: 'high', params: '{}', created_at: 1 });
  }
  const title = { title: 'A talk', titled: 1, preview: '', created_at: 1, updated_at: 1 };
  insert('conversations', { id: conversation, agent_id: agent, last_job_id: job(5), ...title });
  const say = (n: number, role: string, position: string, jobId: JobId, more: Record<string, unknown> = {}): void =>
    insert('messages', {
      id: message(n),
      conversation_id: conversation,
      role,
      text: `text ${n}`,
      status: 'complete',
      job_id: jobId,
      created_at: n,
      position,
      ...more,
    });
  say(1, 'user', message(1), job(1), { continuation_job_id: job(3) });
  say(2, 'assistant', `${message(1)}~`, job(1));
  say(3, 'user', message(3), job(4));
  say(4, 'assistant', `${message(3)}~`, job(4));
  say(5, 'user', message(5), job(5));
  const data = { kind: 'chat', conversationId: conversation, messageId: message(1), agentId: other, model: 'openai/x' };
  insert('llm_jobs', {
    ...blank(sqlite),
    id: job(1),
    data: JSON.stringify(data),
    returnvalue: JSON.stringify({
      finishReason: 'length',
      usage: { inputTokens: 12, outputTokens: 34, estimated: true },
      model: 'gpt-x',
    }),
    attempts_started: 2,
    omitted_messages: 3,
    processed_on: 1_000,
    first_content_at: 1_250,
    finished_on: 2_000,
  });
  // A continuation that is kept, and one (named by the message alone) that is not.
  insert('llm_jobs', { ...blank(sqlite), id: job(2), data: JSON.stringify({ ...data, continues: { jobId: job(1) } }) });
  insert('llm_jobs', { ...blank(sqlite), id: job(5), data: '{ damaged' });
}

const Column = z.object({ name: z.string(), type: z.string(), notnull: z.number(), dflt_value: z.unknown() });

/** Something for each column of a completed job that must not be null. */
function blank(sqlite: Database.Database): Record<string, unknown> {
  const columns = z.array(Column).parse(sqlite.pragma('table_info(llm_jobs)'));
  const needed = columns.filter(({ notnull, dflt_value: otherwise }) => notnull === 1 && otherwise === null);
  return {
    ...Object.fromEntries(needed.map(({ name, type }) => [name, type.toLowerCase() === 'integer' ? 0 : '{}'])),
    state: 'completed',
    lane: 'high',
    stacktrace: '[]',
  };
}

/** The migrations as they were up to this one. */
function migrationsUpTo(last: string): Disposable & { path: string; version: number } {
  const folder = dataFolder();
  cpSync(migrationsFolder, folder.path, { recursive: true });
  const journalFile = join(folder.path, 'meta', '_journal.json');
  const journal = z
    .looseObject({ entries: z.array(z.looseObject({ tag: z.string() })) })
    .parse(JSON.parse(readFileSync(journalFile, 'utf8')));
  const end = journal.entries.findIndex(({ tag }) => tag === last) + 1;
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end) }));
  expect(readdirSync(folder.path)).toContain(`${last}.sql`);
  return { ...folder, version: end, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

function fail(): never {
  throw new Error('not there');
}
