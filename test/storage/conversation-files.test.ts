/** Conversations out to files and back in: what is exported reads the same after it was imported. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inProject, node24 } from '../../scripts/setup/project.mjs';
import { ConversationFile } from '../../src/protocol/conversation-file.ts';
import { ConversationId } from '../../src/protocol/ids.ts';
import { answers, ask, completed, transcript } from '../support/chat.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startHost, type TestHost } from '../support/host.ts';

const execute = promisify(execFile);
const demo = { tokens: 12, tokenMs: 1 };
let folder: ReturnType<typeof dataFolder>;
let host: TestHost;
let source: ConversationId;

beforeAll(async () => {
  folder = dataFolder();
  host = await startHost({ dataDir: join(folder.path, 'data') });
  const first = await ask(host, 'What is *this*?', { demo });
  source = first.conversationId;
  await completed(host, first.jobId);
  await completed(host, (await ask(host, 'And that, “quoted” — ünïcode 🌙?', { conversationId: source, demo })).jobId);
});
afterAll(async () => {
  await host.close();
  folder[Symbol.dispose]();
});

async function command(name: 'export' | 'import', ...args: string[]) {
  const entry = inProject('src', 'hosts', 'node', 'commands', `${name}.ts`);
  try {
    return { code: 0, ...(await execute(node24, [entry, ...args, '--data', host.dataDir])) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const exported = async (id: ConversationId) =>
  ConversationFile.parse(JSON.parse((await host.client.conversations.export.query({ id, format: 'json' })).text));

describe('the API', () => {
  test('JSON goes out and comes in as the same conversation with new ids, once for each request', async () => {
    const file = await exported(source);
    const input = { requestId: randomUUID(), file };
    const made = await host.client.conversations.import.mutate(input);
    const again = await host.client.conversations.import.mutate(input);
    expect(again.id).toBe(made.id);
    expect(made.id).not.toBe(source);
    expect(await exported(made.id)).toEqual(file);
    const { messages } = await host.client.messages.list.query({ conversationId: made.id });
    expect(messages.map(({ role, jobs }) => [role, jobs])).toEqual(
      ['user', 'assistant', 'user', 'assistant'].map((r) => [r, []]),
    );
    // It goes on where it ended.
    await completed(host, (await ask(host, 'Go on', { conversationId: made.id, demo })).jobId);
    expect(await answers(host, made.id)).toHaveLength(3);
    expect(await transcript(host, source)).toHaveLength(4);
  });

  test('refuses what is no conversation, and says what is wrong with it', async () => {
    const file = await exported(source);
    const [question, answer] = file.messages;
    if (question === undefined || answer === undefined) throw new Error('too short');
    const bad = { requestId: randomUUID(), file: { ...file, messages: [answer, question] } };
    await expect(host.client.conversations.import.mutate(bad)).rejects.toThrow(/an answer stands behind|further up/u);
    const gone = ConversationId.parse(`conv_${'0'.repeat(26)}`);
    await expect(host.client.conversations.export.query({ id: gone })).rejects.toThrow(/was removed, or never was/u);
  });

  test('Markdown has the title, who said what, and the text as it was written', async () => {
    const { text, fileName } = await host.client.conversations.export.query({ id: source, format: 'markdown' });
    expect(fileName).toMatch(/^what-is-this-[0-9a-z]{6}\.md$/u);
    expect(text).toMatch(/^# What is \*?this/u);
    expect(text.match(/^## You, \d{4}-/gmu)).toHaveLength(2);
    expect(text).toContain('And that, “quoted” — ünïcode 🌙?');
    for (const { text: answer } of await answers(host, source)) expect(text).toContain(answer.trim());
  });
});

describe('the commands', () => {
  test('export beside the running host, import into it; the same file again changes nothing', async () => {
    const out = join(folder.path, 'out');
    expect(await command('export', out, '--conversation', source)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 conversation written') as string,
    });
    const [name = ''] = readdirSync(out);
    const path = join(out, name);
    expect(ConversationFile.parse(JSON.parse(readFileSync(path, 'utf8')))).toEqual(await exported(source));
    expect(await command('export', out, '--conversation', source)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('could not be written') as string,
    });

    const count = async () => (await host.client.conversations.list.query()).length;
    const before = await count();
    const made = await command('import', path, '--url', host.url);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(await command('import', path, '--url', host.url)).toEqual(made);
    expect(await count()).toBe(before + 1);
  });

  test('say what is wrong: a file that is none, nobody at the address', async () => {
    const path = join(folder.path, 'none.json');
    writeFileSync(path, '{"format": "something else"}');
    expect(await command('import', path, '--url', host.url)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no exported conversation') as string,
    });
    writeFileSync(path, JSON.stringify(await exported(source)));
    expect(await command('import', path, '--url', 'http://127.0.0.1:9')).toMatchObject({
      code: 11,
      stderr: expect.stringContaining('Start it, or name its address') as string,
    });
  });
});
