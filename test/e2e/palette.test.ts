/** The command palette, the shortcuts and the cheat sheet: everything has a name, and nothing needs a mouse. */
import { beforeAll, expect, it } from 'vitest';
import { ask, completed } from '../support/chat.ts';
import { shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory();
beforeAll(async () => {
  const { conversationId, jobId } = await ask(story.host, 'About lighthouses', { demo: { tokens: 3, tokenMs: 0 } });
  await completed(story.host, jobId);
  await story.host.client.conversations.rename.mutate({ id: conversationId, title: 'Lighthouses of Brittany' });
});

it('finds commands, conversations and agents by their names, with the keyboard alone', async () => {
  await using window = await story.open();
  const { page } = window;
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await window.message.focus();
  await page.keyboard.press('Control+k');
  await palette.waitFor();
  await page.keyboard.type('brittany light');
  await shows(palette.getByRole('option'), 'Lighthouses of Brittany');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Lighthouses of Brittany' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('demo');
  await palette.getByRole('option', { name: 'Demo' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Demo' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('theme: dark');
  await palette.getByRole('option', { name: 'Theme: Dark' }).waitFor();
  await page.keyboard.press('Enter');
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('qqqq');
  await shows(palette, 'Nothing has this name here.');
  await page.keyboard.press('Escape');
  await expect.poll(() => palette.count()).toBe(0);
  expect(window.complaints).toEqual([]);
});

it('offers what the present view can do, and no more when one has left it', async () => {
  await using window = await story.open();
  const { page } = window;
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await page.evaluate(() => {
    location.hash = '#/agents';
  });
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
  await page.keyboard.press('Control+k');
  await palette.getByRole('option', { name: 'Make a new agent' }).click();
  await page.getByRole('textbox', { name: 'Name' }).waitFor();
  await page.evaluate(() => {
    location.hash = '#/settings/general';
  });
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await page.keyboard.press('Control+k');
  await palette.getByRole('option').first().waitFor();
  expect(await palette.getByRole('option', { name: 'Make a new agent' }).count()).toBe(0);
});

it('single keys work where nobody types, and stay letters where somebody does', async () => {
  await using window = await story.open();
  const { page } = window;
  await window.message.focus();
  await page.keyboard.type('g a ?');
  expect(await window.message.inputValue()).toBe('g a ?');
  expect(page.url()).not.toContain('agents');
  await window.message.fill('');
  await window.message.blur();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  // An unfinished sequence is forgotten with another key.
  await page.keyboard.press('g');
  await page.keyboard.press('x');
  await page.keyboard.press('a');
  expect(page.url()).toContain('settings');
});

it('the cheat sheet shows the shortcuts that work now; behind it none does', async () => {
  await using window = await story.open();
  const { page } = window;
  await window.message.blur();
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.waitFor();
  await shows(sheet.getByRole('listitem'), /Go to: Agents.*G.*then.*A/su);
  await shows(sheet.getByRole('listitem'), /Find a command or a place.*Ctrl.*K/su);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  expect(page.url()).not.toContain('agents');
  await page.keyboard.press('Escape');
  await expect.poll(() => sheet.count()).toBe(0);
});

it('every part of the frame is reached with Tab, in the order in which it is seen', async () => {
  await using window = await story.open();
  const { page } = window;
  await page.evaluate(() => {
    location.hash = '#/settings/appearance';
  });
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  // From the beginning: a fresh page has no place from which Tab goes on.
  await page.reload();
  await page.getByRole('radio', { name: 'Comfortable' }).waitFor();
  const names: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return '';
      // What has the focus must show it.
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px';
      return `${isSeen ? '' : 'unseen: '}${element.getAttribute('aria-label') ?? element.textContent.trim()}`;
    });
    if (name === '' && names.length > 0) break;
    names.push(name);
  }
  expect(names.filter((name) => name.startsWith('unseen'))).toEqual([]);
  const order = [
    'Conversations',
    'Agents',
    'Settings',
    'General',
    'Appearance',
    'Like the system',
    'Medium',
    'Comfortable',
  ];
  expect(
    names.filter((name) => order.includes(name)),
    names.join(', '),
  ).toEqual(order);
});
