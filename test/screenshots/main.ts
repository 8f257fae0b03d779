/**
 * `npm run screenshots -- --out DIR [--only NAME …]`: takes every view of the page in both themes at 1280x820, and the main
 * ones at 375 px, of a real host that is filled for it. To be looked at: no test compares them.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { openWindow } from '../e2e/page-driver.ts';
import { show, viewsOf, type View } from './views.ts';
import { startWorld } from './world.ts';

const { values: flags } = parseArgs({
  options: { out: { type: 'string' }, only: { type: 'string', multiple: true, default: [] } },
});
if (flags.out === undefined) {
  process.stderr.write('Say where the pictures go: npm run screenshots -- --out DIR\n');
  process.exit(2);
}
const folder = resolve(flags.out);
mkdirSync(folder, { recursive: true });

await using world = await startWorld();
await using browser = await launchChromium();
const views = viewsOf(world).filter(({ name }) => flags.only.length === 0 || flags.only.includes(name));
for (const colorScheme of ['light', 'dark'] as const) {
  await using window = await openWindow(browser, world.host.link, { colorScheme, reducedMotion: 'reduce' });
  for (const view of views) {
    await window.page.setViewportSize({ width: 1280, height: 820 });
    await take(window.page, view, `${view.name}-${colorScheme}`);
    if (view.narrow === undefined) continue;
    await window.page.setViewportSize({ width: 375, height: 760 });
    await take(window.page, view, `${view.name}-${colorScheme}-375`);
  }
}

/** A view that cannot be shown is said, shot as it stands, and makes the run fail at its end. */
async function take(page: Page, view: View, name: string): Promise<void> {
  try {
    await show(page, view);
    // Fonts, drawings and charts that are loaded behind the view.
    await page.waitForLoadState('networkidle');
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${name} is not complete: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
