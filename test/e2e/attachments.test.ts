/** Files with a message: picked, dropped, pasted, shown, read, and given to the model. */
import { Buffer } from 'node:buffer';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { pdf, png } from '../support/files.ts';
import { beginStream, openaiEvents, startModelServer } from '../support/model-server.ts';
import { counts, shows } from './page-driver.ts';
import { tellStory } from './story.ts';

let asked: unknown[];

const story = tellStory({
  async model() {
    const server = await startModelServer(({ request, response, body }) => {
      if (request.method === 'POST') asked.push(body);
      beginStream(response);
      response.end(openaiEvents.text('Seen.') + openaiEvents.finish() + openaiEvents.done());
    });
    const env = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${server.url}/v1` };
    return { env, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
});
beforeEach(() => {
  asked = [];
});

const picture = { name: 'lamp.png', mimeType: 'image/png', buffer: png(320, 200) };
const notes = { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes\n<b>Feed the owl.</b>') };
const paper = { name: 'paper.pdf', mimeType: 'application/pdf', buffer: pdf('Moths by night', 'And page two') };
const add = (page: Page, ...files: (typeof picture)[]) =>
  // Their bytes go to the browser in one message: 20 MB take their time.
  page.locator('input[type=file][aria-label="Add files"]').setInputFiles(files, { timeout: 45_000 });
const tray = (page: Page) => page.getByRole('list', { name: 'Files of the message' }).getByRole('listitem');

describe('files', () => {
  test('of each kind go with a message, are shown with it, and reach the model', async () => {
    await using window = await story.open();
    const { page, message, button, answers } = window;
    await add(page, picture, notes, paper);
    await counts(tray(page), 3);
    await shows(tray(page), '2 pages');
    await window.screenshot('attachments-composer');
    await message.fill('What are these?');
    await page.getByRole('button', { name: 'Send', disabled: false }).waitFor();
    await message.press('Enter');
    await shows(answers, 'Seen.');
    await counts(tray(page), 0);

    const [body] = asked;
    const text = [
      '<file name="notes.md">\n# Notes\n<b>Feed the owl.</b>\n</file>',
      '<file name="paper.pdf" pages="2">\nMoths by night\n\nAnd page two\n</file>',
      'What are these?',
    ].join('\n\n');
    const url = `data:image/png;base64,${picture.buffer.toString('base64')}`;
    expect(body).toMatchObject({
      messages: [
        { role: 'system' },
        {
          role: 'user',
          content: [
            { type: 'text', text },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });

    const thumbnail = page.getByRole('img', { name: 'lamp.png' });
    await thumbnail.waitFor();
    expect(await thumbnail.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(
      320,
    );
    await window.screenshot('attachments-question');
    await button('Open lamp.png').click();
    await page.getByRole('dialog', { name: 'lamp.png' }).getByRole('img').waitFor();
    await page.keyboard.press('Escape');
    await button('Open notes.md').click();
    // As text: what is in it does not become a page.
    await shows(page.getByRole('dialog', { name: 'notes.md' }), '<b>Feed the owl.</b>');
    await window.screenshot('attachments-text');
    await page.keyboard.press('Escape');
    expect(window.complaints).toEqual([]);
  });

  test('that did not fit the context are named with the answer', async () => {
    await using window = await story.open();
    const { page, message, answers } = window;
    const long = { name: 'long.txt', mimeType: 'text/plain', buffer: Buffer.alloc(900_000, 'moth ') };
    await add(page, notes, long);
    await counts(tray(page), 2);
    await message.fill('Sum it up.');
    await page.getByRole('button', { name: 'Send', disabled: false }).click();
    await shows(answers, /Of 1 file the model got only as much as fits its context: long\.txt.*Seen\./su);
    await window.screenshot('attachments-cut');
    expect(await answers.innerText()).not.toContain('notes.md');
  });

  test('can be dropped and pasted, need no words, and outlive a reload', async () => {
    await using window = await story.open();
    const { page, message, button, answers } = window;
    const data = picture.buffer.toString('base64');
    await page.evaluate((base64) => {
      const file = (name: string) =>
        new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: 'image/png' });
      const transfer = new DataTransfer();
      transfer.items.add(file('dropped.png'));
      for (const type of ['dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      }
      const clipboardData = new DataTransfer();
      clipboardData.items.add(file('pasted.png'));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }),
      );
    }, data);
    await counts(tray(page), 2);
    await counts(tray(page).getByRole('presentation'), 2);
    await page.reload();
    await counts(tray(page), 2);
    await button('Remove pasted.png').click();
    await counts(tray(page), 1);
    await page.getByRole('button', { name: 'Send', disabled: false }).click();
    await shows(answers, 'Seen.');
    await page.getByRole('heading', { level: 1, name: 'dropped.png' }).waitFor();
    expect(asked[0]).toMatchObject({ messages: [{ role: 'system' }, { content: [{ type: 'image_url' }] }] });
    await message.fill('');
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    expect(window.complaints).toEqual([]);
  });

  test('that cannot be attached say why, and the others stay', async () => {
    await using window = await story.open();
    const { page } = window;
    await add(
      page,
      { name: 'setup.exe', mimeType: 'text/plain', buffer: Buffer.from('4d5a90000300000004000000', 'hex') },
      { name: 'empty.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
      { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 nothing of it is true') },
      { name: 'huge.bin', mimeType: 'text/plain', buffer: Buffer.alloc(21_000_000, 'x') },
      notes,
    );
    await counts(tray(page), 1);
    await shows(tray(page), 'notes.md');
    const alerts = page.getByRole('alert');
    await shows(alerts, 'setup.exe is neither text');
    await shows(alerts, 'empty.txt is empty');
    await shows(alerts, 'broken.pdf could not be read as a PDF');
    await shows(alerts, 'huge.bin is too large: images may have 10 MB, PDFs 20 MB, text files 1 MB.');
    await add(page, ...Array.from({ length: 10 }, (_, index) => ({ ...notes, name: `${index}.md` })));
    await shows(alerts, 'A message takes at most 10 files.');
    await counts(tray(page), 10);
    await window.screenshot('attachments-refused');
    expect(window.complaints).toEqual([]);
  });

  test('fit a phone, in the dark', async () => {
    await using window = await story.open({
      viewport: { width: 375, height: 700 },
      colorScheme: 'dark',
    });
    const { page } = window;
    await add(page, picture, paper, { ...notes, name: `${'a very long name of a file '.repeat(5)}.md` });
    await counts(tray(page), 3);
    await shows(tray(page), '2 pages');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await window.screenshot('attachments-phone-dark');
  });
});
