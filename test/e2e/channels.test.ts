/** A project with a channel, in a real browser on the real host: who is mentioned answers, at the same time, each once. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AgentSpec } from '../../src/protocol/agents.ts';
import { startAimock } from '../support/aimock.ts';
import { counts, shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startAimock });
let window: Window;

const Body = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

beforeAll(async () => {
  for (const name of ['Anna', 'Ben Baker', 'Cleo']) {
    const agent = AgentSpec.parse({ name, model: 'openai/test-model', systemPrompt: `You are ${name}.` });
    await story.host.client.agents.create.mutate({ requestId: `agent-${name}`, agent });
    const isHim = (messages: readonly { role: string; content?: unknown }[]) =>
      messages.some(({ role, content }) => role === 'system' && content === `You are ${name}.`);
    story.model.mock.on({ predicate: ({ messages }) => isHim(messages) }, { content: `${name} says so.` });
  }
});
afterEach(async () => {
  const complaints = [...window.complaints];
  await window[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

/** Which agents the model was asked as, with the question: what others have said before stands above it. */
function asked(): string[] {
  return story.model.mock.getRequests().flatMap(({ method, body }) => {
    if (method !== 'POST' || body === null) return [];
    const { messages } = Body.parse(body);
    const system = messages.find(({ role }) => role === 'system')?.content ?? '';
    return [`${system} ${messages.at(-1)?.content.split('\n\n').at(-1) ?? ''}`];
  });
}

test('a channel is made, two are mentioned and answer at once, then its lead answers', async () => {
  window = await story.open();
  const { page, button, message, answers } = window;
  await button('New project').click();
  const project = page.getByRole('dialog', { name: 'New project' });
  await project.getByRole('textbox', { name: 'Name' }).fill('Website');
  await project.getByRole('button', { name: 'Create project' }).click();

  const dialog = page.getByRole('dialog', { name: 'New channel in Website' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('launch');
  await dialog.getByRole('checkbox', { name: 'OpenAI' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Demo' }).uncheck();
  await dialog.getByRole('button', { name: 'Make Cleo the lead' }).click();
  await dialog.getByRole('button', { name: 'Make Anna the lead' }).click();
  await window.screenshot('channel-dialog');
  await dialog.getByRole('button', { name: 'Create channel' }).click();
  await page.getByRole('heading', { level: 1, name: '# launch' }).waitFor();
  const nav = page.getByRole('navigation', { name: 'Conversations' });
  await nav.getByRole('region', { name: 'Website' }).getByRole('link', { name: 'launch' }).waitFor();

  // With the keyboard alone: names have spaces, and the list is chosen from with arrows and Enter.
  await message.pressSequentially('@b');
  const box = page.getByLabel('Message', { exact: true });
  const list = page.getByRole('listbox', { name: 'Agents of this channel' });
  await list.getByRole('option', { name: 'Ben Baker', selected: true }).waitFor();
  expect(await box.getAttribute('aria-activedescendant')).toBe(await list.getByRole('option').getAttribute('id'));
  await window.screenshot('channel-mention');
  await box.press('Enter');
  await box.pressSequentially('and @');
  await counts(list.getByRole('option'), 3);
  await box.press('ArrowUp');
  await list.getByRole('option', { name: 'Cleo', selected: true }).waitFor();
  await box.press('Escape');
  await list.waitFor({ state: 'detached' });
  await box.press('Backspace');
  await box.pressSequentially('@cle');
  await list.getByRole('option', { name: 'Cleo' }).click();
  await box.pressSequentially('what do you think?');
  expect(await message.inputValue()).toBe('@Ben Baker and @Cleo what do you think?');
  await message.press('Enter');

  await shows(answers, 'Ben Baker says so.');
  await shows(answers, 'Cleo says so.');
  await window.send('And you?');
  await shows(answers, 'Anna says so.');
  await counts(answers, 3);
  await window.screenshot('channel');
  expect(asked().toSorted()).toEqual([
    'You are Anna. And you?',
    'You are Ben Baker. @Ben Baker and @Cleo what do you think?',
    'You are Cleo. @Ben Baker and @Cleo what do you think?',
  ]);
  const jobs = await story.host.client.jobs.list.query({});
  const both = jobs.filter(({ createdAt }) => createdAt === jobs.at(-1)?.createdAt);
  expect(both, 'enqueued in one turn, neither behind the other').toHaveLength(2);
  expect(both.map(({ state, attemptsStarted }) => [state, attemptsStarted])).toEqual([
    ['completed', 1],
    ['completed', 1],
  ]);
});

test('members and lead can be changed, and a project comes back after it was removed', async () => {
  window = await story.open();
  const { page, button, answers } = window;
  const nav = page.getByRole('navigation', { name: 'Conversations' });
  await nav.getByRole('link', { name: 'launch' }).click();
  await button('Members: 3 agents').click();
  const members = page.getByRole('dialog', { name: 'Members of launch' });
  await members.getByRole('button', { name: 'Make Cleo the lead' }).click();
  await members.getByRole('checkbox', { name: 'Anna' }).uncheck();
  await members.getByRole('button', { name: 'Save members' }).click();
  await button('Members: 2 agents').waitFor();
  story.model.mock.clearRequests();
  await window.send('@Anna is no member: who is it?');
  await counts(answers, 4);
  await expect.poll(asked).toEqual(['You are Cleo. @Anna is no member: who is it?']);

  await button('More for Website').click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('heading', { level: 1, name: 'New conversation' }).waitFor();
  await counts(nav.getByRole('link', { name: 'launch' }), 0);
  const note = page.getByRole('region', { name: 'Notifications' });
  await shows(note, 'Removed the project “Website” with its channels');
  await note.getByRole('button', { name: 'Undo' }).click();
  await nav.getByRole('link', { name: 'launch' }).click();
  await counts(answers, 4);

  await button('More for Website').click();
  await page.getByRole('menuitem', { name: 'Archive' }).click();
  await counts(nav.getByRole('link', { name: 'launch' }), 0);
  await nav.getByRole('button', { name: 'Archived' }).click();
  await nav.getByRole('link', { name: 'launch' }).waitFor();
});
