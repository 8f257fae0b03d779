/** The control room's queue, as somebody who runs it uses it: in Chromium, on the real host. The demo is the model. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { JobId } from '../../src/protocol/ids.ts';
import type { TestHost } from '../support/host.ts';
import { expectAccessible } from './control-room.ts';
import { counts, shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ per: 'test' });

let requests = 0;
const requestId = () => `queue-test-${(requests += 1)}`;

type Job = Parameters<TestHost['client']['jobs']['enqueueMany']['mutate']>[0]['jobs'][number];

/** Due tomorrow, unless `more` says otherwise: a queue that stands still. */
function enqueue(count: number, words: string, more: Partial<Job> = {}): Promise<JobId[]> {
  const jobs = Array.from({ length: count }, (_, n) => ({
    name: 'standing',
    model: 'demo/demo',
    lane: 'low' as const,
    messages: [{ role: 'user' as const, content: `${words} ${n}` }],
    delayMs: 86_400_000,
    ...more,
  }));
  return story.host.client.jobs.enqueueMany.mutate({ requestId: requestId(), jobs });
}

/** By the address, as a link would. */
async function openQueue(window: Window, query = ''): Promise<{ page: Page; grid: Locator; rows: Locator }> {
  const { page } = window;
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/queue${query}`);
  await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
  const grid = page.getByRole('grid', { name: 'Jobs' });
  return { page, grid, rows: grid.getByRole('row') };
}

const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Jobs by state' }).getByRole('link', { name });
const address = (page: Page) => page.evaluate(() => location.hash);

describe('the table', () => {
  test('shows what fits state, lane and text; the address keeps it, also over a reload', async () => {
    await enqueue(3, 'Translate the manual');
    await enqueue(2, 'Summarise the incident', { lane: 'medium' });
    await using window = await story.open();
    const { page, grid, rows } = await openQueue(window);
    await counts(rows, 6);
    await shows(tab(page, 'Delayed'), /Delayed\s*5/u);
    await page.getByRole('combobox', { name: 'Lane' }).selectOption('medium');
    await counts(rows, 3);
    await shows(tab(page, 'Delayed'), /Delayed\s*2/u);
    await page.getByRole('searchbox').fill('INCIDENT 1');
    await counts(rows, 2);
    expect(await address(page)).toBe('#/queue?lane=medium&q=INCIDENT+1');
    await page.reload();
    await shows(grid, 'Summarise the incident 1');
    await counts(rows, 2);
    expect(await page.getByRole('searchbox').inputValue()).toBe('INCIDENT 1');
    await tab(page, 'Failed').click();
    await shows(page.getByRole('main'), 'No job fits');
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await counts(rows, 6);
    await page.getByRole('combobox', { name: 'Order' }).selectOption('oldest');
    await shows(rows.nth(1), 'Translate the manual 0');
    expect(window.complaints).toEqual([]);
  });

  test('jumps into the middle of 20,000 rows, and the rows are those of that place', async () => {
    for (let n = 0; n < 2; n += 1) await enqueue(10_000, `Batch ${n}, question`);
    await using window = await story.open();
    const { grid } = await openQueue(window, '?sort=oldest');
    await shows(grid, 'Batch 0, question 0');
    expect(await grid.getAttribute('aria-rowcount')).toBe('20001');
    await grid.evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await shows(grid, 'Batch 1, question 3');
    const first = grid.getByRole('row').filter({ hasText: 'Batch 1, question 3' }).first();
    // One row of the head, and rows are counted from 1.
    expect(await first.getAttribute('aria-rowindex')).toBe('10005');
    await grid.focus();
    await grid.press('End');
    await shows(grid, 'Batch 1, question 9999');
  });

  test('does not move while jobs arrive, says how many are new, and follows at the top', async () => {
    await enqueue(200, 'Old question');
    await using window = await story.open();
    const { page, grid } = await openQueue(window);
    await shows(grid, 'Old question 199');
    await page.mouse.move(5, 5);
    // Nobody looks at a certain row: the newest come in at the top.
    await enqueue(1, 'Seen at once');
    await shows(grid, 'Seen at once 0');
    await grid.evaluate((element) => {
      element.scrollTop = 3_000;
    });
    await shows(grid, 'Old question 140');
    const row = grid.getByRole('row').filter({ hasText: 'Old question 140' });
    const before = await row.boundingBox();
    await enqueue(12, 'New question');
    await window.button('12 new jobs').waitFor();
    expect(await row.boundingBox()).toEqual(before);
    await window.button('12 new jobs').click();
    await grid.evaluate((element) => {
      element.scrollTop = 0;
    });
    await shows(grid, 'New question 11');
    await counts(window.button('12 new jobs'), 0);
  });

  test('is worked with the keyboard: select, open, and a menu of what the job allows', async () => {
    const [first] = await enqueue(5, 'A question', { delayMs: 86_400_000 });
    await using window = await story.open();
    const { page, grid } = await openQueue(window, '?sort=oldest');
    await shows(grid, 'A question 4');
    await grid.focus();
    await grid.press('ArrowDown');
    await grid.press(' ');
    await grid.press('Shift+ArrowDown');
    await grid.press('Shift+ArrowDown');
    await shows(page.getByRole('status'), '3 selected');
    await grid.press('Escape');
    await counts(page.getByText('selected', { exact: false }), 0);
    await grid.press('Home');
    await grid.press('Shift+F10');
    const menu = page.getByRole('menu');
    expect(await menu.getByRole('menuitem').allInnerTexts()).toEqual([
      'Open',
      'Start now',
      'Cancel',
      'Move to lane High',
      'Move to lane Medium',
    ]);
    await menu.getByRole('menuitem', { name: 'Start now' }).click();
    await shows(grid.getByRole('row').filter({ hasText: 'A question 0' }), 'Completed');
    await grid.press('Enter');
    expect(await address(page)).toBe(`#/jobs/${first}`);
  });
});

