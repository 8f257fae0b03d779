/** Search: from a few letters to the place in the conversation, however far up it is. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { importConversation } from '../support/long-conversation.ts';
import { shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const long = 'The long one';

const story = tellStory();
beforeAll(async () => {
  await importConversation(story.host, long, 9_800, (index) =>
    index === 400 ? 'Where do wombats sleep? In a burrow, says the **zookeeper**.' : `Line ${index} of many.`,
  );
  await importConversation(story.host, 'Wombat recipes', 2, () => 'A vegetarian cookbook.');
});

const field = (page: Page): Locator => page.getByRole('combobox', { name: 'Search messages and titles' });
const isInSight = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const region = element.closest('[role=log]')?.getBoundingClientRect();
    return region !== undefined && top >= region.top - 1 && bottom <= region.bottom + 1;
  });

describe('search', () => {
  test('finds while one types, and leads to a message 9,400 messages up, marked, with what is around it', async () => {
    await using window = await story.open();
    const { page, button, log } = window;
    await button('Search messages').click();
    await field(page).fill('zookee');
    const option = page.getByRole('option', { name: /wombats sleep/ });
    await option.waitFor();
    expect(await option.locator('mark').allInnerTexts()).toEqual(['zookeeper']);
    expect(await option.innerText()).toContain('Jan 1, 2026');

    await page.keyboard.press('Enter');
    await field(page).waitFor({ state: 'hidden' });
    const marked = page.locator('[data-marked]');
    await shows(marked, 'In a burrow');
    await expect.poll(() => isInSight(marked)).toBe(true);
    // A turn that is laid out only in sight would cut the mark off at its edge.
    const turn = page.locator('[data-turn]').filter({ has: marked });
    expect(await turn.evaluate((element) => getComputedStyle(element).contentVisibility)).toBe('visible');
    await shows(log, 'Line 399 of many.');
    await shows(log, 'Line 401 of many.');
    expect(page.url()).toMatch(/#\/c\/conv_\w+\/msg_\w+$/);
    await window.screenshot('search-hit');

    // On, in both directions, without losing one's place.
    await log.hover();
    for (let turn = 0; turn < 30 && !(await log.getByText('Line 350 of many.').count()); turn += 1) {
      await page.mouse.wheel(0, -800);
      await page.waitForFunction(() => new Promise((done) => requestAnimationFrame(() => done(true))));
    }
    await shows(log, 'Line 350 of many.');
    for (let turn = 0; turn < 60 && !(await log.getByText('Line 470 of many.').count()); turn += 1) {
      await page.mouse.wheel(0, 800);
      await page.waitForFunction(() => new Promise((done) => requestAnimationFrame(() => done(true))));
    }
    await shows(log, 'Line 470 of many.');

    await button('To the newest messages').click();
    await shows(log, 'Line 9799 of many.');
    expect(window.complaints).toEqual([]);
  });

  test('is steered by the keyboard: to titles, round the ends, and away', async () => {
    await using window = await story.open();
    const { page } = window;
    await page.keyboard.press('Control+Shift+F');
    await field(page).pressSequentially('wombat');
    await page.getByRole('option', { name: 'Wombat recipes' }).waitFor();
    const chosen = page.getByRole('option', { selected: true });
    const first = await chosen.innerText();
    await page.keyboard.press('ArrowUp');
    expect(await chosen.innerText()).not.toBe(first);
    await page.keyboard.press('ArrowDown');
    expect(await chosen.innerText()).toBe(first);
    const count = await page.getByRole('option').count();
    for (let step = 0; step < count && (await chosen.innerText()) !== 'Wombat recipes'; step += 1) {
      await page.keyboard.press('ArrowDown');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Wombat recipes' }).waitFor();

    await page.keyboard.press('Control+Shift+F');
    await field(page).fill('nothingatallhere');
    await page.getByText('Nothing found for “nothingatallhere”.').waitFor();
    await page.keyboard.press('Escape');
    await field(page).waitFor({ state: 'hidden' });
    expect(window.complaints).toEqual([]);
  });

  test('of a message that is gone says so', async () => {
    await using window = await story.open();
    const [first] = await story.host.client.conversations.list.query();
    await window.page.goto(`${story.host.url}/#/c/${first?.id}/msg_01J00000000000000000000000`);
    await window.page.getByText('This message is not there any more.').waitFor();
    await window.button('To the newest messages').click();
    await window.page.getByText('This message is not there any more.').waitFor({ state: 'hidden' });
  });

  test('fits a phone, and a dark room', async () => {
    await using window = await story.open({
      viewport: { width: 375, height: 700 },
      colorScheme: 'dark',
    });
    const { page, button } = window;
    await button('Menu').click();
    await button('Search messages').click();
    await field(page).fill('wombat');
    await page.getByRole('option').first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await window.screenshot('search-phone-dark');
  });
});
