/** Another version of an answer, and the processes under it die: it comes once, and the old one is never lost. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConversationId, MessageId } from '../../src/protocol/ids.ts';
import { ask, completed, jobWhen, longAnswer, rowsOf, streaming, transcript, workerPids } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';

let model: Model;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model[Symbol.asyncDispose]());

/** About two seconds of answer. */
const pace = { latency: 15, chunkSize: 12 };

/** An answer that is there, whole, and its question's conversation. */
async function answered(host: TestHost, text: string): Promise<{ conversationId: ConversationId; id: MessageId }> {
  const { conversationId, jobId } = await ask(host, text, { model: 'openai/m' });
  await completed(host, jobId);
  const { messages } = await host.client.messages.list.query({ conversationId });
  const answer = messages.find(({ role }) => role === 'assistant');
  if (answer === undefined) throw new Error('no answer');
  return { conversationId, id: answer.id };
}

const everyAnswer = (host: TestHost, id: ConversationId) =>
  rowsOf(
    host.dataDir,
    "SELECT text, status, hidden FROM messages WHERE conversation_id = ? AND role = 'assistant' ORDER BY position",
    id,
  );

test('the host is killed while a regenerate streams: the old version is shown, then the new one, each kept once', async () => {
  let host = await startHost({ env: model.env });
  const content = longAnswer('version', 60);
  model.mock.onMessage('tell me twice', { content }, pace);
  const { conversationId, id } = await answered(host, 'tell me twice');
  const requestId = randomUUID();
  const question = await host.client.messages.regenerate.mutate({ requestId, messageId: id, model: 'openai/m' });
  const [job] = question.jobs;
  if (job === undefined) throw new Error('no job');
  await streaming(host, job.id);
  await host.kill9();

  host = await startHost({ env: model.env, dataDir: host.dataDir });
  const [, shown] = await transcript(host, conversationId);
  expect(shown).toEqual({ role: 'assistant', text: content, status: 'complete' });
  // The page that got no acknowledgement asks again: the same one.
  const again = await host.client.messages.regenerate.mutate({ requestId, messageId: id, model: 'openai/m' });
  expect(again.jobs.map((one) => one.id)).toEqual([job.id]);
  await completed(host, job.id);
  const { messages } = await host.client.messages.list.query({ conversationId });
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  expect(messages[1]).toMatchObject({ jobId: job.id, text: content, versions: [id, messages[1]?.id] });
  expect(everyAnswer(host, conversationId)).toEqual([
    { text: content, status: 'complete', hidden: 1 },
    { text: content, status: 'complete', hidden: 0 },
  ]);
  await host.close();
}, 60_000);

test('its worker is killed, and a question is edited meanwhile: branch and version each get their own answer', async () => {
  await using host = await startHost({ env: model.env });
  model.mock.onMessage('first wording', { content: longAnswer('first', 60) }, pace);
  model.mock.onMessage('second wording', { content: longAnswer('second', 60) }, pace);
  const { conversationId, id } = await answered(host, 'first wording');
  const old = await host.client.messages.get.query({ messageId: id });
  const edited = await host.client.messages.edit.mutate({
    requestId: randomUUID(),
    messageId: old.parentId ?? ('' as MessageId),
    text: 'second wording',
  });
  const [branch] = edited.jobs;
  if (branch === undefined) throw new Error('no job');
  await streaming(host, branch.id);
  const renewed = await host.client.messages.regenerate.mutate({ requestId: randomUUID(), messageId: id });
  const [version] = renewed.jobs;
  if (version === undefined) throw new Error('no job');
  await streaming(host, version.id);
  for (const pid of await workerPids(host)) process.kill(pid, 'SIGKILL');
  await completed(host, branch.id);
  await completed(host, version.id);
  expect(await transcript(host, conversationId)).toEqual([
    { role: 'user', text: 'second wording', status: 'complete' },
    { role: 'assistant', text: longAnswer('second', 60), status: 'complete' },
  ]);
  await host.client.messages.show.mutate({ messageId: id });
  expect(await transcript(host, conversationId)).toEqual([
    { role: 'user', text: 'first wording', status: 'complete' },
    { role: 'assistant', text: longAnswer('first', 60), status: 'complete' },
  ]);
  expect(everyAnswer(host, conversationId)).toHaveLength(3);
  expect((await jobWhen(host, version.id, () => true)).stalledCounter).toBe(1);
}, 60_000);
