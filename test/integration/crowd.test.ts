/** Many at once: thirty conversations, and a user's message beside four hundred jobs in the background. */
import { randomUUID } from 'node:crypto';
import type { ChatCompletionRequest } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lane } from '../../src/protocol/job.ts';
import { answers, ask, completed, poolWhen } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';

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

function questionOf(request: ChatCompletionRequest): string {
  const content = request.messages.at(-1)?.content;
  if (typeof content !== 'string') throw new Error('the request ends with no text');
  return content;
}

test('thirty conversations are answered at the same time, each once and with its own answer', async () => {
  const everybody = Promise.withResolvers<void>();
  model.mock.onMessage(
    /^crowd/u,
    async (request) => {
      await everybody.promise;
      return { content: `The answer to "${questionOf(request)}" is ${questionOf(request).length}.` };
    },
    { latency: 5, chunkSize: 8 },
  );
  const questions = Array.from({ length: 30 }, (_, index) => `crowd ${index} ${'?'.repeat(index)}`);
  const asked = await Promise.all(questions.map((question) => ask(host, question)));
  const mine = () => model.calls.filter(({ prompt }) => prompt.startsWith('crowd'));
  await model.until(() => mine().length === 30, 'all thirty requests');
  // Nobody was answered yet, so the last one to come found all others under way.
  expect(mine().at(-1)?.besides).toHaveLength(29);
  everybody.resolve();

  await Promise.all(asked.map(({ jobId }) => completed(host, jobId)));
  const told = await Promise.all(asked.map(({ conversationId }) => answers(host, conversationId)));
  expect(told).toEqual(
    questions.map((question) => [{ text: `The answer to "${question}" is ${question.length}.`, status: 'complete' }]),
  );
  expect(
    mine()
      .map(({ prompt }) => prompt)
      .toSorted(),
  ).toEqual(questions.toSorted());
});

describe('200 low and 200 medium jobs', () => {
  /** Enqueues them; their answers wait for `release`. */
  async function fill(provider: string): Promise<{ release: () => void; calls: () => Model['calls'] }> {
    const gate = Promise.withResolvers<void>();
    model.mock.onMessage(new RegExp(`^${provider} background`, 'u'), async (request) => {
      await gate.promise;
      return { content: `Done: ${questionOf(request)}` };
    });
    const jobs = (['low', 'medium'] as const).flatMap((lane) =>
      Array.from({ length: 200 }, (_, index) => ({
        lane,
        model: `${provider}/m`,
        messages: [{ role: 'user' as const, content: `${provider} background ${lane} ${index}` }],
      })),
    );
    await host.client.jobs.enqueueMany.mutate({ requestId: randomUUID(), jobs });
    return {
      release: gate.resolve,
      calls: () => model.calls.filter(({ prompt }) => prompt.startsWith(`${provider} background`)),
    };
  }

  const runningIn = (calls: Model['calls'], lane: Lane) => calls.filter(({ prompt }) => prompt.includes(lane)).length;

  /** The message is asked and answered while not one of the background's answers has begun. */
  async function talkBeside(provider: string, calls: () => Model['calls'], running: number): Promise<void> {
    const question = `${provider}: may I ask?`;
    model.mock.onMessage(question, { content: 'You may.' }, { latency: 5, chunkSize: 2 });
    const { conversationId, jobId } = await ask(host, question, { model: `${provider}/m` });
    await completed(host, jobId);
    expect(await answers(host, conversationId)).toEqual([{ text: 'You may.', status: 'complete' }]);
    const [mine] = model.callsFor(question);
    expect(mine?.besides).toHaveLength(running);
    expect(calls().map(({ state, sent }) => ({ state, sent }))).toEqual(
      Array(running).fill({ state: 'open', sent: '' }),
    );
    const { finished, lanes } = await host.client.pool.get.query();
    expect(finished).toEqual({ completed: 1, failed: 0, cancelled: 0 });
    expect(lanes.low.active + lanes.medium.active).toBe(running);
    expect(lanes.low.waiting + lanes.medium.waiting).toBe(400 - running);
  }

  async function finishAll(calls: () => Model['calls'], release: () => void): Promise<void> {
    release();
    await poolWhen(host, ({ finished }) => finished.completed === 401);
    expect(new Set(calls().map(({ prompt }) => prompt)).size).toBe(400);
    expect(calls()).toHaveLength(400);
  }

  test('on a full pool let a message of a user start at once', async () => {
    await host.client.pool.resize.mutate({ min: 1, max: 1 });
    const { slots } = await poolWhen(host, (pool) => pool.slots > 0);
    expect(slots).toBe(32);
    const { calls, release } = await fill('openai');
    // 80 % of 32 slots, rounded down, for both lanes; half of all for low.
    await model.until(() => calls().length === 25, 'a full pool');
    expect(runningIn(calls(), 'low')).toBeLessThanOrEqual(16);
    await talkBeside('openai', calls, 25);
    await finishAll(calls, release);
  });

  test('at a provider limited to 4 let a message of a user start at once', async () => {
    await host.client.providers.set.mutate({
      id: 'narrow',
      kind: 'openai-compatible',
      baseUrl: `${model.url}/v1`,
      concurrency: 4,
    });
    const { calls, release } = await fill('narrow');
    await model.until(() => calls().length === 3, 'a full provider');
    expect(runningIn(calls(), 'low')).toBeLessThanOrEqual(2);
    await talkBeside('narrow', calls, 3);
    await finishAll(calls, release);
    for (const { besides } of model.calls.filter(({ prompt }) => prompt.startsWith('narrow'))) {
      expect(besides.length).toBeLessThan(4);
    }
  });
});
