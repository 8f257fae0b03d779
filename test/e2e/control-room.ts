/** What the tests of the control room's views share: going there by address, and what is asked of each of them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Window } from './page-driver.ts';

/** By the address, as a link would. Resolves when the view's title stands there; a failure says what stands there instead. */
export async function visit({ page }: Window, hash: string, title: string | RegExp): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  try {
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  } catch (error) {
    const shown = await page.getByRole('main').innerText();
    throw new Error(`${hash} is not shown. At ${page.url()} the page shows:\n${shown}`, { cause: error });
  }
}

const Violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** axe finds nothing serious, and nothing is wider than the window, on a desktop and on the smallest phone. */
export async function expectAccessible(page: Page): Promise<void> {
  // Not as a script of the page: its CSP takes none from elsewhere, and evaluating is not bound by it.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  for (const width of [1280, 375, 320]) {
    await page.setViewportSize({ width, height: 800 });
    const found = Violations.parse(await page.evaluate('axe.run().then(({ violations }) => violations)'));
    const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious, `${width} px: ${JSON.stringify(serious)}`).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
  }
}
