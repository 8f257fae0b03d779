/** The desktop's user: starts it, goes through its first steps, writes, reads. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { startLedModel, type LedModel } from '../e2e/led-model.ts';
import type { DesktopOptions, DrivenDesktop, Runner } from '../support/electron/driven-desktop.ts';

/** What is entered in the first steps: to be found nowhere on disk. */
export const key = 'sk-planted-0123456789abcdef';

export interface Bench extends AsyncDisposable {
  /** Kept over restarts. */
  readonly folder: string;
  readonly model: LedModel;
  start(options?: Pick<DesktopOptions, 'keyring' | 'locale'>): Promise<DrivenDesktop>;
}

/** A folder, a model server, and the desktops that are started with them: ended all together. */
export async function openBench(runner: Runner): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-desktop-'));
  const model = await startLedModel({ titles: false });
  const running: DrivenDesktop[] = [];
  return {
    folder,
    model,
    async start(options = {}) {
      const env = { OPENAI_BASE_URL: model.env['OPENAI_BASE_URL'] ?? '', NIGHTSHIFT_VERBOSE: '1' };
      const desktop = await runner.start({ folder, env, ...options });
      running.push(desktop);
      return desktop;
    },
    async [Symbol.asyncDispose]() {
      for (const desktop of running) await desktop[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const message = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true });
export const answers = (page: Page): Locator => page.getByRole('article', { name: 'Answer' });
export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });

export async function send(page: Page, text: string): Promise<void> {
  await message(page).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true, disabled: false }).waitFor();
  await message(page).press('Enter');
}

export async function shows(page: Page, text: string | RegExp): Promise<void> {
  await answers(page).filter({ hasText: text }).first().waitFor();
}

/** The first three steps, with a key that the model's server takes. */
export async function welcome(page: Page, model: LedModel): Promise<void> {
  await button(page, /^OpenAI/).click();
  await page.getByLabel(/^API key/).fill(key);
  await button(page, 'Test and save').click();
  await button(page, 'Test and go on').click();
  (await model.asked('This is a test of the connection. Answer with the single word OK.')).answer('OK');
  await page.getByText('Ask your first question').waitFor();
}
