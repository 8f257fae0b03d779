/**
 * The desktop from its first start on: what was packaged runs on the stand-in for Electron, with real windows, real worker
 * processes and a real model server. It is killed, restarted, quit and started twice.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLedModel, type LedModel } from '../e2e/led-model.ts';
import { Desktop } from '../support/electron/launch.ts';

const key = 'sk-planted-0123456789abcdef';

// Each starts a browser, most of them two.
vi.setConfig({ testTimeout: 150_000 });

let userData: string;
let model: LedModel;
let desktop: Desktop;
const running = new Set<Desktop>();
beforeEach(async () => {
  userData = mkdtempSync(join(tmpdir(), 'nightshift-desktop-'));
  model = await startLedModel({ titles: false });
});
afterEach(async () => {
  for (const each of running) await each[Symbol.asyncDispose]();
  running.clear();
  await model[Symbol.asyncDispose]();
  rmSync(userData, { recursive: true, force: true });
});

function start(options: { args?: readonly string[]; keyring?: string } = {}): Desktop {
  const baseUrl = model.env['OPENAI_BASE_URL'] ?? '';
  desktop = new Desktop({ userData, env: { OPENAI_BASE_URL: baseUrl, NIGHTSHIFT_VERBOSE: '1' }, ...options });
  running.add(desktop);
  return desktop;
}

const message = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const answers = (page: Page) => page.getByRole('article', { name: 'Answer' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

async function send(page: Page, text: string): Promise<void> {
  await message(page).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true, disabled: false }).waitFor();
  await message(page).press('Enter');
}

async function shows(page: Page, text: string | RegExp): Promise<void> {
  await answers(page).filter({ hasText: text }).first().waitFor();
}

/** The first three steps, with a key that the model's server takes. */
async function welcome(page: Page): Promise<void> {
  await button(page, /^OpenAI/).click();
  await page.getByLabel(/^API key/).fill(key);
  await button(page, 'Test and save').click();
  await button(page, 'Test and go on').click();
  (await model.asked('This is a test of the connection. Answer with the single word OK.')).answer('OK');
  await page.getByText('Ask your first question').waitFor();
}

/** The process id of a worker that this desktop has started; workers call themselves by their ids. */
function someWorker(): number {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const own = processes
    .map((line) => /^\s*(\d+)\s+(\d+)\s+nightshift worker:/u.exec(line))
    .find((found) => Number(found?.[2]) === desktop.pid);
  if (own?.[1] === undefined) throw new Error('the desktop has no worker');
  return Number(own[1]);
}

