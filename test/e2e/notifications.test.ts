/** What is told of answers and failures that arrive where nobody looks, in the page and on the desktop. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { ConversationId } from '../../src/protocol/ids.ts';
import { ask } from '../support/chat.ts';
import { startLedModel } from './led-model.ts';
import { counts, shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;

const story = tellStory({ model: startLedModel });
afterEach(async () => {
  const complaints = [...window.complaints];
  await window[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

async function conversation(title: string): Promise<ConversationId> {
  return (await story.host.client.conversations.create.mutate({ requestId: randomUUID(), title })).id;
}

/**
 * A browser without a head shows no notifications to anybody: this writes down what it was asked to show, and whether it
 * was asked for the permission. `permission` is what the user says.
 */
async function recordNotifications(page: Page, permission: 'granted' | 'default'): Promise<void> {
  await page.addInitScript((given) => {
    const shown: { title: string; body: string; click: () => void }[] = [];
    const record = { shown, asked: 0, permission: given as string };
    class Recorded extends EventTarget {
      static get permission() {
        return record.permission;
      }
      static async requestPermission() {
        record.asked += 1;
        record.permission = 'granted';
        return record.permission;
      }
      constructor(title: string, { body = '' }: NotificationOptions = {}) {
        super();
        shown.push({ title, body, click: () => this.dispatchEvent(new Event('click')) });
      }
      close() {}
    }
    Object.assign(globalThis, { Notification: Recorded, recorded: record });
  }, permission);
  await page.reload();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
}

const Recorded = z.object({ asked: z.number(), shown: z.array(z.object({ title: z.string(), body: z.string() })) });

async function recorded(page: Page): Promise<z.infer<typeof Recorded>> {
  return Recorded.parse(
    await page.evaluate(
      '({ asked: recorded.asked, shown: recorded.shown.map(({ title, body }) => ({ title, body })) })',
    ),
  );
}

/** Another window is in front of it. Playwright lets each page believe that it has the focus. */
async function putBehind(page: Page, behind: boolean): Promise<void> {
  await page.evaluate((isBehind) => {
    document.hasFocus = () => !isBehind;
    globalThis.dispatchEvent(new Event(isBehind ? 'blur' : 'focus'));
  }, behind);
}

test('an answer elsewhere is told in the page and opened from there; the one on screen is not told', async () => {
  const [here, there] = [await conversation('In sight'), await conversation('Out of sight')];
  window = await story.open();
  const { page, choose, answers } = window;
  await choose('In sight');
  const notes = page.getByRole('region', { name: 'Notifications' });
  await ask(story.host, 'seen', { conversationId: here });
  (await story.model.asked('seen')).answer('Seen.');
  await shows(answers, 'Seen.');
  await ask(story.host, 'unseen', { conversationId: there });
  (await story.model.asked('unseen')).answer('Unseen.');
  await shows(notes, /OpenAI answered.*Out of sight/s);
  expect(await notes.innerText()).not.toContain('In sight');
  expect(await notes.getByRole('status').count()).toBe(1);
  await window.screenshot('notification');
  await notes.getByRole('listitem').filter({ hasText: 'Out of sight' }).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('heading', { level: 1, name: 'Out of sight' }).waitFor();
  await page.getByText('Unseen.').waitFor();
  await expect.poll(async () => (await story.host.client.conversations.get.query({ id: there })).unread).toBe(0);

  await ask(story.host, 'failing', { conversationId: here });
  (await story.model.asked('failing')).fail(400, 'No.');
  await shows(notes, /OpenAI could not answer.*In sight/s);
});

test('what arrives at once is told at once', async () => {
  const ids = await Promise.all(['First', 'Second', 'Third', 'Fourth'].map(conversation));
  window = await story.open();
  const { page } = window;
  await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: 'Fourth' }).waitFor();
  for (const [index, conversationId] of ids.entries()) await ask(story.host, `many ${index}`, { conversationId });
  const asked = await Promise.all(ids.map((_, index) => story.model.asked(`many ${index}`)));
  for (const answer of asked) answer.answer('Done.');
  const notes = page.getByRole('region', { name: 'Notifications' });
  await shows(notes, /News in (3|4) conversations/);
});

test('in the background it is told on the desktop, where that was allowed', async () => {
  const id = await conversation('For the desktop');
  window = await story.open();
  const { page, choose } = window;
  await recordNotifications(page, 'granted');
  await choose('For the desktop');
  await putBehind(page, true);
  await ask(story.host, 'in the background', { conversationId: id });
  (await story.model.asked('in the background')).answer('Done.');
  await expect
    .poll(() => recorded(page))
    .toEqual({
      asked: 0,
      shown: [{ title: 'OpenAI answered', body: 'For the desktop' }],
    });
  expect(await page.getByRole('region', { name: 'Notifications' }).getByRole('listitem').count()).toBe(0);
  expect(await story.host.client.conversations.get.query({ id })).toMatchObject({ unread: 1 });
  await window.newConversation();
  await page.evaluate('recorded.shown[0].click()');
  await page.getByRole('heading', { level: 1, name: 'For the desktop' }).waitFor();
  await putBehind(page, false);
  await expect.poll(async () => (await story.host.client.conversations.get.query({ id })).unread).toBe(0);
});

test('the browser is asked for it only when a button was pressed', async () => {
  const id = await conversation('Not yet allowed');
  window = await story.open();
  const { page } = window;
  await recordNotifications(page, 'default');
  await ask(story.host, 'offer', { conversationId: id });
  (await story.model.asked('offer')).answer('Done.');
  const notes = page.getByRole('region', { name: 'Notifications' });
  const offer = notes.getByRole('listitem').filter({ hasText: 'Desktop notifications' });
  await offer.waitFor();
  expect(await recorded(page)).toEqual({ asked: 0, shown: [] });
  await window.screenshot('notification-offer');
  await offer.getByRole('button', { name: 'Allow' }).click();
  await expect.poll(() => recorded(page)).toEqual({ asked: 1, shown: [] });
  await counts(offer, 0);
});
