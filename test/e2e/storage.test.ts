/** The page while the service cannot store anything, and an answer whose job is not kept any more. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { openWindow, shows } from './page-driver.ts';

let browser: Browser;
let folder: ReturnType<typeof dataFolder>;
let host: TestHost;

beforeAll(async () => {
  browser = await launchChromium();
  folder = dataFolder();
  host = await startHost({ dataDir: folder.path });
});
afterAll(async () => {
  await host.close();
  folder[Symbol.dispose]();
  await browser.close();
});

describe('the page', () => {
  test('says that nothing can be stored, keeps what was written, and goes on when it can', async () => {
    await using window = await openWindow(browser, host.link);
    const { page, message, log, answers } = window;
    await window.send('Hello');
    await shows(answers, 'demo');
    const file = join(folder.path, 'nightshift.db');
    renameSync(file, `${file}.away`);
    const banner = page.getByRole('alert', { name: 'Storage' });
    await shows(banner, 'nightshift.db was deleted or moved away while it was open');
    await window.send('Is this kept?');
    await shows(page.getByRole('alert'), /Not sent\. The database takes no writes now: .*Nothing was stored/u);
    expect(await message.inputValue()).toBe('Is this kept?');

    renameSync(`${file}.away`, file);
    await banner.waitFor({ state: 'detached' });
    await message.press('Enter');
    await shows(log, 'Is this kept?');
    await page.getByRole('article', { name: 'Answer' }).nth(1).waitFor();
    expect(await message.inputValue()).toBe('');
  });

  test('shows an answer whose job was removed as it was stored', async () => {
    await using first = await openWindow(browser, host.link);
    await first.send('What was it?');
    await shows(first.answers, 'demo');
    const { url } = { url: first.page.url() };
    await first.page.getByRole('button', { name: 'Copy answer' }).waitFor();
    await host.stop();
    await host.close();
    const database = new Database(join(folder.path, 'nightshift.db'));
    for (const table of ['llm_jobs', 'job_events', 'job_chunks', 'job_counts']) database.exec(`DELETE FROM ${table}`);
    database.close();

    host = await startHost({ dataDir: folder.path });
    await using again = await openWindow(browser, host.link);
    await again.page.goto(new URL(new URL(url).hash || new URL(url).pathname, host.url).href);
    await shows(again.log, 'What was it?');
    await shows(again.answers, 'demo');
    expect(await again.page.getByRole('button', { name: 'Copy answer' }).count()).toBe(1);
    expect(again.complaints).toEqual([]);
  });
});
