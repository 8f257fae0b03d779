/**
 * What the browser itself can do on this machine: pages of plain elements, without a script, a style or a service. Headless
 * Chromium draws on the same cores on which everything else runs, so what it takes for these is the floor of ours.
 */
import type { Browser, Page } from 'playwright-core';

export interface PlainPage extends AsyncDisposable {
  readonly tab: Page;
}

async function openPlain(browser: Browser, body: string): Promise<PlainPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 } });
  const tab = await context.newPage();
  await tab.setContent(`<!doctype html><title>Plain</title>${body}`);
  return { tab, [Symbol.asyncDispose]: () => context.close() };
}

/** A region `main` that scrolls through so many lines of text. */
export async function openPlainList(browser: Browser, lines: number): Promise<PlainPage> {
  const list = Array.from({ length: lines }, (_, index) => `<div>It follows that ${index} is odd.</div>`).join('');
  return openPlain(browser, `<main style="height:780px;overflow-y:auto">${list}</main>`);
}

const box = '<textarea aria-label="Message"></textarea>';

/** From the navigation until one can write, ms. */
export async function loadPlainBox(browser: Browser): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 } });
  const tab = await context.newPage();
  const startedAt = performance.now();
  await tab.goto(`data:text/html,${encodeURIComponent(box)}`, { waitUntil: 'commit' });
  await tab.getByRole('textbox').waitFor();
  const takenMs = performance.now() - startedAt;
  await context.close();
  return takenMs;
}

/** A text box that has the focus. */
export async function openPlainBox(browser: Browser): Promise<PlainPage> {
  const plain = await openPlain(browser, box);
  await plain.tab.getByRole('textbox').focus();
  return plain;
}
