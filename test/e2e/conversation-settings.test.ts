/** What a conversation has of its own: shown beside what its agent has, used for its answers, and for no other's. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AgentSpec } from '../../src/protocol/agents.ts';
import { startAimock } from '../support/aimock.ts';
import { ask, completed } from '../support/chat.ts';
import { counts } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startAimock });
beforeAll(() => {
  story.model.mock.on({ predicate: () => true }, { content: 'An answer.' });
});

const Body = z.object({
  model: z.string(),
  temperature: z.number().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
});

/** What the model was asked last. */
function lastAsked() {
  const { model, temperature, messages } = Body.parse(story.model.mock.getLastRequest()?.body);
  return { model, temperature, system: messages.find(({ role }) => role === 'system')?.content };
}

test('each conversation keeps its own', async () => {
  const agent = AgentSpec.parse({
    name: 'Writer',
    model: 'openai/small',
    systemPrompt: 'Write well.',
    params: { temperature: 0.5 },
  });
  const { id: agentId } = await story.host.client.agents.create.mutate({ requestId: randomUUID(), agent });
  const create = async (title: string) =>
    (await story.host.client.conversations.create.mutate({ requestId: randomUUID(), title, agentId })).id;
  const [own, other] = [await create('Of its own'), await create('As the agent')];

  await using window = await story.open();
  const { page, choose, send, answers, button } = window;
  await choose('Of its own');
  await button(/^Settings: Writer/).click();
  const dialog = page.getByRole('dialog', { name: 'Settings of this conversation' });
  const group = (name: string) => dialog.getByRole('group', { name });
  await group('Model').getByText('From Writer: openai/small').waitFor();
  await group('Temperature').getByText('From Writer: 0.5').waitFor();
  await group('System prompt').getByText('From Writer: Write well.').waitFor();
  await window.screenshot('conversation-settings');

  await dialog.getByRole('button', { name: 'Model: change here' }).click();
  await group('Model')
    .getByRole('button', { name: /openai\/small/ })
    .click();
  await page.getByPlaceholder(/model/i).fill('openai/large');
  await page.getByRole('option', { name: /openai\/large/ }).click();
  await dialog.getByRole('button', { name: 'Temperature: change here' }).click();
  await group('Temperature').getByRole('textbox').fill('1.5');
  await dialog.getByRole('button', { name: 'System prompt: change here' }).click();
  await group('System prompt').getByRole('textbox').fill('Write badly.');
  await dialog.getByRole('button', { name: 'Lane: change here' }).click();
  await group('Lane').getByRole('combobox').selectOption('Low');
  await window.screenshot('conversation-settings-own');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await button(/openai\/large/).waitFor();

  await send('a question');
  await counts(answers, 1);
  await expect.poll(lastAsked).toEqual({ model: 'large', temperature: 1.5, system: 'Write badly.' });
  const [job] = await story.host.client.jobs.list.query({ conversationId: own });
  expect(job).toMatchObject({ lane: 'low', model: 'openai/large' });

  const { jobId } = await ask(story.host, 'a question', { conversationId: other });
  await completed(story.host, jobId);
  expect(lastAsked()).toEqual({ model: 'small', temperature: 0.5, system: 'Write well.' });

  // What is left as the agent has it follows the agent; what is its own stays.
  await story.host.client.agents.update.mutate({ id: agentId, agent: { systemPrompt: 'Write better.' } });
  await button(/^Settings: Writer/).click();
  await dialog.getByRole('button', { name: 'System prompt: as the agent has it' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await send('another question');
  await counts(answers, 2);
  await expect.poll(lastAsked).toEqual({ model: 'large', temperature: 1.5, system: 'Write better.' });
  expect(await story.host.client.conversations.settings.query({ id: other })).toMatchObject({
    model: null,
    params: null,
  });

  // Escape closes the dialog and changes nothing.
  await button(/^Settings: Writer/).click();
  await dialog.getByRole('button', { name: 'Temperature: as the agent has it' }).click();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  expect(await story.host.client.conversations.settings.query({ id: own })).toMatchObject({
    params: { temperature: 1.5 },
  });
  expect(window.complaints).toEqual([]);
});
