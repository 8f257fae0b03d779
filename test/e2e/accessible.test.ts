/** axe over every view of a full world, in both themes, on a desktop and on phones. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { show, viewsOf, type View } from '../screenshots/views.ts';
import { startWorld, type World } from '../screenshots/world.ts';
import { launchChromium } from '../support/chromium.ts';
import { expectAccessible } from './control-room.ts';
import { openWindow } from './page-driver.ts';

let browser: Browser;
let world: World;
let views: View[];

beforeAll(async () => {
  [browser, world] = await Promise.all([launchChromium(), startWorld()]);
  views = viewsOf(world);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

// Side by side: a browser's windows do not wait for one another, and this takes longer than anything else here.
test.concurrent.each(['light', 'dark'] as const)(
  'in the %s theme axe finds nothing serious, and nothing is wider than the window',
  { timeout: 240_000 },
  async (colorScheme) => {
    await using window = await openWindow(browser, world.host.link, { colorScheme, reducedMotion: 'reduce' });
    const found: string[] = [];
    for (const view of views) {
      await window.page.setViewportSize({ width: 1280, height: 820 });
      try {
        await show(window.page, view);
        await expectAccessible(window.page);
      } catch (error) {
        // All of them are looked at before the test fails.
        const message = error instanceof Error ? error.message : String(error);
        const rules = [...message.matchAll(/"id":"([\w-]+)"/gu)].map(([, rule]) => rule);
        found.push(`${view.name}: ${rules.length > 0 ? rules.join(', ') : message}`);
      }
    }
    expect(found).toEqual([]);
    expect(window.complaints).toEqual([]);
  },
);
