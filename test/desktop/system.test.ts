/** What the desktop does with the system around its windows: menus, tray, taskbar, sleep, the window's place, logs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { standIn } from '../support/electron/stand-in-desktop.ts';
import { answers, message, openBench, send, shows, welcome } from './driver.ts';

vi.setConfig({ testTimeout: 120_000 });

test('work shows in the tray and on the taskbar; asleep it starts nothing, and awake it goes on', async () => {
  await using bench = await openBench(standIn);
  const desktop = await bench.start();
  const page = await desktop.window();
  await welcome(page, bench.model);
  await send(page, 'One');
  const first = await bench.model.asked('One');
  first.say('Begun');
  await desktop.reported('tray', ({ items }) => items.includes('1 answer is being written'));
  // Its end is not known: more than the whole.
  await desktop.reported('progress', ({ value }) => value > 1);

  const logs = join(bench.folder, 'profile', 'logs');
  const log = (): string => readFileSync(join(logs, 'nightshift.log'), 'utf8');
  await desktop.command({ type: 'power', event: 'suspend' });
  await expect.poll(log, { timeout: 15_000 }).toContain('The machine goes to sleep: nothing new is started.');
  // What runs goes on; what is sent now waits.
  first.answer(' and done.');
  await shows(page, 'Begun and done.');
  await send(page, 'Two');
  // The second is the conversation's title.
  await desktop.reported('tray', ({ items }) => items.includes('2 jobs wait') && items.length === 3);
  expect(bench.model.count('Two')).toBe(0);
  await desktop.command({ type: 'power', event: 'resume' });
  (await bench.model.asked('Two')).answer('Good morning.');
  await shows(page, 'Good morning.');
  expect(await answers(page).count()).toBe(2);
  const trays = desktop.all('tray').length;
  await desktop.reported(
    'tray',
    (tray) => desktop.all('tray').indexOf(tray) >= trays - 1 && tray.items[0] === 'Nothing is under way',
  );
  // The bar of the taskbar is told after the tray.
  await expect.poll(() => desktop.all('progress').at(-1)?.value, { timeout: 15_000 }).toBe(-1);

  await desktop.command({ type: 'click-menu', label: 'Show log files' });
  await desktop.reported('opened', ({ what }) => what === logs);
  expect(log()).toContain('Nightshift is ready.');
  expect(log()).toContain('No update feed is set: updates are off.');
  expect(log()).not.toContain('sk-planted');
  await desktop.command({ type: 'click-menu', label: 'Settings …' });
  await page.waitForURL(/#\/settings\/general/u);
});

test('a window comes back where it was, and the menus speak German where the system does', async () => {
  await using bench = await openBench(standIn);
  const file = join(bench.folder, 'profile', 'window.json');
  const place = { x: 120, y: 90, width: 900, height: 700, maximized: false };
  mkdirSync(join(bench.folder, 'profile'));
  writeFileSync(file, JSON.stringify(place));
  const desktop = await bench.start({ locale: 'de-AT' });
  const page = await desktop.window();
  await message(page).waitFor();
  expect(await page.evaluate(() => [innerWidth, innerHeight])).toEqual([900, 700]);
  const menu = desktop.all('menu')[0]?.items ?? [];
  expect(menu).toEqual(
    expect.arrayContaining(['Datei', 'Neues Gespräch', 'Protokolldateien zeigen', 'Nightshift beenden']),
  );
  expect(desktop.all('tray')[0]?.items).toEqual(['Zurzeit läuft nichts', 'Nightshift öffnen', 'Nightshift beenden']);
  // The last window, and nothing under way: the program ends with it.
  writeFileSync(file, '');
  await desktop.command({ type: 'close-window', index: 0 });
  expect(await desktop.exited).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(place);
});