/** Also what the browser keeps; its sockets and dangling links are no files. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('first run: a key is tested and kept, a question answered; the key is on disk in no clear text', async () => {
  start();
  const page = await desktop.window();
  await welcome(page);
  await send(page, 'Hello?');
  (await model.asked('Hello?')).answer('Good evening.');
  await shows(page, 'Good evening.');
  const holding = filesBelow(join(userData, 'profile')).filter((file) => readFileSync(file).includes(key));
  expect(holding).toEqual([]);
  expect(readFileSync(join(userData, 'profile', 'secrets.json'), 'utf8')).toContain('"openai"');

  // The next start has it again, and the conversation.
  desktop.command({ type: 'quit' });
  expect(await desktop.exited).toBe(0);
  start();
  const again = await desktop.window();
  await again.getByRole('link', { name: 'Hello?' }).click();
  await shows(again, 'Good evening.');
  await send(again, 'And now?');
  (await model.asked('And now?')).answer('Still here.');
  await shows(again, 'Still here.');
});

test('two windows show the same; one reloads in mid-answer; a worker is killed and the answer begins anew', async () => {
  start();
  const page = await desktop.window();
  await welcome(page);
  await send(page, 'A long one');
  const first = await model.asked('A long one');
  first.say('Once upon ');
  await shows(page, 'Once upon');
  desktop.command({ type: 'click-menu', label: 'New window' });
  const second = await desktop.window(1);
  await second.getByRole('link', { name: 'A long one' }).click();
  await shows(second, 'Once upon');
  await second.reload();
  await second.getByRole('link', { name: 'A long one' }).waitFor();
  await shows(second, 'Once upon');

  process.kill(someWorker(), 'SIGKILL');
  (await model.asked('A long one')).answer('From the beginning: the end.');
  for (const each of [page, second]) await shows(each, 'From the beginning: the end.');
  expect(await answers(page).count()).toBe(1);
});

test('killed in mid-answer: the next start goes on, and a question that was acknowledged is answered', async () => {
  start();
  const page = await desktop.window();
  await welcome(page);
  await send(page, 'Are you there?');
  const cut = await model.asked('Are you there?');
  cut.say('I am ');
  await shows(page, 'I am');
  await desktop.kill();
  expect(await cut.ended).toBe('cut');

  start();
  const again = await desktop.window();
  (await model.asked('Are you there?')).answer('I am back.');
  await again.getByRole('link', { name: 'Are you there?' }).click();
  await shows(again, 'I am back.');
  expect(await answers(again).count()).toBe(1);
});

test('quit while it works: asked; told to wait it finishes the answer first', async () => {
  start();
  const page = await desktop.window();
  await welcome(page);
  await send(page, 'Take your time');
  const answer = await model.asked('Take your time');
  answer.say('Slowly ');
  await shows(page, 'Slowly');
  desktop.command({ type: 'quit' });
  const asked = await desktop.reported('dialog');
  expect(asked).toMatchObject({
    message: 'Work is under way',
    buttons: ['Quit when it is done', 'Quit now', 'Cancel'],
  });
  expect(asked.detail).toContain('1 answer is being written');
  desktop.command({ type: 'answer', id: asked.id, response: 2 });
  desktop.command({ type: 'quit' });
  const again = await desktop.reported('dialog', ({ id }) => id > asked.id);
  desktop.command({ type: 'answer', id: again.id, response: 0 });
  answer.say('but surely.');
  answer.finish();
  expect(await desktop.exited).toBe(0);

  start();
  const next = await desktop.window();
  await next.getByRole('link', { name: 'Take your time' }).click();
  await shows(next, 'Slowly but surely.');
  expect(model.count('Take your time')).toBe(1);
});

test('a window that is closed while it works goes behind the tray; a notification opens its conversation', async () => {
  start();
  const page = await desktop.window();
  await welcome(page);
  await send(page, 'Later');
  const answer = await model.asked('Later');
  answer.say('Soon');
  await shows(page, 'Soon');
  await desktop.reported('tray', ({ items }) => items.includes('1 answer is being written'));
  await page.getByRole('link', { name: 'New conversation' }).or(button(page, 'New conversation')).first().click();
  desktop.command({ type: 'close-window', index: 0 });
  answer.say(' done.');
  answer.finish();
  const notification = await desktop.reported('notification');
  expect(notification).toMatchObject({ title: 'Later', body: 'Soon done.' });
  await desktop.reported('badge', ({ count }) => count === 1);
  desktop.command({ type: 'click-notification', id: notification.id });
  await shows(page, 'Soon done.');
  await desktop.reported('badge', ({ count }) => count === 0);
});

test('a second start shows the first one; a link opens its conversation', async () => {
  const first = start();
  const page = await first.window();
  await welcome(page);
  await send(page, 'Find me');
  (await model.asked('Find me')).answer('Found.');
  await shows(page, 'Found.');
  const id = /#\/c\/([^/]+)/u.exec(page.url())?.[1] ?? '';
  await button(page, 'New conversation').first().click();

  start({ args: [`nightshift://conversation/${id}`] });
  expect(await desktop.exited).toBe(0);
  await shows(page, 'Found.');
  await button(page, 'New conversation').first().click();
  first.command({ type: 'open-url', url: `nightshift://conversation/${id}` });
  await shows(page, 'Found.');
  // What is no conversation's id is no address.
  const at = page.url();
  first.command({ type: 'open-url', url: 'nightshift://conversation/%3Cscript%3E' });
  first.command({ type: 'open-url', url: 'https://example.com/' });
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  expect(page.url()).toBe(at);
});

test('without a keyring it asks before a key is kept, and keeps none against the will', async () => {
  start({ keyring: 'basic_text' });
  const page = await desktop.window();
  await button(page, /^OpenAI/).click();
  await page.getByLabel(/^API key/).fill(key);
  await button(page, 'Test and save').click();
  const asked = await desktop.reported('dialog');
  expect(asked.message).toBe('This system has no protected store for keys');
  desktop.command({ type: 'answer', id: asked.id, response: 1 });
  await page.getByText(/The key could not be kept: .*no protected store/u).waitFor();
});

test('the page cannot leave, open windows, or reach anything but its engine', async () => {
  start();
  const page = await desktop.window();
  await message(page).waitFor();
  expect(await page.evaluate(() => ({ require: 'require' in window, process: 'process' in window }))).toEqual({
    require: false,
    process: false,
  });
  expect(
    await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await message(page).waitFor();
  expect(new URL(page.url()).host).toBe('nightshift.invalid');
  expect(desktop.all('opened').filter(({ what }) => what.startsWith('the window went to'))).toEqual([]);
});
