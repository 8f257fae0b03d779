/** The sections worker pool, data and network of the settings. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { certificateFile } from '../support/forward.ts';
import { shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;
const story = tellStory();
beforeAll(async () => {
  window = await story.open();
});
afterAll(async () => {
  expect(window.complaints).toEqual([]);
});

const open = (section: string) => window.page.goto(`${story.host.url}/#/settings/${section}`);
const main = () => window.page.getByRole('main');

test('the data section shows where the data is, backs it up, and hands the backup over', async () => {
  const { page, button } = window;
  await open('data');
  await shows(main(), story.host.dataDir);
  await shows(main(), /Sound, as of/);
  await button('Check now').click();
  await shows(main(), /Sound, as of/);
  // Beside a restored copy it would be taken for its own.
  await shows(main(), /To restore one, .*delete nightshift\.db-wal/u);

  await button('Back up').click();
  const link = page.getByRole('link', { name: /^Download nightshift-/ });
  await link.waitFor();
  const download = page.waitForEvent('download');
  await link.click();
  const file = await (await download).path();
  expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3');

  await button(/^Remove nightshift-/).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await link.waitFor({ state: 'hidden' });
  expect((await story.host.client.data.get.query()).backups).toEqual([]);
});

test('how long things are kept is a setting', async () => {
  const { page, button } = window;
  await open('data');
  const days = page.getByLabel('Finished jobs, days');
  await days.fill('7');
  await button('Save').click();
  await button('Save').waitFor({ state: 'hidden' });
  expect(await story.host.client.settings.get.query()).toMatchObject({ retainDays: 7, retainJobs: 100_000 });
});

test('the pool has a size, and what counts as stored is explained', async () => {
  const { page, button } = window;
  await open('pool');
  await page.getByLabel('Workers at least').fill('5');
  await page.getByLabel('Workers at most').fill('3');
  await shows(page.getByRole('alert'), 'At most must not be less than at least.');
  expect(await button('Save').isDisabled()).toBe(true);
  await page.getByLabel('Workers at least').fill('2');
  await button('Save').click();
  await shows(main(), 'Now there are 2 workers');
  expect(await story.host.client.pool.get.query()).toMatchObject({ min: 2, max: 3 });

  await shows(main(), /survives a crash of Nightshift, of the system, and a power cut/);
  await page.getByRole('radio', { name: 'Handed to the system' }).click();
  await shows(main(), /a power cut or a crash of the system may take the last moments/);
  await expect.poll(async () => (await story.host.client.settings.get.query()).synchronous).toBe('NORMAL');
});

test('a proxy is set, kept, and its password never shown again', async () => {
  const { page } = window;
  await open('network');
  await shows(main(), 'Nightshift was started without a proxy');
  await page.getByRole('radio', { name: 'Through this proxy' }).click();
  await page.getByLabel('Address of the proxy').fill('http://127.0.0.1:9');
  await page.getByLabel('User (if it wants one)').fill('somebody');
  await page.getByLabel('Password').fill('pass-word-1234');
  const proxy = page.locator('form').filter({ hasText: 'How workers reach providers' });
  await proxy.getByRole('button', { name: 'Apply' }).click();
  await proxy.getByRole('button', { name: 'Apply' }).waitFor({ state: 'hidden' });
  await page.reload();
  await shows(main(), 'One is kept.');
  expect(await page.getByLabel('Address of the proxy').inputValue()).toBe('http://127.0.0.1:9');
  expect(await page.content()).not.toContain('pass-word-1234');
  expect((await story.host.client.network.get.query()).proxy).toMatchObject({ mode: 'own', hasPassword: true });
  await page.getByRole('radio', { name: 'As the environment says' }).click();
  await proxy.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(async () => (await story.host.client.network.get.query()).proxy.mode).toBe('environment');
});

test('an authority is pasted, refused where it is none, shown, and taken back', async () => {
  const { page, button } = window;
  await open('network');
  const field = page.getByLabel('Certificates to trust');
  await field.fill('not a certificate');
  const form = page.locator('form').filter({ hasText: 'Certificates to trust' });
  await form.getByRole('button', { name: 'Apply' }).click();
  await shows(form.getByRole('alert'), 'There is no certificate in it.');
  await field.fill(readFileSync(certificateFile, 'utf8'));
  await form.getByRole('button', { name: 'Apply' }).click();
  await shows(main(), /Valid until/);
  expect((await story.host.client.network.get.query()).authorities).toHaveLength(1);
  await button('Trust none of these any more').click();
  await expect.poll(async () => (await story.host.client.network.get.query()).authorities).toEqual([]);
});
