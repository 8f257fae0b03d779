/** A whole conversation, with versions, branches and files, out to a file and back in. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConversationFile } from '../../src/protocol/conversation-file.ts';
import type { AttachmentId, ConversationId } from '../../src/protocol/ids.ts';
import { newRequestId, startEngine, type TestEngine } from '../support/engine.ts';
import { attach, pdf, png } from '../support/files.ts';

let night: TestEngine;
beforeAll(async () => {
  night = await startEngine();
});
afterAll(() => night[Symbol.asyncDispose]());

const exported = async (id: ConversationId, format: 'json' | 'markdown' = 'json'): Promise<string> =>
  (await night.engine.conversationFiles.export({ id, format })).text;
const parse = (text: string): ConversationFile => ConversationFile.parse(JSON.parse(text));
const imported = (file: ConversationFile, attachmentIds?: AttachmentId[]) =>
  night.engine.conversationFiles.import({
    requestId: newRequestId(),
    file,
    ...(attachmentIds === undefined ? {} : { attachmentIds }),
  });
const path = (id: ConversationId) =>
  night.engine.messages.list({ conversationId: id, limit: 50 }).messages.map(({ role, text }) => `${role}: ${text}`);
async function answered(text: string): Promise<void> {
  const run = await night.workers.nextRun();
  run.done(text);
  await night.reaches(run.jobId, 'completed');
}

async function branched(): Promise<ConversationId> {
  const id = await night.conversation();
  const { engine } = night;
  const picture = await attach(engine.attachments, 'cat.png', png(5, 5));
  const paper = await attach(engine.attachments, 'paper.pdf', pdf('x'), 'All of it.');
  const first = await engine.conversations.send({
    requestId: newRequestId(),
    conversationId: id,
    text: 'one',
    attachments: [picture.id, paper.id],
  });
  await answered('answer 1');
  const second = await night.say(id, 'two');
  await answered('answer 2');
  const [, answer] = engine.messages.list({ conversationId: id, limit: 50 }).messages;
  if (answer === undefined) throw new Error('there is no answer');
  await engine.messages.regenerate({ requestId: newRequestId(), messageId: answer.id });
  await answered('answer 1, again');
  await engine.messages.edit({ requestId: newRequestId(), messageId: second.id, text: 'two, edited' });
  await answered('answer 2, edited');
  expect(first.attachments).toHaveLength(2);
  return id;
}

test('all versions, branches and files come back, and the same path is shown', async () => {
  const source = await branched();
  const text = await exported(source);
  const file = parse(text);
  expect(file.version).toBe(2);
  expect(file.messages.map(({ text: words, parent, shown }) => [words, parent, shown])).toEqual([
    ['one', null, true],
    ['answer 1', 0, false],
    ['answer 1, again', 0, true],
    ['two', 0, false],
    ['answer 2', 3, true],
    ['two, edited', 0, true],
    ['answer 2, edited', 5, true],
  ]);
  expect(file.messages[1]?.meta).toMatchObject({ attempt: 1 });
  expect(file.attachments.map(({ name, text: words }) => [name, words])).toEqual([
    ['cat.png', null],
    ['paper.pdf', 'All of it.'],
  ]);
  const made = await imported(file);
  expect(path(made.id)).toEqual(path(source));
  expect(parse(await exported(made.id))).toEqual(file);
  const [question, answer] = night.engine.messages.list({ conversationId: made.id, limit: 50 }).messages;
  expect(question?.attachments.map(({ name, ready }) => [name, ready])).toEqual([
    ['cat.png', true],
    ['paper.pdf', true],
  ]);
  expect(answer?.versions).toHaveLength(2);
  // What is hidden can be shown.
  const [oldest] = answer?.versions ?? [];
  if (oldest === undefined) throw new Error('there are no versions');
  await night.engine.messages.show(oldest);
  expect(path(made.id)[1]).toBe('assistant: answer 1');
});

test('large files are handed over before, and named', async () => {
  const file = parse(await exported(await branched()));
  const bytes = file.attachments.map(({ data }) => Buffer.from(data ?? '', 'base64'));
  const picture = await attach(night.engine.attachments, 'cat.png', bytes[0] ?? Buffer.alloc(0));
  const paper = await attach(night.engine.attachments, 'paper.pdf', bytes[1] ?? Buffer.alloc(0), 'All of it.');
  const slim = { ...file, attachments: file.attachments.map(({ data: _data, ...rest }) => rest) };
  const made = await imported(ConversationFile.parse(slim), [picture.id, paper.id]);
  expect(parse(await exported(made.id)).attachments).toEqual(file.attachments);
  await expect(imported(ConversationFile.parse(slim), [picture.id])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  // Without either there is nothing to attach.
  await expect(imported(ConversationFile.parse(slim))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('version 1 is read', async () => {
  const made = await imported(
    ConversationFile.parse({
      format: 'nightshift-conversation',
      version: 1,
      title: 'Old',
      agent: null,
      createdAt: 1,
      messages: [
        { role: 'user', text: 'a', createdAt: 1 },
        { role: 'assistant', text: 'b', createdAt: 2 },
        { role: 'user', text: 'c', createdAt: 3 },
        { role: 'assistant', text: 'd', status: 'cut', createdAt: 4 },
      ],
    }),
  );
  expect(path(made.id)).toEqual(['user: a', 'assistant: b', 'user: c', 'assistant: d']);
  expect(parse(await exported(made.id)).messages.map(({ parent }) => parent)).toEqual([null, 0, 0, 2]);
});

test('Markdown is the path that is shown, with who answered and what was attached', async () => {
  const text = await exported(await branched(), 'markdown');
  expect(text).toContain('*Attached: cat.png*\n\n*Attached: paper.pdf*\n\none');
  expect(text).toContain('answer 1, again');
  expect(text).not.toContain('answer 1\n');
  expect(text).toMatch(/## \S.*, \d{4}-/);
});

test.each([
  [[{ role: 'assistant', text: 'x', createdAt: 0 }], /stands behind a message/],
  [[{ role: 'user', text: 'x', createdAt: 0, parent: 0 }], /further up/],
  [[{ role: 'user', text: 'x', createdAt: 0, attachments: [0] }], /no such file/],
])('a file that makes no sense is refused: %j', (messages, words) => {
  const file = { format: 'nightshift-conversation', version: 2, title: 't', agent: null, createdAt: 0, messages };
  expect(() => ConversationFile.parse(file)).toThrow(words);
});
