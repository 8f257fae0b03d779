/** The first minutes: three steps that end in a first answer, in the conversation that it stays in. */
import { expect, test } from 'vitest';
import { startOllama } from '../support/local-servers.ts';
import { shows } from './page-driver.ts';
import { tellStory } from './story.ts';

/** An Ollama that the host finds by itself. */
async function startLocal() {
  const ollama = await startOllama(['nomic-embed-text', 'qwen3:8b']);
  return {
    ollama,
    env: { OLLAMA_HOST: new URL(ollama.url).host },
    [Symbol.asyncDispose]: () => ollama[Symbol.asyncDispose](),
  };
}

const story = tellStory({ model: startLocal, per: 'test' });

test('with a server on this machine: found, tried, asked, answered; never shown again', async () => {
  await using window = await story.open();
  const { page, button, answers, message } = window;
  const welcome = page.getByRole('region', { name: 'Welcome' });
  await shows(welcome, /Who should answer\?.*Ollama\s*Runs on this machine, with 2 models/s);
  await window.screenshot('welcome-1');
  await button(/^Ollama/).click();
  await shows(welcome, 'Choose a model, and try it');
  expect(await welcome.getByLabel('Model').inputValue()).toBe('qwen3:8b');
  await button('Test and go on').click();
  await shows(welcome, 'Ask your first question');
  expect(story.model.ollama.exchanges.map(({ request }) => request.url)).toContain('/v1/chat/completions');
  await button('What can you help me with? Give me five examples.').click();
  expect(await message.inputValue()).toBe('What can you help me with? Give me five examples.');
  await window.screenshot('welcome-3');
  await message.press('Enter');
  await shows(answers, 'OK.');
  const [conversation] = await story.host.client.conversations.list.query();
  const agents = await story.host.client.agents.list.query();
  expect(agents.find(({ id }) => id === conversation?.agentId)).toMatchObject({
    name: 'Ollama',
    model: 'ollama/qwen3:8b',
  });
  expect(await story.host.client.settings.get.query()).toMatchObject({
    welcome: 'done',
    defaultAgentId: conversation?.agentId,
  });

  await page.reload();
  await window.newConversation();
  await button('Draft a plan for moving a web shop to a new server.').waitFor();
  expect(await welcome.count()).toBe(0);
  expect(window.complaints).toEqual([]);
});

test('without a key: the demo says what it is, and answers', async () => {
  await using window = await story.open();
  const { page, button, answers } = window;
  await button(/^The built-in demo/).click();
  const welcome = page.getByRole('region', { name: 'Welcome' });
  await welcome.getByRole('heading', { name: 'The built-in demo' }).waitFor();
  await shows(welcome, 'The demo is no language model');
  await button('Go on').click();
  await window.send('What is this?');
  await shows(answers, 'This is the built-in demo of Nightshift');
  expect(await story.host.client.agents.list.query()).toHaveLength(1);
});

test('a model that does not answer is told of whole, and the way on stays open', async () => {
  await using window = await story.open();
  const { page, button } = window;
  await button(/^Ollama/).click();
  await button('Test and go on').waitFor();
  await story.model.ollama[Symbol.asyncDispose]();
  await button('Test and go on').click();
  await shows(page.getByRole('alert'), /cannot be reached.*Causes.*ECONNREFUSED/s);
  await button('Test again').waitFor();
  await button('Back').click();
  await button(/^The built-in demo/).waitFor();
  expect(await story.host.client.agents.list.query()).toHaveLength(1);
});

test('it can be skipped, stays away in other browsers, and be started again from the settings', async () => {
  await using window = await story.open();
  const { page, button } = window;
  await button('Skip').click();
  await button('Draft a plan for moving a web shop to a new server.').waitFor();
  await expect.poll(async () => (await story.host.client.settings.get.query()).welcome).toBe('done');

  await using other = await story.open();
  await other.button('Draft a plan for moving a web shop to a new server.').waitFor();
  expect(await other.page.getByRole('region', { name: 'Welcome' }).count()).toBe(0);

  await page.goto(`${story.host.url}/#/settings/providers`);
  await button('Start the welcome').click();
  await shows(page.getByRole('region', { name: 'Welcome' }), 'Who should answer?');
});

test('whoever writes a message at once is done with it', async () => {
  await using window = await story.open();
  await window.page.getByRole('region', { name: 'Welcome' }).waitFor();
  await window.send('No time for steps');
  await shows(window.answers, 'This is the built-in demo of Nightshift');
  await expect.poll(async () => (await story.host.client.settings.get.query()).welcome).toBe('done');
});
