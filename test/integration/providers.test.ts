/** Providers over the API of a real host: tried before they are kept, watched, found on this machine, their models set. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProviderView } from '../../src/protocol/provider-api.ts';
import { ask, completed, jobWhen } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startOllama } from '../support/local-servers.ts';
import {
  beginStream,
  deadUrl,
  openaiEvents,
  startModelServer,
  type Exchange,
  type ModelServer,
} from '../support/model-server.ts';

const key = 'sk-right-0123456789';
let listed: readonly unknown[];

function answer({ request, response }: Exchange): void {
  if (request.headers.authorization !== `Bearer ${key}`) {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }));
  } else if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: listed }));
  } else {
    beginStream(response);
    response.end(openaiEvents.text('OK.') + openaiEvents.finish() + openaiEvents.done());
  }
}

let server: ModelServer;
let dataDir: string;
let host: TestHost;
beforeEach(async () => {
  listed = [{ id: 'small', context_length: 32_000 }, { id: 'large' }];
  server = await startModelServer(answer);
  dataDir = mkdtempSync(join(tmpdir(), 'nightshift-providers-'));
  host = await startHost({ dataDir });
});
afterEach(async () => {
  await host.close();
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

const draft = () => ({ id: 'mine', kind: 'openai-compatible', baseUrl: `${server.url}/v1` }) as const;
const find = async (id: string) => (await host.client.providers.list.query()).find((provider) => provider.id === id);

/** All that one window is told from now on. */
function watch(): { told: ProviderView[][]; until: (match: (all: ProviderView[]) => boolean) => Promise<void> } {
  const told: ProviderView[][] = [];
  const waiting = new Set<() => void>();
  host.client.providers.watch.subscribe(undefined, {
    onData(all) {
      told.push(all);
      for (const look of waiting) look();
    },
  });
  return {
    told,
    until: (match) =>
      new Promise((resolve) => {
        const look = () => {
          if (!told.some(match)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

describe('a provider that is tried out', () => {
  test('says what it offers and answers a question; nothing of it is kept', async () => {
    const trial = await host.client.providers.tryOut.mutate({ ...draft(), apiKey: key, model: 'small' });
    expect(trial).toMatchObject({
      ok: true,
      failure: null,
      models: [{ id: 'small', contextTokens: 32_000 }, { id: 'large' }],
      answer: { text: 'OK.', tookMs: expect.any(Number) },
    });
    expect(await find('mine')).toBeUndefined();
    expect(readFileSync(join(dataDir, 'nightshift.db'), 'latin1')).not.toContain(key);
  });

  test('and refuses the key is told of whole: class, status, its words', async () => {
    const { ok, failure } = await host.client.providers.tryOut.mutate({ ...draft(), apiKey: 'wrong' });
    expect(ok).toBe(false);
    expect(failure).toMatchObject({
      class: 'misconfigured',
      code: 'unauthorized',
      status: 401,
      providerMessage: 'Incorrect API key provided',
    });
  });

  test('and is not there is told of with the chain of causes', async () => {
    const { failure } = await host.client.providers.tryOut.mutate({ ...draft(), baseUrl: `${await deadUrl()}/v1` });
    expect(failure).toMatchObject({ class: 'provider-down', code: 'connection' });
    expect(failure?.causes?.join('\n')).toContain('ECONNREFUSED');
    // There is no job that could wait, go on or be retried.
    expect(failure?.message).not.toMatch(/\bjobs?\b/u);
  });

  test('is asked although it has no list of models', async () => {
    await using bare = await startModelServer((exchange) => {
      if (exchange.request.method === 'GET') exchange.response.writeHead(404).end('{}');
      else answer(exchange);
    });
    const trial = await host.client.providers.tryOut.mutate({
      ...draft(),
      baseUrl: `${bare.url}/v1`,
      apiKey: key,
      model: 'any',
    });
    expect(trial).toMatchObject({ ok: true, models: [], answer: { text: 'OK.' } });
  });

  test('uses the key that is kept when it is given none', async () => {
    await host.client.providers.set.mutate({ ...draft(), apiKey: key });
    expect(await host.client.providers.tryOut.mutate(draft())).toMatchObject({ ok: true });
    expect(await host.client.providers.tryOut.mutate({ ...draft(), apiKey: '' })).toMatchObject({ ok: false });
  });
});

test('every window is told when a provider comes, gets into trouble, is well again, and goes', async () => {
  const window = watch();
  const state = (wanted: string | undefined) => (all: ProviderView[]) =>
    all.find(({ id }) => id === 'mine')?.state === wanted;
  await window.until(state(undefined));
  await host.client.providers.set.mutate({ ...draft(), apiKey: 'wrong' });
  await window.until(state('healthy'));
  const { jobId } = await ask(host, 'hello', { model: 'mine/small' });
  await jobWhen(host, jobId, (job) => job.state === 'failed');
  await window.until(state('misconfigured'));
  await host.client.providers.set.mutate({ ...draft(), apiKey: key });
  await window.until((all) => window.told.length > 3 && state('healthy')(all));
  await host.client.providers.remove.mutate({ id: 'mine' });
  await window.until((all) => window.told.length > 4 && state(undefined)(all));
});

test('what the user sets for models outlives a new list and a restart, and can be taken back', async () => {
  const { client } = host;
  await client.providers.set.mutate({ ...draft(), apiKey: key });
  await client.providers.test.mutate({ id: 'mine' });
  await client.providers.editModel.mutate({
    provider: 'mine',
    model: { id: 'small', contextTokens: 16_000, inputPrice: 1_500_000 },
  });
  await client.providers.editModel.mutate({ provider: 'mine', model: { id: 'own', images: true } });
  listed = [{ id: 'small', context_length: 64_000 }, { id: 'new' }];
  await client.providers.test.mutate({ id: 'mine' });
  const models = [
    { id: 'small', contextTokens: 16_000, inputPrice: 1_500_000 },
    { id: 'new' },
    { id: 'own', images: true },
  ];
  expect((await find('mine'))?.models).toEqual(models);

  await host.close();
  host = await startHost({ dataDir });
  expect((await find('mine'))?.models).toEqual(models);
  const after = await host.client.providers.forgetModel.mutate({ provider: 'mine', model: 'small' });
  expect(after[0]).toMatchObject({ id: 'small', contextTokens: 64_000, sources: { contextTokens: 'provider' } });
  expect(after[0]).not.toHaveProperty('inputPrice');
});

test('Ollama is found at the address that the environment names, and becomes a provider that answers', async () => {
  await using ollama = await startOllama(['qwen3:8b']);
  await host.close();
  host = await startHost({ dataDir, env: { OLLAMA_HOST: new URL(ollama.url).host } });
  const [found, ...more] = await host.client.providers.findLocal.mutate();
  expect(more).toEqual([]);
  expect(found).toEqual({
    software: 'ollama',
    baseUrl: `${ollama.url}/v1`,
    models: [{ id: 'qwen3:8b' }],
    provider: null,
  });
  await host.client.providers.set.mutate({ id: 'ollama', kind: 'openai-compatible', baseUrl: `${ollama.url}/v1` });
  expect(await host.client.providers.findLocal.mutate()).toMatchObject([{ provider: 'ollama' }]);
  const { jobId } = await ask(host, 'hello', { model: 'ollama/qwen3:8b' });
  expect(await completed(host, jobId)).toMatchObject({ state: 'completed' });
});

test('who uses a provider is said before it goes: agents, fallbacks, open jobs', async () => {
  const { client } = host;
  await client.providers.set.mutate({ ...draft(), baseUrl: `${await deadUrl()}/v1` });
  const make = (name: string, model: string, fallbacks: string[] = []) =>
    client.agents.create.mutate({ requestId: `agent-${name}-0001`, agent: { name, model, fallbacks } });
  await make('first', 'mine/small');
  await make('second', 'demo/demo', ['mine/large']);
  await make('third', 'demo/demo');
  const { jobId } = await ask(host, 'nobody hears this', { model: 'mine/small' });
  await jobWhen(host, jobId, (job) => job.failure !== null);
  const uses = await client.providers.uses.query({ id: 'mine' });
  expect(uses.agents.map(({ name, fallback }) => ({ name, fallback }))).toEqual([
    { name: 'first', fallback: false },
    { name: 'second', fallback: true },
  ]);
  expect(uses.openJobs).toBe(1);
});

test('a key that comes in the environment brings no second agent where somebody has made one for its provider', async () => {
  const { id } = await host.client.agents.create.mutate({
    requestId: 'agent-of-my-own',
    agent: { name: 'My own', model: 'openai/gpt-6-luna' },
  });
  await host.close();
  host = await startHost({ dataDir, env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${server.url}/v1` } });
  const agents = await host.client.agents.list.query();
  expect(agents.filter(({ model }) => model.startsWith('openai/')).map((agent) => agent.id)).toEqual([id]);
});
