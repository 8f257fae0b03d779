/** A message is answered: through both SDKs and a named endpoint, with what belongs to the request, and nothing of the key. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitModel } from '../../src/protocol/ids.ts';
import { answers, ask, completed, converse, rowsOf, transcript, workerPids } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, modelKeys, startModel } from '../support/model.ts';

let model: Model;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model[Symbol.asyncDispose]());

const subjects = [
  { provider: 'openai', path: '/v1/chat/completions' },
  { provider: 'anthropic', path: '/v1/messages' },
] as const;

describe.each(subjects)('with a key for $provider alone', ({ provider, path }) => {
  let host: TestHost;
  beforeAll(async () => {
    const own = `${provider.toUpperCase()}_`;
    const env = Object.fromEntries(Object.entries(model.env).filter(([name]) => name.startsWith(own)));
    host = await startHost({ env });
  });
  afterAll(() => host.close());

  test('the default agent is a real model, beside the demo', async () => {
    const agents = await host.client.agents.list.query();
    expect(agents.map((agent) => splitModel(agent.model).provider)).toEqual([provider, 'demo']);
    const { defaultAgentId } = await host.client.settings.get.query();
    const agent = agents.find(({ id }) => id === defaultAgentId);
    expect(agent?.model).toMatch(new RegExp(`^${provider}/`, 'u'));
    const conversation = await host.client.conversations.get.query({ id: await converse(host) });
    expect(conversation.agentId).toBe(defaultAgentId);
  });

  test('a message is answered with history, system prompt and key in the request, and its usage is recorded', async () => {
    const usage = { prompt_tokens: 21, completion_tokens: 8, input_tokens: 21, output_tokens: 8 };
    model.mock.onMessage(`${provider}: what is the capital of France?`, { content: 'Paris.', usage });
    model.mock.onMessage(`${provider}: and of Italy?`, { content: 'Rome.' });
    const [agent] = (await host.client.agents.list.query()).filter(({ model: ref }) => ref.startsWith(provider));
    if (agent === undefined) throw new Error('no agent');
    await host.client.agents.update.mutate({ id: agent.id, agent: { systemPrompt: 'You name capitals.' } });

    const first = await ask(host, `${provider}: what is the capital of France?`);
    const job = await completed(host, first.jobId);
    expect(job).toMatchObject({ provider, attemptsStarted: 1, attemptsMade: 0, failure: null });
    expect(job.result).toMatchObject({
      finishReason: 'stop',
      omittedMessages: 0,
      usage: { inputTokens: 21, outputTokens: 8, estimated: false },
    });
    expect(
      rowsOf(host.dataDir, 'SELECT provider, attempt, input_tokens, output_tokens FROM usage WHERE job_id = ?', job.id),
    ).toEqual([{ provider, attempt: 1, input_tokens: 21, output_tokens: 8 }]);

    const { conversationId } = first;
    const second = await ask(host, `${provider}: and of Italy?`, { conversationId });
    await completed(host, second.jobId);
    expect(await transcript(host, conversationId)).toEqual([
      { role: 'user', text: `${provider}: what is the capital of France?`, status: 'complete' },
      { role: 'assistant', text: 'Paris.', status: 'complete' },
      { role: 'user', text: `${provider}: and of Italy?`, status: 'complete' },
      { role: 'assistant', text: 'Rome.', status: 'complete' },
    ]);

    const requests = model.journal().filter((entry) => entry.path === path);
    // aimock keeps requests in OpenAI's form, whatever they came in.
    expect(requests.map(({ body }) => body)).toMatchObject([
      {
        model: agent.model.slice(provider.length + 1),
        messages: [
          { role: 'system', content: 'You name capitals.' },
          { role: 'user', content: `${provider}: what is the capital of France?` },
        ],
      },
      {
        messages: [
          { role: 'system', content: 'You name capitals.' },
          { role: 'user', content: `${provider}: what is the capital of France?` },
          { role: 'assistant', content: 'Paris.' },
          { role: 'user', content: `${provider}: and of Italy?` },
        ],
      },
    ]);
    for (const { exchange } of model.calls.filter(({ prompt }) => prompt.startsWith(`${provider}:`))) {
      expect(exchange.request.headers.authorization).toBe(`Bearer ${modelKeys[provider]}`);
    }
    // Anthropic's SDK says so of a model that is about to go; ours must not start with one.
    expect(host.stderr()).not.toContain('deprecated');
  });

  test('the provider is tested with a real call', async () => {
    expect(await host.client.providers.test.mutate({ id: provider })).toMatchObject({
      ok: true,
      models: expect.arrayContaining([expect.any(String)]) as unknown,
    });
  });
});

test('without any key the demo answers, and no request leaves', async () => {
  const before = model.calls.length;
  await using host = await startHost();
  const { conversationId, jobId } = await ask(host, 'Who are you?', { demo: { tokenMs: 0 } });
  expect(await completed(host, jobId)).toMatchObject({ provider: 'demo' });
  const [answer] = await answers(host, conversationId);
  expect(answer?.text).toMatch(/demo/iu);
  expect(await host.client.providers.test.mutate({ id: 'openai' })).toMatchObject({ ok: false });
  expect(model.calls).toHaveLength(before);
});

describe('a named endpoint of its own', () => {
  const key = 'nk-5b1f-never-to-be-seen';
  const secretHeader = 'team-9c4e-never-to-be-seen';

  test('is asked with its key and headers, which are kept in the private file and nowhere else', async () => {
    model.mock.onMessage('are you local?', { content: 'As local as it gets.' });
    await using host = await startHost({ args: ['--verbose'] });
    const { client } = host;
    const shown: unknown[] = [];
    shown.push(
      await client.providers.set.mutate({
        id: 'my-vllm',
        kind: 'openai-compatible',
        name: 'My vLLM',
        baseUrl: `${model.url}/v1`,
        apiKey: key,
        headers: { 'X-Team': secretHeader },
      }),
    );
    const agent = await client.agents.create.mutate({
      requestId: 'agent-0001',
      agent: { name: 'Local', model: 'my-vllm/org/model-7b' },
    });
    const asked = await ask(host, 'are you local?', { conversationId: await converse(host, agent.id) });
    await completed(host, asked.jobId);
    expect(await answers(host, asked.conversationId)).toEqual([{ text: 'As local as it gets.', status: 'complete' }]);

    const [call] = model.callsFor('are you local?');
    expect(call?.exchange.request.url).toBe('/v1/chat/completions');
    expect(call?.exchange.request.headers).toMatchObject({ authorization: `Bearer ${key}`, 'x-team': secretHeader });
    expect(call?.exchange.body).toMatchObject({ model: 'org/model-7b' });

    // A server that repeats the key in its refusal.
    const words = { message: `wrong key ${key} of ${secretHeader}`, type: 'invalid_request_error' };
    model.mock.onMessage('do you repeat keys?', { error: words, status: 401 });
    const refused = await ask(host, 'do you repeat keys?', { conversationId: asked.conversationId });
    await expect(completed(host, refused.jobId)).rejects.toThrow('unauthorized');

    shown.push(
      await client.providers.list.query(),
      await client.providers.test.mutate({ id: 'my-vllm' }),
      await client.settings.get.query(),
      await client.agents.list.query(),
      await client.conversations.list.query(),
      await client.messages.list.query({ conversationId: asked.conversationId }),
      await client.jobs.list.query({}),
      await client.jobs.events.query({ id: refused.jobId }),
      await client.pool.get.query(),
      ...(await Promise.all((await client.actors.list.query()).map((id) => actorOf(host, id)))),
    );
    const pids = [host.pid, ...(await workerPids(host))];
    const seen = {
      api: JSON.stringify(shown),
      argv: pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1')).join('\n'),
      environment: pids.map((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1')).join('\n'),
    };
    expect(pids.length).toBeGreaterThan(1);
    expect(seen.api).toContain('my-vllm');
    expect(await host.stop()).toEqual({ code: 0, signal: null });

    const everywhere = { ...seen, stdout: host.stdout(), stderr: host.stderr(), ...filesOf(host.dataDir) };
    const holders = (secret: string) => Object.entries(everywhere).filter(([, text]) => text.includes(secret));
    expect(holders(key).map(([place]) => place)).toEqual(['secrets.json']);
    expect(holders(secretHeader).map(([place]) => place)).toEqual(['secrets.json']);
    expect(statSync(join(host.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  test('is still there after a restart', async () => {
    model.mock.onMessage('still there?', { content: 'Still here.' });
    await using first = await startHost();
    await first.client.providers.set.mutate({
      id: 'my-vllm',
      kind: 'openai-compatible',
      baseUrl: `${model.url}/v1`,
      apiKey: key,
    });
    await first.stop();
    await using second = await startHost({ dataDir: first.dataDir });
    const asked = await ask(second, 'still there?', { model: 'my-vllm/m' });
    await completed(second, asked.jobId);
    const [call] = model.callsFor('still there?');
    expect(call?.exchange.request.headers.authorization).toBe(`Bearer ${key}`);
  });
});

/** The keys in the environment of a host reach neither its workers' environment nor the data folder. */
test('keys from the environment stay in the host', async () => {
  model.mock.onMessage('from the environment?', { content: 'Yes.' });
  await using host = await startHost({ env: model.env });
  await completed(host, (await ask(host, 'from the environment?')).jobId);
  const workers = await workerPids(host);
  expect(workers).not.toEqual([]);
  const seen = workers.map((pid) => readFileSync(`/proc/${pid}/environ`, 'latin1')).join('\n');
  await host.stop();
  const text = [seen, host.stderr(), ...Object.values(filesOf(host.dataDir))].join('\n');
  for (const secret of Object.values(modelKeys)) expect(text).not.toContain(secret);
});

function actorOf(host: TestHost, id: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const subscription = host.client.actors.watch.subscribe(
    { id },
    {
      onData(view) {
        resolve(view);
        queueMicrotask(() => subscription.unsubscribe());
      },
      onError: reject,
    },
  );
  return promise;
}

function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}
