/** Reading: long answers, long conversations, narrow windows, light and dark. */
import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { counts, shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel });

const paragraphs = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `Paragraph ${from + index} of a long answer.\n\n`).join('');
const distanceToEnd = (log: Locator) =>
  log.evaluate((region) => region.scrollHeight - region.scrollTop - region.clientHeight);
const scrollTop = (log: Locator) => log.evaluate((region) => region.scrollTop);

/** Waits until the region is at its end. */
async function atEnd(log: Locator): Promise<void> {
  await expect.poll(() => distanceToEnd(log), { interval: 20 }).toBeLessThan(2);
}

describe('the log', () => {
  test('follows a streaming answer, lets go when you scroll up, and follows again from the newest', async () => {
    await using window = await story.open();
    const { page, send, log, answers, button } = window;
    await send('a long one');
    const answer = await story.model.asked('a long one');
    answer.say(paragraphs(1, 60));
    await shows(answers, 'Paragraph 60');
    await atEnd(log);

    await log.hover();
    await page.mouse.wheel(0, -900);
    await button('Jump to newest').waitFor();
    const where = await scrollTop(log);
    answer.say(paragraphs(61, 40));
    await shows(answers, 'Paragraph 100');
    expect(await scrollTop(log)).toBe(where);
    await window.screenshot('page-scrolled-up');

    await button('Jump to newest').click();
    await atEnd(log);
    await button('Jump to newest').waitFor({ state: 'hidden' });
    answer.say(paragraphs(101, 40));
    await shows(answers, 'Paragraph 140');
    await atEnd(log);

    // By keyboard, too.
    await log.focus();
    await page.keyboard.press('PageUp');
    await button('Jump to newest').waitFor();
    await page.keyboard.press('End');
    await button('Jump to newest').waitFor({ state: 'hidden' });
    answer.finish();
    await shows(answers, 'first words after');
    await atEnd(log);
  });

  test('goes on following when one answer ends and the next begins', async () => {
    const requestId = 'one-after-the-other';
    const conversation = await story.host.client.conversations.create.mutate({
      requestId,
      title: 'One after the other',
    });
    await using window = await story.open();
    const { log, answers, button, choose } = window;
    await choose('One after the other');
    // At the demo's own pace: the end of a job and its answer then reach the page apart.
    for (const n of [1, 2, 3]) {
      await story.host.client.conversations.send.mutate({
        requestId: `${requestId}-${n}`,
        conversationId: conversation.id,
        text: `Question ${n}`,
        model: 'demo/demo',
      });
    }
    for (const n of [1, 2, 3]) {
      await shows(answers.nth(n - 1), 'first words after');
      await counts(button('Jump to newest'), 0);
    }
    await atEnd(log);
  });

  test('loads older messages as you scroll up, and does not move what you read', async () => {
    const conversation = await story.host.client.conversations.create.mutate({ requestId: 'long-conversation' });
    for (let n = 1; n <= 80; n += 1) {
      await story.host.client.conversations.send.mutate({
        requestId: `long-message-${n}`,
        conversationId: conversation.id,
        text: `Question number ${n}.`,
        model: 'demo/demo',
        demo: { tokens: 60, tokenMs: 0 },
      });
    }
    await expect.poll(async () => (await story.host.client.conversations.get.query(conversation)).openJobs).toBe(0);

    await using window = await story.open();
    const { page, log, choose } = window;
    await choose('Question number 1.');
    const question = (n: number) => log.getByText(`Question number ${n}.`, { exact: true });
    await question(80).waitFor();
    await counts(question(1), 0);
    const loaded = () => log.getByRole('article', { name: 'Your message' }).count();
    const first = await loaded();
    expect(first).toBeLessThan(40);

    // The oldest one that is here stays where it is on screen while the page of older messages comes in above it.
    const oldest = log.getByRole('article', { name: 'Your message' }).first();
    const text = (await oldest.textContent()) ?? '';
    await log.evaluate((region) => {
      region.scrollTop = 150;
    });
    const before = await oldest.evaluate((element) => element.getBoundingClientRect().top);
    await expect.poll(loaded).toBeGreaterThan(first);
    const after = await log.getByText(text, { exact: true }).evaluate((element) => element.getBoundingClientRect().top);
    expect(Math.abs(after - before)).toBeLessThan(3);

    await log.hover();
    while ((await question(1).count()) === 0) await page.mouse.wheel(0, -2_000);
    await counts(log.getByRole('article', { name: 'Your message' }), 80);
    const texts = await log.getByRole('article', { name: 'Your message' }).allTextContents();
    expect(texts).toEqual(Array.from({ length: 80 }, (_, index) => `Question number ${index + 1}.`));
  });
});

