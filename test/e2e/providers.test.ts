/** Providers in the settings: a key is tested and kept in one step, servers on this machine are found, models are set. */
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask, jobWhen } from '../support/chat.ts';
import { startOllama } from '../support/local-servers.ts';
import { beginStream, openaiEvents, startModelServer, type Exchange } from '../support/model-server.ts';
import { shows, windowOf } from './page-driver.ts';
import { tellStory } from './story.ts';

const key = 'sk-right-0123456789';

function answer({ request, response }: Exchange): void {
  if (request.headers.authorization !== `Bearer ${key}`) {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'Incorrect API key provided: nobody knows it' } }));
  } else if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: [{ id: 'small', context_length: 32_000 }, { id: 'text-embedding' }] }));
  } else {
    beginStream(response);
    response.end(openaiEvents.text('An answer.') + openaiEvents.finish() + openaiEvents.done());
  }
}

/** An endpoint that knows one key, and an Ollama that the host finds by itself. */
async function startServers() {
  const server = await startModelServer(answer);
  const ollama = await startOllama(['qwen3:8b']);
  return {
    server,
    ollama,
    env: { OLLAMA_HOST: new URL(ollama.url).host },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await ollama[Symbol.asyncDispose]();
    },
  };
}

const story = tellStory({ model: startServers, per: 'test' });

const settings = () => `${story.host.url}/#/settings/providers`;
const card = (page: Page, name: string): Locator => page.getByRole('listitem', { name });
const listed = async () => (await story.host.client.providers.list.query()).map(({ id }) => id);

test('a key that does not work is told of whole and not kept; one that works is, and brings an agent', async () => {
  await using window = await story.open();
  const { page, button } = window;
  await page.goto(settings());
  await button('Add a provider').click();
  await button('Another address').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('My Gateway');
  await dialog.getByLabel('Base URL').fill(`${story.model.server.url}/v1`);
  await dialog.getByLabel(/^API key/).fill('sk-wrong');
  await button('Test and save').click();
  const failure = dialog.getByRole('alert');
  await shows(failure, /did not accept the key/);
  await shows(failure, /HTTP status\s*401/);
  await shows(failure, 'Incorrect API key provided: nobody knows it');
  expect(await listed()).not.toContain('my-gateway');
  await window.screenshot('providers-refused');

  await dialog.getByLabel(/^API key/).fill(key);
  await button('Test and save').click();
  await dialog.waitFor({ state: 'hidden' });
  await shows(card(page, 'My Gateway'), /Ready.*Key kept.*2 models/s);
  // A model to talk to is suggested, not one for something else.
  expect(await page.getByLabel('Model', { exact: true }).inputValue()).toBe('small');
  await button('Create agent').click();
  await shows(card(page, 'My Gateway'), 'used by 1 agent');
  expect(await story.host.client.agents.list.query()).toMatchObject([
    {},
    { name: 'My Gateway', model: 'my-gateway/small' },
  ]);
  // The key is nowhere in the page, nor in what it was told.
  expect(await page.content()).not.toContain(key);
  expect(JSON.stringify(await story.host.client.providers.list.query())).not.toContain(key);
  expect(window.complaints).toEqual([]);
});

test('"Save anyway" keeps what does not work (yet)', async () => {
  await using window = await story.open();
  const { page, button } = window;
  await page.goto(settings());
  await button('Add a provider').click();
  await button('Another address').click();
  await page.getByLabel('Name', { exact: true }).fill('Later');
  await page.getByLabel('Base URL').fill(`${story.model.server.url}/v1`);
  await button('Test and save').click();
  await button('Save anyway').click();
  await card(page, 'Later').waitFor();
  expect(await listed()).toContain('later');
});

test('trouble, and its end, show in every window at once', async () => {
  await story.host.client.providers.set.mutate({
    id: 'mine',
    kind: 'openai-compatible',
    name: 'Mine',
    baseUrl: `${story.model.server.url}/v1`,
    apiKey: 'sk-wrong',
  });
  await using first = await story.open();
  const second = await windowOf(first.context, story.host.link);
  for (const { page } of [first, second]) {
    await page.goto(settings());
    await shows(card(page, 'Mine'), 'Ready');
  }
  const { jobId } = await ask(story.host, 'hello', { model: 'mine/small' });
  await jobWhen(story.host, jobId, ({ state }) => state === 'failed');
  for (const { page } of [first, second]) {
    await shows(card(page, 'Mine'), /Needs your attention.*did not accept the key/s);
  }
  await card(first.page, 'Mine').getByRole('button', { name: 'Edit' }).click();
  await first.button('Replace it').click();
  await first.page.getByLabel(/^API key/).fill(key);
  await first.button('Test and save').click();
  await shows(card(second.page, 'Mine'), /Ready.*2 models/s);

  await card(first.page, 'Mine').getByRole('button', { name: 'Pause' }).click();
  await shows(card(second.page, 'Mine'), 'Paused by you');
  await card(second.page, 'Mine').getByRole('button', { name: 'Resume' }).click();
  await shows(card(first.page, 'Mine'), 'Ready');
});

test('Ollama on this machine is offered, added with one click, and its models can be given sizes and prices', async () => {
  await using window = await story.open();
  const { page, button } = window;
  await page.goto(settings());
  await shows(page.getByRole('region', { name: 'On this machine' }), /Ollama.*1 model/s);
  await button('Add').click();
  await shows(card(page, 'Ollama'), /Ready.*1 model/s);
  await card(page, 'Ollama').getByRole('button', { name: 'Models' }).click();
  await button('Edit qwen3:8b').click();
  await page.getByLabel('Context size in tokens').fill('40960');
  await page.getByLabel('Input, $ a million', { exact: true }).fill('0');
  await page.getByLabel('Output, $ a million', { exact: true }).fill('0.5');
  await button('Save').click();
  await shows(page.getByRole('dialog'), /qwen3:8b\s*41K tokens of context\s*\$0\.00 in, \$0\.50 out for a million/);
  await page.keyboard.press('Escape');

  await card(page, 'Ollama').getByRole('button', { name: 'Test' }).click();
  await shows(card(page, 'Ollama'), 'It works.');
  const ollamaView = (await story.host.client.providers.list.query()).find(({ id }) => id === 'ollama');
  expect(ollamaView?.models).toEqual([{ id: 'qwen3:8b', contextTokens: 40_960, inputPrice: 0, outputPrice: 500_000 }]);
});

test('a provider that is to be removed says who would be without it', async () => {
  const { client } = story.host;
  await client.providers.set.mutate({
    id: 'mine',
    kind: 'openai-compatible',
    name: 'Mine',
    baseUrl: `${story.model.server.url}/v1`,
  });
  await client.agents.create.mutate({
    requestId: 'agent-of-mine',
    agent: { name: 'Writer', model: 'demo/demo', fallbacks: ['mine/small'] },
  });
  await using window = await story.open();
  const { page } = window;
  await page.goto(settings());
  await card(page, 'Mine').getByRole('button', { name: 'Remove' }).click();
  await shows(page.getByRole('dialog'), /This agent would have no provider to ask:\s*Writer \(only as a fallback\)/);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await card(page, 'Mine').waitFor({ state: 'hidden' });
  expect(await listed()).not.toContain('mine');
});
