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

/** The boxes of the page's parts that the notes overlap, or stand outside of. */
async function coveredByNotes(page: Page): Promise<string[]> {
  return z.array(z.string()).parse(
    await page.evaluate(() => {
      const notes = document.querySelector('[role="status"]:has(li)')?.getBoundingClientRect();
      if (notes === undefined) return ['no notes are shown'];
      const isWithin = notes.left >= 0 && notes.right <= innerWidth && notes.top >= 0 && notes.bottom <= innerHeight;
      const parts = [...document.querySelectorAll('main > *, aside, header, form')].filter(
        (part) => part.querySelector('[role="status"]:has(li)') === null,
      );
      const covered = parts.filter((part) => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        const isFlat = right - left < 1 || bottom - top < 1;
        return !isFlat && left < notes.right && right > notes.left && top < notes.bottom && bottom > notes.top;
      });
      return [...(isWithin ? [] : ['the window']), ...covered.map((part) => part.outerHTML.slice(0, 80))];
    }),
  );
}

test('a note covers nothing, on a desktop or a phone; keys reach it, dismiss it, and go back to where one wrote', async () => {
  const [here, there] = [await conversation('Written in'), await conversation('Answered in')];
  window = await story.open();
  const { page, message } = window;
  await page.evaluate((id) => {
    location.hash = `#/c/${id}`;
  }, here);
  await page.getByRole('heading', { level: 1, name: 'Written in' }).waitFor();
  await message.focus();
  const composerAt = await message.boundingBox();
  await ask(story.host, 'covering', { conversationId: there });
  (await story.model.asked('covering')).answer('Done.');
  const note = page.getByRole('region', { name: 'Notifications' }).getByRole('listitem');
  await shows(note, 'Answered in');
  expect(await message.boundingBox()).toEqual(composerAt);
  // The focus keeps it there.
  const open = note.filter({ hasText: 'Answered in' }).getByRole('button', { name: 'Open' });
  for (let tabs = 0; tabs < 12 && !(await open.evaluate((one) => one === document.activeElement)); tabs += 1)
    await page.keyboard.press('Tab');
  expect(await open.evaluate((one) => one === document.activeElement)).toBe(true);
  for (const [width, height] of [
    [1280, 820],
    [375, 667],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const hash of [`#/c/${here}`, '#/', '#/queue', '#/agents', '#/settings/general', '#/goals', '#/inspector']) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect({ hash, covered: await coveredByNotes(page) }).toEqual({ hash, covered: [] });
    }
  }
  await page.setViewportSize({ width: 1280, height: 820 });
  await page.evaluate((id) => {
    location.hash = `#/c/${id}`;
  }, here);
  await message.focus();
  for (let left = await note.count(); left > 0; left -= 1) {
    await note.first().getByRole('button', { name: 'Dismiss' }).focus();
    await page.keyboard.press('Escape');
    await counts(note, left - 1);
  }
  expect(await message.evaluate((box) => box === document.activeElement)).toBe(true);
});

test('a note that comes while a dialog is open is still there when it is closed', async () => {
  const [here, there] = [await conversation('Looked at'), await conversation('Answered behind')];
  window = await story.open();
  const { page } = window;
  await page.clock.install();
  await page.goto(`${new URL(page.url()).origin}/#/c/${here}`);
  await page.reload();
  await page.getByRole('button', { name: /^Settings: / }).click();
  await page.getByRole('dialog').waitFor();
  await ask(story.host, 'behind', { conversationId: there });
  (await story.model.asked('behind')).answer('Done.');
  const note = page.locator('[role="status"] li').filter({ hasText: 'Answered behind' });
  await note.waitFor();
  await page.clock.fastForward(60_000);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await note.count()).toBe(1);
  await page.clock.fastForward(60_000);
  await counts(note, 0);
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
