/** The settings' frame, general and appearance: what is chosen is applied at once, kept, and followed by other windows. */
import AxeBuilder from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { tellStory } from './story.ts';

const story = tellStory();
beforeAll(async () => {
  for (const [index, name] of ['Second', 'Third'].entries()) {
    await story.host.client.agents.create.mutate({
      requestId: `settings-test-${index}`,
      agent: { name, model: 'demo/demo', tokensPerDay: 5_000, fallbacks: ['demo/demo'] },
    });
  }
});

async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

it('every section has an address, a title and a place in the list', async () => {
  await using window = await story.open();
  const { page } = window;
  await go(page, '#/settings/general');
  const list = page.getByRole('navigation', { name: 'Sections of the settings' });
  for (const name of await list.getByRole('link').allInnerTexts()) {
    await list.getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 2, name }).waitFor();
    expect(await list.locator('[aria-current=page]').innerText()).toBe(name);
  }
  await go(page, '#/settings/nowhere');
  await page.getByRole('heading', { level: 2, name: 'General' }).waitFor();
  expect(window.complaints).toEqual([]);
});

it('on a narrow screen the row of sections shows the chosen one, and no hint that nobody asked for', async () => {
  await using window = await story.open({ viewport: { width: 375, height: 700 } });
  const { page, button } = window;
  await go(page, '#/settings/network');
  await page.getByRole('heading', { level: 2, name: 'Network' }).waitFor();
  const chosen = page.getByRole('navigation', { name: 'Sections of the settings' }).locator('[aria-current=page]');
  const place = async () => (await chosen.boundingBox()) ?? { x: Number.NaN, width: Number.NaN };
  await expect.poll(async () => Math.round((await place()).x + (await place()).width)).toBeLessThanOrEqual(375);
  expect((await place()).x).toBeGreaterThanOrEqual(0);

  await button('Menu').click();
  const menu = page.getByRole('dialog', { name: 'Menu' });
  await menu.getByRole('link', { name: 'Queue' }).waitFor();
  expect(await page.getByRole('tooltip').count()).toBe(0);
  await page.keyboard.press('Tab');
  await page.getByRole('tooltip').waitFor();
  expect(window.complaints).toEqual([]);
});

it('the default agent is chosen for everybody', async () => {
  await using window = await story.open();
  const { page } = window;
  await go(page, '#/settings/general');
  await page.getByRole('combobox', { name: 'Default agent' }).selectOption('Third');
  const third = (await story.host.client.agents.list.query()).find(({ name }) => name === 'Third');
  await expect.poll(async () => (await story.host.client.settings.get.query()).defaultAgentId).toBe(third?.id);
  await using other = await story.open();
  await other.page.getByRole('button', { name: /^With Third/u }).waitFor();
});

it('in the dark, too, what is chosen stands out from the row that it is in', async () => {
  await using window = await story.open({ colorScheme: 'dark' });
  await go(window.page, '#/settings/appearance');
  const chosen = window.page.getByRole('radio', { name: 'Medium', checked: true });
  const row = window.page.getByRole('radiogroup').filter({ has: chosen });
  const lightness = (part: Locator) =>
    part.evaluate((element) => Number(/oklch\(([\d.]+)/u.exec(getComputedStyle(element).backgroundColor)?.[1]));
  expect((await lightness(chosen)) - (await lightness(row))).toBeGreaterThan(0.05);
});

it('theme, text size and density are applied at once, in every window, and before the first paint of the next', async () => {
  await using window = await story.open();
  const { page, context } = window;
  const other = await context.newPage();
  await other.goto(story.host.url);
  await go(page, '#/settings/appearance');
  const sizeOf = (one: Page) => one.evaluate(() => getComputedStyle(document.body).fontSize);
  const usual = Number.parseFloat(await sizeOf(page));
  await page.getByRole('radio', { name: 'Dark' }).click();
  await page.getByRole('radio', { name: 'Larger' }).click();
  await page.getByRole('radio', { name: 'Compact' }).click();
  await expect.poll(() => sizeOf(page)).toBe(`${usual * 1.25}px`);
  await expect.poll(() => sizeOf(other)).toBe(`${usual * 1.25}px`);
  const attributes = () => other.evaluate(() => Object.fromEntries(Object.entries(document.documentElement.dataset)));
  await expect.poll(attributes).toMatchObject({ theme: 'dark', text: 'larger', density: 'compact' });
  // Without the page's own code: what the small script at the start has done.
  await context.route(/\/assets\/.*\.js$/u, (route) => route.abort());
  await other.reload();
  expect(await attributes()).toMatchObject({ theme: 'dark', text: 'larger', density: 'compact' });
});

describe.each([
  ['light', 1280],
  ['dark', 375],
] as const)('in %s, %i pixels wide', (colorScheme, width) => {
  it.each(['#/settings/general', '#/settings/appearance', '#/settings/shortcuts', '#/agents', '#/agents/new'])(
    'axe finds nothing on %s, and nothing is wider than the window',
    async (hash) => {
      await using window = await story.open({ colorScheme, viewport: { width, height: 2_400 } });
      const { page } = window;
      await go(page, hash);
      await page.getByRole('heading', { level: 1, name: /Settings|Agents/u }).waitFor();
      await expect.poll(() => page.getByText('Loading', { exact: true }).count()).toBe(0);
      await page.addScriptTag({ content: AxeBuilder.source }).catch(() => page.evaluate(AxeBuilder.source));
      const violations = await page.evaluate(async () => {
        const axe = Reflect.get(window, 'axe') as {
          run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
        };
        const result = await axe.run();
        return result.violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`,
        );
      });
      expect(violations).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
    },
  );
});
