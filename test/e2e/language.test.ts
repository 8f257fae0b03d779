/**
 * No text is left untranslated: the page is walked in a language of marked texts, view by view, every menu and dialog that can
 * be reached is opened, and what is not marked is listed. And the languages that there are can be chosen.
 */
import { beforeAll, expect, it } from 'vitest';
import { ask, completed } from '../support/chat.ts';
import { pdf, png } from '../support/files.ts';
import { restOf } from './at-rest.ts';
import { speakPseudo, untranslated } from './pseudo-language.ts';
import { tellStory } from './story.ts';

const story = tellStory();
/** Addresses of every view that is there. */
let views: Record<string, string>;

beforeAll(async () => {
  const { conversationId, jobId } = await ask(story.host, 'A question', { demo: { tokens: 20, tokenMs: 0 } });
  await completed(story.host, jobId);
  const waiting = await story.host.client.jobs.enqueue.mutate({
    requestId: 'language-test-1',
    job: { model: 'demo/demo', messages: [{ role: 'user', content: 'later' }], delayMs: 86_400_000 },
  });
  const [agent] = await story.host.client.agents.list.query();
  views = {
    new: '#/',
    conversation: `#/c/${conversationId}`,
    agents: '#/agents',
    agent: `#/agents/${agent?.id ?? ''}`,
    'new agent': '#/agents/new',
    queue: '#/queue',
    'finished job': `#/jobs/${jobId}`,
    'delayed job': `#/jobs/${waiting.id}`,
    workers: '#/workers',
    charts: '#/charts',
    inspector: '#/inspector',
    ...Object.fromEntries(
      ['general', 'appearance', 'providers', 'pool', 'shortcuts', 'data', 'network'].map((section) => [
        `settings ${section}`,
        `#/settings/${section}`,
      ]),
    ),
  };
});

/** What commands of the palette must not do here: leave the view, or change the language. */
const notRun =
  /^(?:go\.|settings\.|theme\.|language\.|palette|conv_|agent_|welcome\.|agents?\.(?:new|import|export|duplicate))/u;

