/**
 * A language that shows what was not translated: every text stands in ⟦…⟧ and is longer by a third. No part of the page knows
 * of it: the browser is given it in place of the file that holds German.
 */
import type { BrowserContext, Page } from 'playwright-core';
import { en } from '../../src/renderer/i18n/en/index.ts';

/** The same texts, each marked; what is filled in stays as it is. */
export function pseudo(texts: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? mark(value) : typeof value === 'object' && value !== null ? pseudo(value) : value,
    ]),
  );
}

function mark(text: string): string {
  return `⟦${text}${'·'.repeat(Math.ceil(text.length / 3))}⟧`;
}

/** Every page of this context speaks it. Returns whether the file was asked for, so that a test cannot pass without it. */
export async function speakPseudo(context: BrowserContext): Promise<() => boolean> {
  let served = false;
  await context.route(/\/assets\/de-[\w-]+\.js$/u, async (route) => {
    served = true;
    await route.fulfill({
      contentType: 'text/javascript',
      body: `export const de = ${JSON.stringify(pseudo(en))};`,
    });
  });
  await context.addInitScript(() => localStorage.setItem('nightshift.language', 'de'));
  return () => served;
}

/** What is on screen outside ⟦…⟧ and outside `translate="no"`: texts, and the names that only some can hear. */
export function untranslated(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /** Without marked parts, innermost first, and without what the browser makes of numbers and dates. */
    const rest = (text: string): string => {
      let left = text;
      for (let before = ''; before !== left;) {
        before = left;
        left = left.replaceAll(/⟦[^⟦⟧]*⟧/gu, ' ');
      }
      return left
        .replaceAll(
          /[-+]?[\d.,]+(?:\s|\u00A0|\u202F)*(?:Byte|[kMGT]B|Mio\.?|Tsd\.?|Mrd\.?|US\$|ms|Sek\.?|Min\.?|Std\.?|[smhd%$€])?(?!\p{L})/gu,
          ' ',
        )
        .replaceAll(
          /(?:Jan|Feb|März|Apr|Mai|Juni|Juli|Aug|Sept?|Okt|Nov|Dez)\p{L}*\.?|\bUhr\b|(?:Mo|Di|Mi|Do|Fr|Sa|So)\.?(?=[ ,]|$)/gu,
          ' ',
        )
        .replaceAll(/[^\p{L}]+/gu, ' ')
        .trim();
    };
    const isOurs = (element: Element | null): boolean =>
      element !== null && element.closest('[translate="no"]') === null;
    /** Names that stand somewhere as what they are may be told again, to those who do not see them. */
    const names = new Set(
      [...document.querySelectorAll('[translate="no"]')].map((element) => element.textContent.trim()),
    );
    const found = new Set<string>();
    const note = (what: string, text: string | null) => {
      if (text !== null && !names.has(text.trim()) && rest(text) !== '')
        found.add(`${what}: ${text.trim().slice(0, 120)}`);
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      // What stands in a box is its user's: a command that begins a message, too.
      if (parent === null || parent.closest('script, style, noscript, textarea') !== null || !isOurs(parent)) continue;
      if (parent.closest('option') === null && !parent.checkVisibility()) continue;
      note('text', node.textContent);
    }
    for (const element of document.body.querySelectorAll(
      '[aria-label], [title], [placeholder], [alt], [aria-description]',
    )) {
      if (!isOurs(element) || !element.checkVisibility()) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
        note(name, element.getAttribute(name));
    }
    return [...found];
  });
}
