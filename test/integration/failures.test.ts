/** What does not go well at a provider, or is stopped: cancel, retry, Retry-After, a wrong key. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProviderView } from '../../src/protocol/provider-api.ts';
import {
  answers,
  ask,
  completed,
  converse,
  jobWhen,
  longAnswer,
  poolWhen,
  rowsOf,
  streaming,
  timeline,
  transcript,
} from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';

let model: Model;
let host: TestHost;
beforeAll(async () => {
  model = await startModel();
  host = await startHost({ env: model.env });
});
afterAll(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
});

async function providerNamed(id: string): Promise<ProviderView> {
  const found = (await host.client.providers.list.query()).find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`no provider ${id}`);
  return found;
}

describe('a running answer that is cancelled', () => {
  test.each(['openai/m', 'anthropic/m'])('at %s: the request is aborted, the slot free, the text kept', async (ref) => {
    const question = `cancel at ${ref}`;
    const whole = longAnswer(ref, 400);
    model.mock.onMessage(question, { content: whole }, { latency: 20, chunkSize: 12 });
    const { conversationId, jobId } = await ask(host, question, { model: ref });
    await streaming(host, jobId);

    const cancelled = await host.client.jobs.cancel.mutate({ id: jobId });
    expect(cancelled).toMatchObject({ state: 'cancelled', attemptsStarted: 1, attemptsMade: 0 });
    const [call] = model.callsFor(question);
    await model.until(() => call?.state !== 'open', 'the end of the request');
    expect(call?.state).toBe('cut');
    await poolWhen(host, ({ slotsUsed }) => slotsUsed === 0);

    const [answer] = await answers(host, conversationId);
    expect(answer?.status).toBe('cancelled');
    expect(answer?.text).not.toBe('');
    expect(whole.startsWith(answer?.text ?? '?')).toBe(true);
    expect(answer?.text).not.toBe(whole);
    expect((await timeline(host, jobId)).slice(0, 3)).toEqual(['CLAIM', 'FIRST_CONTENT', 'CANCEL']);
    expect(model.callsFor(question)).toHaveLength(1);

    // The conversation goes on, and knows what was said.
    model.mock.onMessage(`afterwards at ${ref}`, { content: 'Well then.' });
    const next = await ask(host, `afterwards at ${ref}`, { conversationId, model: ref });
    await completed(host, next.jobId);
    expect(model.journal().at(-1)?.body).toMatchObject({
      messages: [
        { role: 'system' },
        { role: 'user', content: question },
        { role: 'assistant', content: answer?.text },
        { role: 'user', content: `afterwards at ${ref}` },
      ],
    });
  });

  test.each(['openai/m', 'anthropic/m'])('at %s after its last byte: the answer stays as it is', async (ref) => {
    const question = `cancel too late at ${ref}`;
    model.mock.onMessage(question, { content: 'All of it.' });
    const { conversationId, jobId } = await ask(host, question, { model: ref });
    const done = await completed(host, jobId);
    await expect(host.client.jobs.cancel.mutate({ id: jobId })).rejects.toThrow(/completed/u);
    expect(await host.client.jobs.get.query({ id: jobId })).toEqual(done);
    expect(await answers(host, conversationId)).toEqual([{ text: 'All of it.', status: 'complete' }]);
    expect((await timeline(host, jobId)).at(-1)).toBe('COMPLETE');
    expect(model.callsFor(question).map(({ state }) => state)).toEqual(['finished']);
  });

  test('can be asked again, and its partial answer is replaced', async () => {
    model.mock.onMessage('cancel, then again', { content: longAnswer('slow', 400) }, { latency: 20, chunkSize: 12 });
    const { conversationId, jobId } = await ask(host, 'cancel, then again');
    await streaming(host, jobId);
    await host.client.jobs.cancel.mutate({ id: jobId });
    model.mock.prependFixture({ match: { userMessage: 'cancel, then again' }, response: { content: 'Whole.' } });
    await host.client.jobs.retry.mutate({ id: jobId });
    expect(await completed(host, jobId)).toMatchObject({ attemptsStarted: 2, attemptsMade: 0 });
    expect(await answers(host, conversationId)).toEqual([{ text: 'Whole.', status: 'complete' }]);
  });
});

describe('a request that fails', () => {
  test('twice with a server error is tried a third time, and its timeline tells', async () => {
    let asked = 0;
    model.mock.onMessage('third time lucky', () => {
      asked += 1;
      return asked < 3 ? { error: { message: 'out of order', type: 'server_error' }, status: 500 } : { content: 'Ok.' };
    });
    const { conversationId, jobId } = await ask(host, 'third time lucky');
    const failing = await jobWhen(host, jobId, ({ state }) => state === 'delayed');
    expect(failing.failure).toMatchObject({
      class: 'retryable',
      code: 'server-error',
      status: 500,
      providerMessage: 'out of order',
    });
    expect(await completed(host, jobId)).toMatchObject({ attemptsStarted: 3, attemptsMade: 2, failure: null });
    const story = ['CLAIM', 'FAIL', 'DUE', 'CLAIM', 'FAIL', 'DUE', 'CLAIM', 'COMPLETE'];
    // An answer that comes in one piece has no first content.
    expect((await timeline(host, jobId)).filter((event) => event !== 'FIRST_CONTENT')).toEqual(story);
    expect(await answers(host, conversationId)).toEqual([{ text: 'Ok.', status: 'complete' }]);
    const statuses = model.journal().map(({ response }) => response.status);
    expect(statuses.slice(-3)).toEqual([500, 500, 200]);
    expect(
      rowsOf(host.dataDir, 'SELECT attempts_started, attempts_made, state FROM llm_jobs WHERE id = ?', jobId),
    ).toEqual([{ attempts_started: 3, attempts_made: 2, state: 'completed' }]);
  });

  test('for good says why, and is answered when it is retried by hand', async () => {
    const refusal = { error: { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' } };
    let refuses = true;
    model.mock.onMessage('wrong model', () => (refuses ? { ...refusal, status: 404 } : { content: 'Found it.' }));
    const { conversationId, jobId } = await ask(host, 'wrong model');
    const failed = await jobWhen(host, jobId, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({ attemptsStarted: 1, can: expect.arrayContaining(['RETRY', 'SKIP']) as unknown });
    expect(failed.failure).toMatchObject({
      class: 'rejected',
      code: 'unknown-model',
      providerMessage: 'no such model',
    });
    expect(await answers(host, conversationId)).toEqual([]);

    refuses = false;
    await host.client.jobs.retry.mutate({ id: jobId });
    await completed(host, jobId);
    expect(await answers(host, conversationId)).toEqual([{ text: 'Found it.', status: 'complete' }]);
    await expect(host.client.jobs.retry.mutate({ id: jobId })).rejects.toThrow(/completed/u);
  });

  test('in the middle of its answer starts over, and the answer is whole', async () => {
    const content = longAnswer('broken line', 30);
    let asked = 0;
    model.mock.onMessage(
      'broken line',
      () => {
        asked += 1;
        return { content };
      },
      { latency: 5, chunkSize: 12, truncateAfterChunks: 8 },
    );
    const { conversationId, jobId } = await ask(host, 'broken line');
    const failing = await jobWhen(host, jobId, ({ state }) => state === 'delayed');
    expect(failing.failure).toMatchObject({ class: 'retryable', code: 'interrupted' });
    model.mock.prependFixture({ match: { userMessage: 'broken line' }, response: { content } });
    await host.client.jobs.promote.mutate({ id: jobId });
    expect(await completed(host, jobId)).toMatchObject({ attemptsMade: 1, attemptsStarted: 2 });
    expect(asked).toBe(1);
    expect(await answers(host, conversationId)).toEqual([{ text: content, status: 'complete' }]);
  });
});

describe('a provider that asks everybody to wait', () => {
  test('is left alone for the time it asked for, then tried by one job; no attempt is used up', async () => {
    const together = 5;
    const limited = Promise.withResolvers<void>();
    const probed = Promise.withResolvers<void>();
    let served = 0;
    model.mock.onMessage(/^slow down/u, async () => {
      served += 1;
      if (served <= together) {
        await limited.promise;
        const error = { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' };
        return { error, status: 429, retryAfter: 3 };
      }
      await probed.promise;
      return { content: 'Thank you for waiting.' };
    });
    const states: unknown[] = [];
    const watch = host.client.actors.watch.subscribe(
      { id: 'provider:openai' },
      { onData: ({ value }) => (states.at(-1) === value ? undefined : states.push(value)) },
    );
    const asked = await Promise.all(
      Array.from({ length: together }, (_, index) => ask(host, `slow down ${index}`, { model: 'openai/m' })),
    );
    const mine = () => model.calls.filter(({ prompt }) => prompt.startsWith('slow down'));
    await model.until(() => mine().length === together, 'all requests');
    limited.resolve();

    const waiting = await Promise.all(
      asked.map(({ jobId }) => jobWhen(host, jobId, ({ state, failure }) => state === 'waiting' && failure !== null)),
    );
    for (const job of waiting) {
      expect(job.failure).toMatchObject({ class: 'provider-down', code: 'rate-limited', retryAfterMs: 3_000 });
      expect(job.heldUpBy).toContain('slow down');
    }
    expect(await providerNamed('openai')).toMatchObject({ state: 'coolingDown', active: 0 });

    await model.until(() => mine().length > together, 'the probe');
    expect(await providerNamed('openai')).toMatchObject({ state: 'probing', active: 1 });
    // Jobs of others pass by meanwhile; those of the provider stay where they are.
    await completed(host, (await ask(host, 'hello', { model: 'demo/demo', demo: { tokenMs: 0 } })).jobId);
    expect(mine()).toHaveLength(together + 1);
    probed.resolve();

    const done = await Promise.all(asked.map(({ jobId }) => completed(host, jobId)));
    expect(done.map(({ attemptsMade }) => attemptsMade)).toEqual(Array(together).fill(0));
    expect(done.map(({ attemptsStarted }) => attemptsStarted)).toEqual(Array(together).fill(2));
    expect(mine()).toHaveLength(2 * together);
    const limits = model.journal().filter(({ response }) => response.status === 429);
    expect(limits).toHaveLength(together);
    const probe = model.journal().find(({ timestamp }) => timestamp > (limits.at(-1)?.timestamp ?? Infinity));
    expect((probe?.timestamp ?? 0) - (limits[0]?.timestamp ?? 0)).toBeGreaterThanOrEqual(3_000);
    await expect.poll(() => states).toEqual(['healthy', 'coolingDown', 'probing', 'healthy']);
    watch.unsubscribe();
  });
});

test('a wrong key stops the provider until its settings change; then what waited is answered', async () => {
  await using guarded = await startModel({ apiKeys: ['the-right-key'] });
  guarded.mock.onMessage(/^knock/u, { content: 'Come in.' });
  const settings = { id: 'guarded', kind: 'openai-compatible', baseUrl: `${guarded.url}/v1` } as const;
  await host.client.providers.set.mutate({ ...settings, apiKey: 'a-wrong-key' });

  const first = await ask(host, 'knock 1', { model: 'guarded/m' });
  const refused = await jobWhen(host, first.jobId, ({ state }) => state === 'failed');
  expect(refused.failure).toMatchObject({ class: 'misconfigured', code: 'unauthorized', status: 401 });
  expect(await providerNamed('guarded')).toMatchObject({ state: 'misconfigured', keySource: 'stored' });

  const second = await ask(host, 'knock 2', { model: 'guarded/m' });
  const held = await jobWhen(host, second.jobId, ({ state }) => state === 'waiting');
  expect(held.heldUpBy).toMatch(/key/u);
  await completed(host, (await ask(host, 'hello', { model: 'demo/demo', demo: { tokenMs: 0 } })).jobId);
  expect(guarded.calls).toHaveLength(1);
  expect(await host.client.providers.test.mutate({ id: 'guarded' })).toMatchObject({ ok: false });
  expect(await providerNamed('guarded')).toMatchObject({ state: 'misconfigured' });

  await host.client.providers.set.mutate({ ...settings, apiKey: 'the-right-key' });
  expect(await completed(host, second.jobId)).toMatchObject({ attemptsStarted: 1 });
  expect(await host.client.jobs.get.query({ id: first.jobId })).toMatchObject({ state: 'failed' });
  await host.client.jobs.retry.mutate({ id: first.jobId });
  await completed(host, first.jobId);
  expect(await answers(host, first.conversationId)).toEqual([{ text: 'Come in.', status: 'complete' }]);
  expect(guarded.calls.map(({ prompt }) => prompt)).toEqual(['knock 1', 'knock 2', 'knock 1']);
});

describe('messages of one conversation', () => {
  test('are answered one after the other, the later ones with the earlier answers in their history', async () => {
    const gate = Promise.withResolvers<void>();
    model.mock.onMessage('in order: first', async () => {
      await gate.promise;
      return { content: 'First answer.' };
    });
    model.mock.onMessage('in order: second', { content: 'Second answer.' });
    const first = await ask(host, 'in order: first');
    const { conversationId } = first;
    await model.until(() => model.callsFor('in order: first').length === 1, 'the first request');
    const second = await ask(host, 'in order: second', { conversationId });
    const queued = await host.client.jobs.get.query({ id: second.jobId });
    expect(queued).toMatchObject({ state: 'blocked', openDependencies: 1, heldByFailure: false });
    await completed(host, (await ask(host, 'hello', { model: 'demo/demo', demo: { tokenMs: 0 } })).jobId);
    expect(model.callsFor('in order: second')).toEqual([]);
    gate.resolve();

    await completed(host, second.jobId);
    expect(await transcript(host, conversationId)).toEqual([
      { role: 'user', text: 'in order: first', status: 'complete' },
      { role: 'assistant', text: 'First answer.', status: 'complete' },
      { role: 'user', text: 'in order: second', status: 'complete' },
      { role: 'assistant', text: 'Second answer.', status: 'complete' },
    ]);
    expect(model.callsFor('in order: second').map(({ exchange }) => exchange.body)).toMatchObject([
      {
        messages: [
          { role: 'system' },
          { role: 'user', content: 'in order: first' },
          { role: 'assistant', content: 'First answer.' },
          { role: 'user', content: 'in order: second' },
        ],
      },
    ]);
  });

  test.each(['skip', 'retry'] as const)('one that failed holds the next until the user says: %s', async (choice) => {
    const text = (number: number) => `hold for ${choice} ${number}`;
    let refuses = true;
    const error = { message: 'not this one', type: 'invalid_request_error', code: 'content_policy_violation' };
    model.mock.onMessage(text(1), () => (refuses ? { error, status: 400 } : { content: 'Now it goes.' }));
    model.mock.onMessage(text(2), { content: 'The second.' });
    const conversationId = await converse(host);
    const first = await ask(host, text(1), { conversationId });
    const second = await ask(host, text(2), { conversationId });
    await jobWhen(host, first.jobId, ({ state }) => state === 'failed');
    const held = await jobWhen(host, second.jobId, ({ heldByFailure }) => heldByFailure);
    expect(held.state).toBe('blocked');
    expect(model.callsFor(text(2))).toEqual([]);

    refuses = false;
    await host.client.jobs[choice].mutate({ id: first.jobId });
    await completed(host, second.jobId);
    const told = await answers(host, conversationId);
    expect(told.map((answer) => answer.text)).toEqual(
      choice === 'skip' ? ['The second.'] : ['Now it goes.', 'The second.'],
    );
    expect(model.callsFor(text(1))).toHaveLength(choice === 'skip' ? 1 : 2);
    expect(model.callsFor(text(2))).toHaveLength(1);
  });
});
