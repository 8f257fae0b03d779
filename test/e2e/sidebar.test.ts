/** The side bar: what is unread, pinned, archived, removed and restored; titles that a model writes; drafts that follow. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { startAimock } from '../support/aimock.ts';
import { ask, completed } from '../support/chat.ts';
import { counts, shows, windowOf, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startAimock, host: { titles: true } });
let window: Window;

beforeAll(() => {
  const isTitle = (content: unknown) => typeof content === 'string' && content.startsWith('You name conversations');
  story.model.mock.on(
    { predicate: ({ messages }) => messages.some(({ role, content }) => role === 'system' && isTitle(content)) },
    { content: '"Colours of the Sky"' },
  );
  story.model.mock.on({ predicate: () => true }, { content: 'An answer.' });
});
async function open(): Promise<Window> {
  window = await story.open();
  return window;
}
afterEach(async () => {
  const complaints = [...window.complaints];
  await window[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

async function conversation(title: string): Promise<ConversationId> {
  return (await story.host.client.conversations.create.mutate({ requestId: randomUUID(), title })).id;
}

/** A message from elsewhere, and its answer. */
async function answered(conversationId: ConversationId, text: string): Promise<void> {
  const { jobId } = await ask(story.host, text, { conversationId });
  await completed(story.host, jobId);
}

const list = ({ page }: Window) => page.getByRole('navigation', { name: 'Conversations' });

describe('what is unread', () => {
  test('is counted, and read in every window once it is on screen in one', async () => {
    const [here, there] = [await conversation('On screen'), await conversation('Elsewhere')];
    const { page, context, choose } = await open();
    await choose('On screen');
    await answered(there, 'one');
    await answered(there, 'two');
    const link = list(window).getByRole('link', { name: 'Elsewhere' });
    await link.getByRole('img', { name: '2 unread' }).waitFor();
    await expect.poll(() => page.title()).toBe('(2) On screen · Nightshift');
    await window.screenshot('sidebar-unread');
    const second = await windowOf(context, page.url());
    await list(second).getByRole('link', { name: 'Elsewhere' }).getByRole('img', { name: '2 unread' }).waitFor();
    await page.bringToFront();
    await choose('Elsewhere');
    await counts(link.getByRole('img'), 0);
    await counts(list(second).getByRole('img', { name: '2 unread' }), 0);
    expect(await story.host.client.conversations.get.query({ id: there })).toMatchObject({ unread: 0 });
    await answered(there, 'three');
    await shows(window.answers.nth(2), 'An answer.');
    await expect.poll(async () => (await story.host.client.conversations.get.query({ id: there })).unread).toBe(0);
    await story.host.client.conversations.remove.mutate({ id: here });
    await second.page.close();
  });
});

describe('a conversation', () => {
  test('is pinned, archived and brought back, and stays so over a reload', async () => {
    await conversation('To be kept');
    const { page, button } = await open();
    const item = async (name: string) => {
      await button('More for To be kept').click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await item('Pin');
    await list(window).getByRole('region', { name: 'Pinned' }).getByRole('link', { name: 'To be kept' }).waitFor();
    await page.reload();
    await list(window).getByRole('region', { name: 'Pinned' }).getByRole('link', { name: 'To be kept' }).waitFor();
    await item('Unpin');
    await list(window).getByRole('region', { name: 'Today' }).getByRole('link', { name: 'To be kept' }).waitFor();
    await item('Archive');
    await counts(list(window).getByRole('link', { name: 'To be kept' }), 0);
    await list(window).getByRole('button', { name: 'Archived' }).click();
    await list(window).getByRole('region', { name: 'Archived' }).getByRole('link', { name: 'To be kept' }).waitFor();
    await window.screenshot('sidebar-archived');
    await item('Take out of the archive');
    await list(window).getByRole('region', { name: 'Today' }).getByRole('link', { name: 'To be kept' }).waitFor();
  });

  test('is removed at once, says so in every window, and comes back with what was in it', async () => {
    const id = await conversation('A mistake');
    await answered(id, 'keep me');
    const { page, context, choose, button, answers } = await open();
    await choose('A mistake');
    await shows(answers, 'An answer.');
    const second = await windowOf(context, page.url());
    await page.bringToFront();
    await button('More for A mistake').click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('heading', { level: 1, name: 'New conversation' }).waitFor();
    await counts(list(window).getByRole('link', { name: 'A mistake' }), 0);
    await second.page.getByText('This conversation was removed').waitFor();
    const notes = page.getByRole('region', { name: 'Notifications' });
    await shows(notes, 'Removed “A mistake”');
    await window.screenshot('sidebar-removed');
    await notes.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { level: 1, name: 'A mistake' }).waitFor();
    await shows(answers, 'An answer.');
    await shows(second.answers, 'An answer.');

    await story.host.client.conversations.remove.mutate({ id });
    await page.getByText('This conversation was removed').waitFor();
    await button('Bring it back').click();
    await shows(answers, 'An answer.');
    await second.page.close();
  });

  test('is given a title by the model, once it has answered', async () => {
    const { page, send, answers, message } = await open();
    await message.waitFor();
    await send('Why is the sky blue, and sometimes red?');
    await shows(answers, 'An answer.');
    await page.getByRole('heading', { level: 1, name: 'Colours of the Sky' }).waitFor();
    await list(window).getByRole('link', { name: 'Colours of the Sky' }).waitFor();
    const titles = (await story.host.client.jobs.list.query({})).filter(({ name }) => name === 'title');
    expect(titles.map(({ lane, state }) => [lane, state])).toEqual([['low', 'completed']]);
  });
});

describe('a draft', () => {
  test('is there in another browser, and gone everywhere once it was sent', async () => {
    const id = await conversation('With a draft');
    const { choose, message, send, answers } = await open();
    await choose('With a draft');
    await message.fill('half a thought');
    const elsewhere = await story.open();
    await elsewhere.choose('With a draft');
    await expect.poll(() => elsewhere.message.inputValue()).toBe('half a thought');
    await elsewhere.message.fill('half a thought, and the rest');
    await expect.poll(() => message.inputValue()).toBe('half a thought, and the rest');
    await send('half a thought, and the rest of it');
    await shows(answers, 'An answer.');
    await expect.poll(() => elsewhere.message.inputValue()).toBe('');
    await shows(elsewhere.answers, 'An answer.');
    const { messages } = await story.host.client.messages.list.query({ conversationId: id });
    expect(messages.map(({ text }) => text)).toEqual(['half a thought, and the rest of it', 'An answer.']);
    expect(elsewhere.complaints).toEqual([]);
    await elsewhere[Symbol.asyncDispose]();
  });
});