/** A page that speaks the pseudo language, and what a walk through it needs. */
async function openPseudo() {
  // Without motion what opens is there, and what closes is gone, at the next frame.
  const context = await story.browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const wasServed = await speakPseudo(context);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const atRest = restOf(page);
  await page.goto(story.host.link);
  await page.locator('main').waitFor();
  await atRest();
  const open = page.locator('dialog[open], [role=menu], [data-radix-popper-content-wrapper]');
  return {
    page,
    /** What lies over the view. */
    open,
    wasServed,
    atRest,
    async visit(hash: string): Promise<void> {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await atRest();
    },
    /** A dialog may have been opened from a menu that is still there; what was told of a deed may cover what comes next. */
    async closeAll(): Promise<void> {
      for (let left = 3; left > 0 && (await open.count()) > 0; left -= 1) {
        await page.keyboard.press('Escape');
        await atRest();
      }
      expect(await open.count()).toBe(0);
      // In the page, because it may go by itself at any moment.
      await page.evaluate(() => {
        for (const button of document.querySelectorAll('button[aria-label^="⟦Dismiss"]'))
          if (button instanceof HTMLElement) button.click();
      });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

it('every view, menu, dialog and command speaks the chosen language', { timeout: 240_000 }, async () => {
  await using window = await openPseudo();
  const { page, atRest, visit, closeAll } = window;
  const found: Record<string, string[]> = {};
  const seen = new Set<string>();
  const run = new Set<string>();
  const note = async (where: string) => {
    // Each where it was seen first.
    const texts = (await untranslated(page)).filter((text) => !seen.has(text));
    for (const text of texts) seen.add(text);
    if (texts.length > 0) found[where] = texts;
  };
  for (const [name, hash] of Object.entries(views)) {
    await visit(hash);
    // It does speak it: a view without a single text would pass unseen.
    expect(await page.locator('main').getByText('⟦').count(), name).toBeGreaterThan(0);
    await note(name);
    // Menus, popovers and dialogs that say of themselves that they open something.
    const openers = page.locator('main [aria-haspopup]:visible');
    for (let index = 0; index < Math.min(await openers.count(), 12); index += 1) {
      const opener = openers.nth(index);
      // What is no use just now opens nothing.
      if (await opener.isDisabled()) continue;
      await opener.click();
      await atRest();
      expect(await window.open.count(), `${name}, opened ${index + 1}`).toBeGreaterThan(0);
      await note(`${name}, opened ${index + 1}`);
      await closeAll();
    }
    // What has a name in the palette, and the dialogs behind it.
    await page.keyboard.press('Control+k');
    await page.locator('[cmdk-item]').first().waitFor();
    await note(`${name}, palette`);
    const commands = await page
      .locator('[cmdk-item]')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-value') ?? ''));
    await closeAll();
    for (const command of commands.filter((id) => !notRun.test(id) && !run.has(id))) {
      run.add(command);
      await page.keyboard.press('Control+k');
      await page.locator('[cmdk-item]').first().waitFor();
      const item = page.locator(`[cmdk-item][data-value="${command}"]`);
      // What one command has done may have taken another away.
      if ((await item.count()) > 0) await item.click();
      await atRest();
      await note(`${name}, command ${command}`);
      await closeAll();
      if (!page.url().endsWith(hash)) await visit(hash);
    }
  }
  expect(window.wasServed()).toBe(true);
  expect(found).toEqual({});
});

it(
  'so do files, what a search finds, jobs that are chosen, and what stands beside a view',
  { timeout: 120_000 },
  async () => {
    // The walk before this one has run every command: conversations are removed, and lanes may be paused.
    await ask(story.host, 'Another question', { demo: { tokens: 20, tokenMs: 0 } });
    await using window = await openPseudo();
    const { page, atRest, visit, closeAll } = window;

    const besides = page.locator('aside [aria-haspopup]');
    await besides.first().waitFor();
    for (const opener of await besides.all()) {
      // A conversation's menu comes into sight with the pointer.
      await opener.hover();
      await opener.click();
      await atRest();
      expect(await untranslated(page)).toEqual([]);
      await closeAll();
    }

    await page.locator('input[type=file][multiple]').setInputFiles([
      { name: 'lamp.png', mimeType: 'image/png', buffer: png(320, 200) },
      { name: 'paper.pdf', mimeType: 'application/pdf', buffer: pdf('Moths by night') },
      { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes') },
      { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from([0x4d, 0x5a, 0, 0]) },
    ]);
    await page.getByText('lamp.png').first().waitFor();
    await page.getByText('setup.exe').first().waitFor();
    await atRest();
    expect(await untranslated(page)).toEqual([]);

    await page
      .locator('aside')
      .getByRole('button', { name: /Search messages/u })
      .click();
    const field = page.getByRole('dialog').getByRole('combobox');
    await field.fill('question');
    await page.getByRole('dialog').getByRole('option').first().waitFor();
    expect(await untranslated(page)).toEqual([]);
    await field.fill('nowhere at all');
    await page.getByRole('dialog').getByRole('option').first().waitFor({ state: 'detached' });
    await atRest();
    expect(await untranslated(page)).toEqual([]);
    await closeAll();

    await visit('#/queue');
    await page.locator('main').getByRole('checkbox').first().click();
    await atRest();
    expect(await untranslated(page)).toEqual([]);
  },
);

it('German is chosen in the settings, at once, in every window, and stays', async () => {
  await using window = await story.open();
  const { page } = window;
  const other = await window.context.newPage();
  await other.goto(story.host.url);
  await other.getByRole('navigation', { name: 'Main navigation' }).waitFor();
  await page.evaluate(() => {
    location.hash = '#/settings/general';
  });
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
  await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  await other.getByRole('navigation', { name: 'Hauptnavigation' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
  expect(window.complaints).toEqual([]);
});
