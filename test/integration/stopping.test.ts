/** Asked to stop in the middle of answers: what runs may finish, what cannot goes back to the queue, nothing is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/hosts/common/exit-codes.ts';
import {
  answers,
  type Asked,
  ask,
  completed,
  longAnswer,
  rowsOf,
  streaming,
  timeline,
  workerPids,
} from '../support/chat.ts';
import { runHost, startHost, type StartHostOptions, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';
import { processGone } from '../support/process-gone.ts';

let model: Model;
let host: TestHost;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model[Symbol.asyncDispose]());
beforeEach(() => model.mock.clearFixtures());
afterEach(() => host.close());

interface Question extends Asked {
  readonly text: string;
  readonly content: string;
}

async function start(args: StartHostOptions['args']): Promise<void> {
  host = await startHost({ env: model.env, args: args ?? [] });
  await host.client.pool.resize.mutate({ min: 1, max: 1 });
}

/** 15 ms for each twelve characters. */
async function askSlowly(text: string, words: number): Promise<Question> {
  const content = longAnswer(text, words);
  model.mock.onMessage(text, { content }, { latency: 15, chunkSize: 12 });
  return { ...(await ask(host, text)), text, content };
}

async function expectAnswered(at: TestHost, { jobId, conversationId, content }: Question): Promise<void> {
  expect(await completed(at, jobId)).toMatchObject({ attemptsMade: 0 });
  expect(await answers(at, conversationId)).toEqual([{ text: content, status: 'complete' }]);
}

const states = (question: Question) => model.callsFor(question.text).map(({ state }) => state);
const stateOf = (question: Question) =>
  rowsOf(host.dataDir, 'SELECT state, attempts_started AS attempts FROM llm_jobs WHERE id = ?', question.jobId);

describe('SIGTERM', () => {
  test('lets answers end within the time given, requeues the others, and loses none', async () => {
    const drainMs = 2_500;
    await start(['--drain-ms', String(drainMs)]);
    const quick = await askSlowly('quick at the end', 20);
    const slow = await askSlowly('slow at the end', 900);
    // Queued behind the slow one, so it does not start before the stop.
    const next = {
      ...(await ask(host, 'next in line', { conversationId: slow.conversationId })),
      text: 'next in line',
    };
    model.mock.onMessage('next in line', { content: 'And the next.' });
    await Promise.all([quick, slow].map(({ jobId }) => streaming(host, jobId)));
    const workers = await workerPids(host);

    const askedAt = performance.now();
    expect(await host.stop()).toEqual({ code: exitCodes.stopped, signal: null });
    const tookMs = performance.now() - askedAt;
    expect(tookMs).toBeGreaterThanOrEqual(drainMs);
    // The bound, and a little for the farewell.
    expect(tookMs).toBeLessThan(drainMs + 3_000);
    await Promise.all(workers.map((pid) => processGone(pid, 1_000)));
    await model.until(() => states(slow)[0] !== 'open', 'the cut');
    expect([states(quick), states(slow)]).toEqual([['finished'], ['cut']]);
    expect([stateOf(quick), stateOf(slow)]).toEqual([
      [{ state: 'completed', attempts: 1 }],
      [{ state: 'waiting', attempts: 1 }],
    ]);

    model.mock.clearFixtures();
    model.mock.onMessage(slow.text, { content: slow.content });
    model.mock.onMessage(next.text, { content: 'And the next.' });
    await using later = await startHost({ env: model.env, dataDir: host.dataDir });
    await expectAnswered(later, quick);
    await completed(later, slow.jobId);
    await completed(later, next.jobId);
    expect((await answers(later, slow.conversationId)).map(({ text }) => text)).toEqual([
      slow.content,
      'And the next.',
    ]);
    expect(states(quick)).toEqual(['finished']);
    expect(states(slow)).toEqual(['cut', 'finished']);
    expect(model.callsFor(next.text)).toHaveLength(1);
    expect((await timeline(later, slow.jobId)).filter((event) => event === 'LOST')).toHaveLength(1);
  });

  test('a second one ends it at once, and still nothing is lost', async () => {
    const drainMs = 600_000;
    await start(['--drain-ms', String(drainMs)]);
    const questions = [];
    for (const name of ['one', 'two', 'three']) questions.push(await askSlowly(`at once ${name}`, 900));
    await Promise.all(questions.map(({ jobId }) => streaming(host, jobId)));
    host.signal('SIGTERM');
    await host.logged(({ message }) => String(message).startsWith('SIGTERM: stopping.'));
    expect(await host.stop()).toEqual({ code: exitCodes.stopped, signal: null });
    for (const question of questions) {
      await model.until(() => states(question)[0] !== 'open', 'the cut');
      expect(states(question)).toEqual(['cut']);
      expect(stateOf(question)).toEqual([{ state: 'waiting', attempts: 1 }]);
    }

    model.mock.clearFixtures();
    for (const { text, content } of questions) model.mock.onMessage(text, { content });
    await using later = await startHost({ env: model.env, dataDir: host.dataDir });
    for (const question of questions) {
      await expectAnswered(later, question);
      expect(states(question)).toEqual(['cut', 'finished']);
    }
  });

  test('while jobs wait for a slot, leaves them waiting; each is answered once afterwards', async () => {
    const gate = Promise.withResolvers<void>();
    model.mock.onMessage(/^many/u, async () => {
      await gate.promise;
      return { content: 'Here.' };
    });
    await start(['--drain-ms', '300']);
    const prompts = Array.from({ length: 100 }, (_, index) => `many ${index}`);
    const jobs = prompts.map((content) => ({
      model: 'openai/m',
      messages: [{ role: 'user' as const, content }],
    }));
    const ids = await host.client.jobs.enqueueMany.mutate({ requestId: 'many-00001', jobs });
    const mine = () => model.calls.filter(({ prompt }) => prompt.startsWith('many'));
    await model.until(() => mine().length === 16, 'a full lane');
    expect(await host.stop()).toEqual({ code: exitCodes.stopped, signal: null });
    await Promise.all(mine().map(({ exchange }) => exchange.ended));
    expect(mine()).toHaveLength(16);

    gate.resolve();
    await using later = await startHost({ env: model.env, dataDir: host.dataDir });
    await Promise.all(ids.map((id) => completed(later, id)));
    const finished = mine().filter(({ state }) => state === 'finished');
    expect(finished.map(({ prompt }) => prompt).toSorted()).toEqual(prompts.toSorted());
    expect(mine()).toHaveLength(116);
  });
});

test('a second host on the same folder is refused, and the first one does not notice', async () => {
  await start([]);
  const question = await askSlowly('undisturbed', 60);
  await streaming(host, question.jobId);
  const second = runHost({ env: model.env, args: ['--port', '0', '--data', host.dataDir, '--log', 'json'] });
  expect(await second.exited).toEqual({ code: exitCodes['in-use'], signal: null });
  expect(second.stdout()).toBe('');
  expect(second.stderr()).toContain(host.dataDir);
  await second.end();
  await expectAnswered(host, question);
  expect(states(question)).toEqual(['finished']);
});
