/** The page as a person uses it: through roles and names, never through classes. */
import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Git-ignored; kept as an artefact of CI. */
const artefacts = new URL('../../artefacts/', import.meta.url).pathname;

export interface Window extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly message: Locator;
  readonly log: Locator;
  /** What the page complained about so far: exceptions, errors on the console, what the CSP refused. */
  readonly complaints: readonly string[];
  /** Writes and presses Enter. */
  send(text: string): Promise<void>;
  button(name: string | RegExp): Locator;
  /** The answers on screen, oldest first. */
  readonly answers: Locator;
  /** What waits behind the answer that is running. */
  readonly queue: Locator;
  newConversation(): Promise<void>;
  /** Chooses a conversation in the side bar. */
  choose(title: string): Promise<void>;
  screenshot(name: string): Promise<void>;
}

/** A fresh browser profile that opens the printed link. */
export async function openWindow(browser: Browser, link: string, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 820 },
    colorScheme: 'light',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  return windowOf(context, link);
}

/** A further window of the same profile. */
export async function windowOf(context: BrowserContext, link: string): Promise<Window> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
  await page.goto(link);
  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  await message.waitFor();
  return {
    page,
    context,
    message,
    log: page.getByRole('log'),
    complaints,
    answers: page.getByRole('article', { name: 'Answer' }),
    queue: page.getByRole('region', { name: 'Queued messages' }),
    button: (name) => page.getByRole('button', { name, exact: typeof name === 'string' }),
    async send(text) {
      await message.fill(text);
      // Not while the message before is on its way: then Enter waits for the next press.
      await page.getByRole('button', { name: 'Send', exact: true, disabled: false }).waitFor();
      await message.press('Enter');
    },
    async newConversation() {
      await page.getByRole('button', { name: 'New conversation' }).click();
      await page.getByRole('heading', { name: 'Hand it over. Go on with your work.' }).waitFor();
    },
    async choose(title) {
      await page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name: title }).click();
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    },
    async screenshot(name) {
      mkdirSync(artefacts, { recursive: true });
      await page.screenshot({ path: `${artefacts}${name}.png` });
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Waits until the text of `locator` holds `text`; a failure says what the page shows instead. */
export async function shows(locator: Locator, text: string | RegExp): Promise<void> {
  try {
    await locator.filter({ hasText: text }).first().waitFor();
  } catch (error) {
    const shown = await locator.page().getByRole('main').innerText();
    throw new Error(`The page does not show ${String(text)}. It shows:\n${shown}`, { cause: error });
  }
}

/** Waits until there are `count` of them. */
export async function counts(locator: Locator, count: number): Promise<void> {
  await expect.poll(() => locator.count(), { timeout: 15_000, interval: 50 }).toBe(count);
}
