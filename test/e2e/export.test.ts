/** A conversation leaves the page as a file, and comes back from it. */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { png } from '../support/files.ts';
import { counts, shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory();

test('as JSON with its files, which is imported again, and as Markdown', async () => {
  await using window = await story.open();
  const { page, answers, log } = window;
  const buffer = png(40, 30);
  await page
    .locator('input[type=file]:not([accept])')
    .setInputFiles([{ name: 'owl.png', mimeType: 'image/png', buffer }]);
  await counts(page.getByRole('list', { name: 'Files of the message' }).getByRole('listitem'), 1);
  await window.send('Keep this');
  await shows(answers, 'npm start');

  const save = async (item: string): Promise<string> => {
    await page.getByRole('navigation', { name: 'Conversations' }).getByRole('listitem').first().hover();
    await page.getByRole('button', { name: 'More for Keep this' }).first().click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: item }).click();
    return readFileSync(await (await download).path(), 'utf8');
  };
  const markdown = await save('Export as Markdown');
  expect(markdown).toMatch(/^# Keep this/);
  expect(markdown).toContain('*Attached: owl.png*');
  const json = await save('Export as JSON');
  expect(JSON.parse(json)).toMatchObject({
    version: 2,
    attachments: [{ name: 'owl.png', data: buffer.toString('base64') }],
  });

  const picker = page.locator('input[type=file][accept]');
  await picker.setInputFiles([{ name: 'keep.json', mimeType: 'application/json', buffer: Buffer.from(json) }]);
  await page.getByText('Imported', { exact: true }).waitFor();
  await shows(log, 'Keep this');
  await log.getByRole('img', { name: 'owl.png' }).waitFor();
  expect(await story.host.client.conversations.list.query()).toHaveLength(2);

  await picker.setInputFiles([{ name: 'list.json', mimeType: 'application/json', buffer: Buffer.from('[1, 2]') }]);
  await page.getByText('list.json is no conversation exported as JSON.').waitFor();
  await picker.setInputFiles([
    {
      name: 'odd.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ ...JSON.parse(json), title: '' })),
    },
  ]);
  await page.getByText(/odd\.json could not be imported/).waitFor();
  expect(window.complaints).toEqual([]);
});
