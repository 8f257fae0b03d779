/** What a window shows and hands out besides words, under the desktop's own protocol and policy: pictures, diagrams, files. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrivenDesktop } from '../support/electron/driven-desktop.ts';
import { runners } from '../support/electron/runners.ts';
import { png } from '../support/files.ts';
import { answers, button, openBench, send, shows, welcome, type Bench } from './driver.ts';

describe.each(runners('files'))('the desktop on $name', (runner) => {
  let bench: Bench;
  let desktop: DrivenDesktop;
  let page: Page;
  const complaints: string[] = [];
  const saved = (name: string): string => join(bench.folder, 'saved', name);

  beforeAll(async () => {
    bench = await openBench(runner);
    mkdirSync(join(bench.folder, 'saved'));
    desktop = await bench.start();
    page = await desktop.window();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') complaints.push(line.text());
    });
    await welcome(page, bench.model);
  });
  afterAll(async () => {
    expect(complaints).toEqual([]);
    await bench[Symbol.asyncDispose]();
  });

  /** Presses what hands a file out, and says in the system's dialog where it goes. */
  async function save(press: () => Promise<void>, path: string | null): Promise<{ file: string; state: string }> {
    const before = desktop.all('download').length;
    await desktop.command({ type: 'save-as', path });
    await press();
    await expect.poll(() => desktop.all('download').length).toBe(before + 1);
    return desktop.all('download')[before] ?? { file: '', state: '' };
  }

  test('a picture goes with a message, is shown, opened and saved', async () => {
    const picture = png(320, 200);
    const file = { name: 'lamp.png', mimeType: 'image/png', buffer: picture };
    await page.locator('input[type=file][aria-label="Add files"]').setInputFiles([file]);
    await page.getByRole('list', { name: 'Files of the message' }).getByRole('listitem').waitFor();
    await send(page, 'What is this?');
    (await bench.model.asked('What is this?')).answer('A lamp.');
    await shows(page, 'A lamp.');
    const shown = page.getByRole('img', { name: 'lamp.png' });
    await shown.waitFor();
    expect(await shown.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(320);

    await button(page, 'Open lamp.png').click();
    const dialog = page.getByRole('dialog', { name: 'lamp.png' });
    const link = dialog.getByRole('link', { name: 'Save' });
    expect(await save(() => link.click(), saved('lamp.png'))).toMatchObject({ file: 'lamp.png', state: 'completed' });
    expect(desktop.all('save-dialog').at(-1)).toMatchObject({
      title: 'Save as',
      defaultPath: expect.stringMatching(/[\\/]lamp\.png$/u) as string,
    });
    expect(readFileSync(saved('lamp.png')).equals(picture)).toBe(true);
    // Without the attribute that says so it is saved all the same: a file never takes the page's place.
    await link.evaluate((element) => element.removeAttribute('download'));
    expect(await save(() => link.click(), saved('again.png'))).toMatchObject({ state: 'completed' });
    expect(readFileSync(saved('again.png')).equals(picture)).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('a diagram is drawn', async () => {
    await send(page, 'Draw it');
    (await bench.model.asked('Draw it')).answer('```mermaid\nflowchart LR\n  A[Queue] --> B[Worker]\n```\n');
    const drawn = answers(page).locator('img[src^="blob:"]');
    await drawn.waitFor();
    expect(
      await drawn.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
    ).toBeGreaterThan(50);
  });

  test("a link of a model's is opened by the system, after the user was asked", async () => {
    await send(page, 'Where?');
    (await bench.model.asked('Where?')).answer('In [the docs](https://example.com/docs).');
    await answers(page).getByRole('link', { name: 'the docs' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('https://example.com/docs');
    expect(desktop.all('opened').filter(({ what }) => what.startsWith('https:'))).toEqual([]);
    await dialog.getByRole('button', { name: 'Open' }).click();
    await desktop.reported('opened', ({ what }) => what === 'https://example.com/docs');
  });

  test('a conversation is saved as a file; a dialog that is cancelled, and a folder that is not there, save nothing', async () => {
    const download = async (): Promise<void> => {
      await page.evaluate(() => {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob(['# Report\n'], { type: 'text/markdown' }));
        link.download = 'report.md';
        link.click();
      });
    };
    expect(await save(download, saved('report.md'))).toMatchObject({ file: 'report.md', state: 'completed' });
    expect(readFileSync(saved('report.md'), 'utf8')).toBe('# Report\n');
    expect(await save(download, null)).toMatchObject({ state: 'cancelled' });
    expect(desktop.all('error-box')).toEqual([]);
  });

  test('a backup is made, and saved where the user says', async () => {
    await page.evaluate(() => {
      location.hash = '#/settings/data';
    });
    await button(page, 'Back up').click();
    const link = page.getByRole('link', { name: /^Download nightshift-/u });
    await link.waitFor();
    expect(await save(() => link.click(), saved('backup.db'))).toMatchObject({ state: 'completed' });
    expect(readFileSync(saved('backup.db')).subarray(0, 15).toString()).toBe('SQLite format 3');

    const nowhere = join(bench.folder, 'saved', 'report.md', 'below a file.db');
    expect(await save(() => link.click(), nowhere)).toMatchObject({ state: 'interrupted' });
    expect((await desktop.reported('error-box')).title).toMatch(/^"nightshift-.*\.db" could not be saved$/u);
    expect(existsSync(nowhere)).toBe(false);
  });
});
