/** Agents in the page: made, changed, tried out, limited, copied, carried to files and back, removed; in every window. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { converse } from '../support/chat.ts';
import { shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory();

async function openAgents(): Promise<Window> {
  const window = await story.open();
  await window.page.evaluate(() => {
    location.hash = '#/agents';
  });
  await window.page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
  return window;
}

const named = async (name: string) =>
  (await story.host.client.agents.list.query()).find((agent) => agent.name === name);

it('is made with a name, instructions, a model and fallbacks, and appears in every window', async () => {
  await using window = await openAgents();
  await using other = await openAgents();
  const { page } = window;
  await window.button('New agent').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Scribe');
  await page.getByRole('radio', { name: 'Teal' }).click();
  await page.getByRole('textbox', { name: 'Instructions' }).fill('Write it down.');
  await window.button('Add a model').click();
  await page.getByRole('combobox', { name: 'Models' }).fill('openai/gpt-x');
  await page.getByRole('option', { name: 'openai/gpt-x' }).click();
  await page.getByRole('radio', { name: 'Low: in the background' }).click();
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0,5');
  await window.button('Save').click();
  await other.page
    .getByRole('navigation', { name: 'Agents' })
    .getByRole('link', { name: /Scribe/u })
    .waitFor();
  expect(await named('Scribe')).toMatchObject({
    color: 'teal',
    systemPrompt: 'Write it down.',
    model: 'demo/demo',
    fallbacks: ['openai/gpt-x'],
    lane: 'low',
    params: { temperature: 0.5 },
  });
  await page.getByRole('heading', { level: 2, name: 'Scribe' }).waitFor();
  expect(window.complaints).toEqual([]);
});

it('changes wait unsaved while one looks elsewhere, are saved by a shortcut, and follow what another window saves', async () => {
  const { id } = await story.host.client.agents.create.mutate({
    requestId: 'agents-test-1',
    agent: { name: 'Changing', model: 'demo/demo' },
  });
  await using window = await openAgents();
  const { page } = window;
  const list = page.getByRole('navigation', { name: 'Agents' });
  await list.getByRole('link', { name: /Changing/u }).click();
  await page.getByRole('textbox', { name: 'Instructions' }).fill('New instructions');
  await list.getByRole('link', { name: /Demo/u }).click();
  await list.getByRole('link', { name: /Changing.*not saved/su }).click();
  expect(await page.getByRole('textbox', { name: 'Instructions' }).inputValue()).toBe('New instructions');
  await story.host.client.agents.update.mutate({ id, agent: { name: 'Changed elsewhere' } });
  await page.getByRole('heading', { level: 2, name: 'Changed elsewhere' }).waitFor();
  await page.keyboard.press('Control+s');
  await expect.poll(() => list.getByText('not saved').count()).toBe(0);
  expect(await story.host.client.agents.get.query({ id })).toMatchObject({
    name: 'Changed elsewhere',
    systemPrompt: 'New instructions',
  });
  await page.getByRole('textbox', { name: 'Longest answer' }).fill('many');
  await shows(page.getByRole('alert'), 'A whole number from 1 to 1000000.');
  await page.getByRole('textbox', { name: 'Instructions' }).fill('Not kept');
  await window.button('Discard').click();
  expect(await page.getByRole('textbox', { name: 'Instructions' }).inputValue()).toBe('New instructions');
  expect(await page.getByRole('textbox', { name: 'Longest answer' }).inputValue()).toBe('');
});

it('is asked before it is saved, in no conversation; what was tried can be removed', async () => {
  await using window = await openAgents();
  const { page } = window;
  const before = (await story.host.client.conversations.list.query()).length;
  await window.button('New agent').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Tried');
  await page.getByRole('radio', { name: 'Try it out' }).click();
  const field = page.getByRole('textbox', { name: 'Ask it something' });
  await field.fill('What is this?');
  await field.press('Enter');
  const trial = page.getByRole('article', { name: 'Trial' });
  await shows(trial, 'This is the built-in demo of Nightshift');
  await shows(trial, /tokens in, \d+ out/u);
  const [job] = await story.host.client.jobs.list.query({ limit: 1 });
  expect(job).toMatchObject({ name: 'try-out', state: 'completed', conversationId: null });
  expect((await story.host.client.conversations.list.query()).length).toBe(before);
  await window.button('Remove what was tried').click();
  await expect.poll(() => trial.count()).toBe(0);
  await expect
    .poll(async () => (await story.host.client.jobs.list.query({ limit: 50 })).filter(({ name }) => name === 'try-out'))
    .toEqual([]);
  await window.button('Discard').click();
});

it('at its limit for the day its messages wait and the page says until when; raised, they go on by themselves', async () => {
  const { id } = await story.host.client.agents.create.mutate({
    requestId: 'agents-test-2',
    agent: { name: 'Frugal', model: 'demo/demo', tokensPerDay: 1 },
  });
  const conversationId = await converse(story.host, id);
  const send = (text: string) =>
    story.host.client.conversations.send.mutate({
      requestId: `limit-${text}`,
      conversationId,
      text,
      demo: { tokens: 3 },
    });
  await send('first');
  await expect.poll(async () => (await story.host.client.agents.get.query({ id })).today.reached).toBe('tokens');
  await send('second');
  await using window = await openAgents();
  const { page } = window;
  const list = page.getByRole('navigation', { name: 'Agents' });
  await list.getByRole('link', { name: /Frugal.*limit reached/su }).click();
  await shows(page.getByRole('status'), 'The limit of tokens for today is reached. Raise it, or wait until');
  const [waiting] = await story.host.client.jobs.list.query({ conversationId, state: 'waiting' });
  expect(waiting).toMatchObject({ agentLimit: { agentId: id, kind: 'tokens', limit: 1 } });
  await page.getByRole('textbox', { name: 'Tokens per day' }).fill('100000');
  await window.button('Save').click();
  await expect
    .poll(async () => (await story.host.client.jobs.list.query({ conversationId })).map(({ state }) => state))
    .toEqual(['completed', 'completed']);
  await expect.poll(() => page.getByText('The limit of tokens for today is reached').count()).toBe(0);
});

it('goes to a file and comes back as a new agent; a file that is none says why', async () => {
  await story.host.client.agents.create.mutate({
    requestId: 'agents-test-3',
    agent: { name: 'Traveller', model: 'demo/demo', systemPrompt: 'Travel.', spendPerDay: 2_500_000 },
  });
  await using window = await openAgents();
  const { page } = window;
  await page
    .getByRole('navigation', { name: 'Agents' })
    .getByRole('link', { name: /Traveller/u })
    .click();
  await window.button('More').click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const path = await (await download).path();
  const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
  expect(file).toMatchObject({
    format: 'nightshift-agents',
    version: 1,
    agents: [{ name: 'Traveller', spendPerDay: 2_500_000 }],
  });
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-agents-'));
  const changed = join(folder, 'changed.json');
  writeFileSync(changed, readFileSync(path, 'utf8').replace('Traveller', 'Returned'));
  const field = page.locator('input[type=file]');
  await field.setInputFiles(changed);
  await page.getByRole('heading', { level: 2, name: 'Returned' }).waitFor();
  expect(await named('Returned')).toMatchObject({ systemPrompt: 'Travel.', spendPerDay: 2_500_000 });
  const refusals: [string, string][] = [
    [
      '{"format":"nightshift-agents","version":2,"agents":[]}',
      'this file was written by a newer version of Nightshift',
    ],
    ['no json', 'This is not a file of agents: it is no JSON.'],
    [
      '{"format":"nightshift-agents","version":1,"agents":[{"name":"Lost","model":"nowhere/x"}]}',
      'The agent "Lost" names nowhere/x. There is no provider "nowhere".',
    ],
  ];
  for (const [text, words] of refusals) {
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, text);
    await field.setInputFiles(bad);
    await shows(page.getByRole('alert'), words);
  }
  expect(await named('Lost')).toBeUndefined();
});

it('is duplicated, made the default, and removed with a word on what becomes of its conversations', async () => {
  const { id } = await story.host.client.agents.create.mutate({
    requestId: 'agents-test-4',
    agent: { name: 'Leaving', model: 'demo/demo' },
  });
  const conversationId = await converse(story.host, id);
  await using window = await openAgents();
  const { page } = window;
  const list = page.getByRole('navigation', { name: 'Agents' });
  await list.getByRole('link', { name: /^L Leaving|Leaving/u }).click();
  await window.button('More').click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await page.getByRole('heading', { level: 2, name: 'Copy of Leaving' }).waitFor();
  await window.button('More').click();
  await page.getByRole('menuitem', { name: 'Make it the default' }).click();
  await list.getByRole('link', { name: /Copy of Leaving.*default/su }).waitFor();
  await window.button('More').click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('dialog', { name: 'The default agent stays' }).waitFor();
  await window.button('Close').click();
  await list.locator(`a[href$="${id}"]`).click();
  await page.getByRole('heading', { level: 2, name: 'Leaving', exact: true }).waitFor();
  await window.button('More').click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove this agent?' });
  await shows(dialog, /“Leaving” is deleted\. Its (?:conversation is|\d+ conversations are) kept/u);
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => list.locator(`a[href$="${id}"]`).count()).toBe(0);
  expect((await story.host.client.conversations.get.query({ id: conversationId })).agentId).toBe(
    (await named('Copy of Leaving'))?.id,
  );
  expect(window.complaints).toEqual([]);
});