describe('many jobs at once', () => {
  test('all that fit are cancelled after a question that names their number, and some are moved', async () => {
    await enqueue(1_200, 'To be cancelled');
    await enqueue(3, 'To be kept', { lane: 'medium' });
    await using window = await story.open();
    const { page, grid } = await openQueue(window, '?lane=low');
    await shows(grid, 'To be cancelled');
    await page.getByRole('checkbox', { name: 'Select all jobs of this list' }).check();
    await shows(page.getByRole('status'), '1,200 selected');
    await window.button('Cancel').click();
    const dialog = page.getByRole('dialog', { name: 'Cancel 1,200 jobs?' });
    await dialog.getByRole('button', { name: 'Cancel 1,200 jobs' }).click();
    await shows(page.getByRole('status'), 'Done: 1,200 of 1,200 changed, 0 left as they were.');
    await shows(tab(page, 'Cancelled'), /Cancelled\s*1,200/u);
    await shows(grid.getByRole('row').nth(1), 'Cancelled');
    await tab(page, 'All').click();
    await page.getByRole('combobox', { name: 'Lane' }).selectOption('medium');
    await shows(grid, 'To be kept 2');
    await page.getByRole('checkbox', { name: /^Select To be kept 1/u }).check();
    await window.button('Move to a lane…').click();
    const move = page.getByRole('dialog', { name: 'Move 1 job to another lane?' });
    await move.getByRole('radio', { name: 'High' }).click();
    await move.getByRole('button', { name: 'Move 1 job' }).click();
    await shows(page.getByRole('status'), 'Done: 1 of 1 changed');
    await page.getByRole('combobox', { name: 'Lane' }).selectOption('high');
    await shows(grid, 'To be kept 1');
    expect(window.complaints).toEqual([]);
  });
});

describe('a pause', () => {
  test('of a lane and of a provider holds jobs back, says so, and is taken back', async () => {
    await using window = await story.open();
    const { page, grid } = await openQueue(window);
    await shows(page.getByRole('main'), 'No jobs yet');
    await window.button('Pause the lane Low').click();
    await window.button('Resume the lane Low').waitFor();
    const [held] = await enqueue(1, 'Held', { delayMs: 0 });
    await shows(page.getByRole('region', { name: 'Lanes' }), '1 waiting, 0 active');
    await shows(grid.getByRole('row').nth(1), 'Waiting');
    expect(await story.host.client.jobs.get.query({ id: held ?? ('' as JobId) })).toMatchObject({ pausedBy: 'lane' });
    await window.button('Resume the lane Low').click();
    await shows(grid.getByRole('row').nth(1), 'Completed');

    await window.button('Providers').click();
    await window.button('Pause Demo').click();
    await window.button('Resume Demo').waitFor();
    await page.keyboard.press('Escape');
    await window.button('Providers (1 paused)').waitFor();
    // Away from the table: while it is pointed at, its rows stay where they are.
    await page.mouse.move(5, 5);
    await enqueue(1, 'Held too', { delayMs: 0, lane: 'high' });
    await shows(grid.getByRole('row').nth(1), /Waiting.*Held too/su);
    await window.button('Providers (1 paused)').click();
    await window.button('Resume Demo').click();
    await shows(grid.getByRole('row').nth(1), /Completed.*Held too/su);
    expect(window.complaints).toEqual([]);
  });
});

describe('for everybody', () => {
  test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme, at any width', async (colorScheme) => {
    await enqueue(30, 'A question');
    await using window = await story.open({ colorScheme });
    const { page, grid } = await openQueue(window);
    await shows(grid, 'A question');
    await expectAccessible(page);
  });
});