describe('the page', () => {
  test('fits a narrow window: the side bar comes when it is called', async () => {
    await using window = await story.open({ viewport: { width: 400, height: 760 } });
    const { page, send, answers, button } = window;
    await send('narrow');
    (await story.model.asked('narrow')).answer(
      '| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n' + 'wide '.repeat(60) + '\n```',
    );
    await shows(answers, 'test-model');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
    expect(await page.getByRole('navigation', { name: 'Conversations' }).isVisible()).toBe(false);
    await button('Menu').click();
    const sheet = page.getByRole('dialog', { name: 'Menu' });
    await sheet.getByRole('link', { name: 'narrow' }).waitFor();
    // Menus open above the sheet.
    await sheet.getByRole('button', { name: /^Worker pool/ }).click();
    await page.getByRole('dialog', { name: 'Worker pool' }).getByText('slots in use').waitFor();
    await window.screenshot('page-narrow');
    await page.keyboard.press('Escape');
    await sheet.getByRole('button', { name: 'New conversation' }).click();
    await sheet.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { level: 1, name: 'New conversation' }).waitFor();
    expect(window.complaints).toEqual([]);
  });

  test('is light or dark as the system is, until it is told otherwise', async () => {
    await using window = await story.open({ colorScheme: 'dark' });
    const { page, button } = window;
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await window.screenshot('page-new-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).not.toBe(dark);
    const light = await background();
    await button('Theme: Like the system').click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(background).toBe(dark);
    await page.reload();
    await button('Theme: Dark').waitFor();
    expect(await background()).toBe(dark);
    await button('Theme: Dark').click();
    await page.getByRole('menuitemradio', { name: 'Like the system' }).click();
    await expect.poll(background).toBe(light);
    await window.screenshot('page-new-light');
    expect(window.complaints).toEqual([]);
  });

  test('shows the pool and what it does', async () => {
    await using window = await story.open();
    const { page, send, answers } = window;
    await send('keep busy');
    const answer = await story.model.asked('keep busy');
    answer.say('Busy');
    await shows(answers, 'Busy');
    await page.getByRole('button', { name: /^Worker pool: 1 worker, 1 running, 0 waiting$/ }).click();
    const pool = page.getByRole('dialog', { name: 'Worker pool' });
    await pool.getByRole('row', { name: 'High, a user waits 1 0 0' }).waitFor();
    await shows(pool, /Worker 1.*ready, 1\//s);
    await window.screenshot('page-pool');
    answer.finish();
    await pool.getByRole('row', { name: 'High, a user waits 0 0 0' }).waitFor();
  });

  test('begins with the agent that is the default, and with another one when it is chosen', async () => {
    await using window = await story.open();
    const { page, button, send, answers } = window;
    await button(/^With OpenAI openai\//).click();
    await page.getByRole('menuitemradio', { name: /^Demo/ }).click();
    await button(/^With Demo demo\/demo/).waitFor();
    await send('to the demo');
    await shows(answers, 'This is the built-in demo of Nightshift');
    await shows(page.getByRole('main'), 'demo/demo');
    expect(story.model.count('to the demo')).toBe(0);
  });
});
