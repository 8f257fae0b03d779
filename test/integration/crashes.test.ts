/** Processes that die in the middle of an answer. The model server's journal shows that they did. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Asked,
  ask,
  completed,
  longAnswer,
  Reader,
  rowsOf,
  streaming,
  timeline,
  transcript,
  workerPids,
} from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, type ModelCall, startModel } from '../support/model.ts';
import { processGone } from '../support/process-gone.ts';
import { sendUnanswered } from '../support/unanswered.ts';

let model: Model;
let host: TestHost;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model[Symbol.asyncDispose]());
beforeEach(async () => {
  host = await startHost({ env: model.env });
});
afterEach(() => host.close());

/** Another host on the folder of one that is gone. */
function restart(): Promise<TestHost> {
  return startHost({ env: model.env, dataDir: host.dataDir });
}

/** About two seconds of answer. */
const pace = { latency: 15, chunkSize: 12 };
const subjects = ['openai/m', 'anthropic/m'] as const;

interface Question extends Asked {
  readonly text: string;
  readonly content: string;
}

async function askSlowly(text: string, ref: string): Promise<Question> {
  const content = longAnswer(text, 60);
  model.mock.onMessage(text, { content }, pace);
  return { ...(await ask(host, text, { model: ref })), text, content };
}

/** What the first request had received when the process died: something, and not all. */
function expectCutInTheMiddle(call: ModelCall | undefined, { content }: Question): void {
  expect(call?.state).toBe('cut');
  expect(call?.sent).toContain(content.slice(0, pace.chunkSize));
  expect(call?.sent).not.toContain(content.slice(-pace.chunkSize));
}

async function expectAnsweredOnce(at: TestHost, { conversationId, text, content }: Question): Promise<void> {
  expect(await transcript(at, conversationId)).toEqual([
    { role: 'user', text, status: 'complete' },
    { role: 'assistant', text: content, status: 'complete' },
  ]);
  const calls = model.callsFor(text);
  expect(calls.map(({ state }) => state)).toEqual(['cut', 'finished']);
  const bodies = calls.map(({ exchange }) => exchange.body);
  expect(bodies[1]).toEqual(bodies[0]);
}

function firstChunks(jobId: string): string {
  const rows = rowsOf(
    host.dataDir,
    'SELECT text FROM job_chunks WHERE job_id = ? AND attempt = 1 ORDER BY offset',
    jobId,
  );
  return rows.map((row) => (row as { text: string }).text).join('');
}

describe('a worker that is killed in the middle of its answers', () => {
  test('is replaced; every answer arrives once and whole, and no attempt is used up', async () => {
    const questions = await Promise.all(
      subjects.flatMap((ref) => [1, 2].map((number) => askSlowly(`worker dies ${ref} ${number}`, ref))),
    );
    const reader = new Reader();
    const [watched] = questions;
    if (watched === undefined) throw new Error('no question');
    const watch = host.client.jobs.watch.subscribe({ id: watched.jobId }, { onData: ({ data }) => reader.take(data) });
    await Promise.all(questions.map(({ jobId }) => streaming(host, jobId)));
    const before = await workerPids(host);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await Promise.all(
      questions.map(({ text }) => model.until(() => model.callsFor(text)[0]?.state !== 'open', 'the cut')),
    );
    for (const question of questions) expectCutInTheMiddle(model.callsFor(question.text)[0], question);

    for (const question of questions) {
      expect(await completed(host, question.jobId)).toMatchObject({
        attemptsStarted: 2,
        attemptsMade: 0,
        stalledCounter: 1,
        failure: null,
      });
      await expectAnsweredOnce(host, question);
      const told = await timeline(host, question.jobId);
      expect(told).toEqual(['CLAIM', 'FIRST_CONTENT', 'LOST', 'CLAIM', 'FIRST_CONTENT', 'COMPLETE']);
      const partial = firstChunks(question.jobId);
      expect(partial).not.toBe('');
      expect(question.content.startsWith(partial)).toBe(true);
    }
    await expect.poll(() => reader.text).toBe(watched.content);
    expect(reader).toMatchObject({ resets: 1, faults: [] });
    watch.unsubscribe();
    expect((await workerPids(host)).some((pid) => before.includes(pid))).toBe(false);
  });
});

describe('a host that is killed in the middle of its answers', () => {
  test('leaves no worker behind; the next one has the partial text, and gives every answer once and whole', async () => {
    const questions = await Promise.all(subjects.map((ref) => askSlowly(`host dies ${ref}`, ref)));
    // Stored about every 250 ms.
    for (const { jobId } of questions) await expect.poll(() => firstChunks(jobId), { timeout: 5_000 }).not.toBe('');
    const workers = await workerPids(host);
    expect(workers).not.toEqual([]);
    await host.kill9();
    await Promise.all(workers.map((pid) => processGone(pid, 2_000)));
    for (const question of questions) {
      await model.until(() => model.callsFor(question.text)[0]?.state !== 'open', 'the cut');
      expectCutInTheMiddle(model.callsFor(question.text)[0], question);
    }
    const partial = questions.map(({ jobId }) => firstChunks(jobId));

    await using next = await restart();
    for (const [index, question] of questions.entries()) {
      expect(await completed(next, question.jobId)).toMatchObject({
        attemptsStarted: 2,
        attemptsMade: 0,
        stalledCounter: 0,
      });
      await expectAnsweredOnce(next, question);
      const told = await timeline(next, question.jobId);
      expect(told).toEqual(['CLAIM', 'FIRST_CONTENT', 'LOST', 'CLAIM', 'FIRST_CONTENT', 'COMPLETE']);
      expect(firstChunks(question.jobId)).toBe(partial[index]);
      expect(question.content.startsWith(partial[index] ?? '?')).toBe(true);
    }
  });

  test('after the commit and before the acknowledgement has one message and one answer', async () => {
    const gate = Promise.withResolvers<void>();
    model.mock.onMessage(/^unacknowledged/u, async () => {
      await gate.promise;
      return { content: 'Here I am.' };
    });
    const input = await sendUnanswered(host);
    await host.kill9();
    await Promise.all(model.calls.map(({ exchange }) => exchange.ended));

    await using next = await restart();
    const { conversationId, text } = input;
    // The client does not know, so it sends the same again.
    const message = await next.client.conversations.send.mutate(input);
    const again = await next.client.conversations.send.mutate(input);
    expect(again.id).toBe(message.id);
    gate.resolve();
    if (message.jobId === null) throw new Error('the message has no job');
    expect(await completed(next, message.jobId)).toMatchObject({ attemptsMade: 0 });
    expect(await transcript(next, conversationId)).toEqual([
      { role: 'user', text, status: 'complete' },
      { role: 'assistant', text: 'Here I am.', status: 'complete' },
    ]);
    expect(rowsOf(host.dataDir, 'SELECT count(*) AS jobs FROM llm_jobs WHERE group_key = ?', conversationId)).toEqual([
      { jobs: 1 },
    ]);
    expect(model.callsFor(text).filter(({ state }) => state === 'finished')).toHaveLength(1);
    await expect(next.client.conversations.send.mutate({ ...input, text: 'Something else' })).rejects.toThrow(
      /requestId/u,
    );
  });
});
