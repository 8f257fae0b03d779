/**
 * The desktop from its first start on: what was packaged runs with real windows, real worker processes and a real model
 * server. It is killed, restarted, quit and started twice. The same story on the stand-in and, where there is one, on real
 * Electron.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runners } from '../support/electron/runners.ts';
import { answers, button, key, openBench, send, shows, welcome, type Bench } from './driver.ts';

// Each starts a browser, most of them two.
vi.setConfig({ testTimeout: 150_000 });

/** Also what the browser keeps; its sockets and dangling links are no files. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe.each(runners('story'))('the desktop on $name', (runner) => {
  let bench: Bench;
  let model: Bench['model'];
  beforeEach(async () => {
    bench = await openBench(runner);
    ({ model } = bench);
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  test('first run: a key is tested and kept, a question answered; the key is on disk in no clear text', async () => {
    const desktop = await bench.start();
    const page = await desktop.window();
    await welcome(page, model);
    await send(page, 'Hello?');
    (await model.asked('Hello?')).answer('Good evening.');
    await shows(page, 'Good evening.');
    const holding = filesBelow(join(bench.folder, 'profile')).filter((file) => readFileSync(file).includes(key));
    expect(holding).toEqual([]);
    expect(readFileSync(join(bench.folder, 'profile', 'secrets.json'), 'utf8')).toContain('"openai"');

    // The next start has it again, and the conversation.
    await desktop.command({ type: 'quit' });
    expect(await desktop.exited).toBe(0);
    const next = await bench.start();
    const again = await next.window();
    await again.getByRole('link', { name: 'Hello?' }).click();
    await shows(again, 'Good evening.');
    await send(again, 'And now?');
    (await model.asked('And now?')).answer('Still here.');
    await shows(again, 'Still here.');
  });

  test('two windows show the same; one reloads in mid-answer; a worker is killed and the answer begins anew', async () => {
    const desktop = await bench.start();
    const page = await desktop.window();
    await welcome(page, model);
    await send(page, 'A long one');
    const first = await model.asked('A long one');
    first.say('Once upon ');
    await shows(page, 'Once upon');
    await desktop.command({ type: 'click-menu', label: 'New window' });
    const second = await desktop.window(1);
    await second.getByRole('link', { name: 'A long one' }).click();
    await shows(second, 'Once upon');
    await second.reload();
    await second.getByRole('link', { name: 'A long one' }).waitFor();
    await shows(second, 'Once upon');

    const [worker] = await desktop.workers();
    if (worker === undefined) throw new Error('the desktop has no worker');
    process.kill(worker, 'SIGKILL');
    (await model.asked('A long one')).answer('From the beginning: the end.');
    for (const each of [page, second]) await shows(each, 'From the beginning: the end.');
    expect(await answers(page).count()).toBe(1);
  });

  test('killed in mid-answer: the next start goes on, and a question that was acknowledged is answered', async () => {
    const desktop = await bench.start();
    const page = await desktop.window();
    await welcome(page, model);
    await send(page, 'Are you there?');
    const cut = await model.asked('Are you there?');
    cut.say('I am ');
    await shows(page, 'I am');
    await desktop.kill();
    expect(await cut.ended).toBe('cut');

    const next = await bench.start();
    const again = await next.window();
    (await model.asked('Are you there?')).answer('I am back.');
    await again.getByRole('link', { name: 'Are you there?' }).click();
    await shows(again, 'I am back.');
    expect(await answers(again).count()).toBe(1);
  });

  test('quit while it works: asked; told to wait it finishes the answer first', async () => {
    const desktop = await bench.start();
    const page = await desktop.window();
    await welcome(page, model);
    await send(page, 'Take your time');
    const answer = await model.asked('Take your time');
    answer.say('Slowly ');
    await shows(page, 'Slowly');
    await desktop.command({ type: 'quit' });
    const asked = await desktop.reported('dialog');
    expect(asked).toMatchObject({
      message: 'Work is under way',
      buttons: ['Quit when it is done', 'Quit now', 'Cancel'],
    });
    expect(asked.detail).toContain('1 answer is being written');
    await desktop.command({ type: 'answer', id: asked.id, response: 2 });
    await desktop.command({ type: 'quit' });
    const again = await desktop.reported('dialog', ({ id }) => id > asked.id);
    await desktop.command({ type: 'answer', id: again.id, response: 0 });
    answer.say('but surely.');
    answer.finish();
    expect(await desktop.exited).toBe(0);

    const next = await (await bench.start()).window();
    await next.getByRole('link', { name: 'Take your time' }).click();
    await shows(next, 'Slowly but surely.');
    expect(model.count('Take your time')).toBe(1);
  });

  test('a window that is closed while it works goes behind the tray; a notification opens its conversation', async () => {
    const desktop = await bench.start();
    const page = await desktop.window();
    await welcome(page, model);
    await send(page, 'Later');
    const answer = await model.asked('Later');
    answer.say('Soon');
    await shows(page, 'Soon');
    await desktop.reported('tray', ({ items }) => items.includes('1 answer is being written'));
    await page.getByRole('link', { name: 'New conversation' }).or(button(page, 'New conversation')).first().click();
    await desktop.command({ type: 'close-window', index: 0 });
    answer.say(' done.');
    answer.finish();
    const notification = await desktop.reported('notification');
    expect(notification).toMatchObject({ title: 'Later', body: 'Soon done.' });
    await desktop.reported('badge', ({ count }) => count === 1);
    await desktop.command({ type: 'click-notification', id: notification.id });
    await shows(page, 'Soon done.');
    await desktop.reported('badge', ({ count }) => count === 0);
  });

  test('a second start shows the first one; a link opens its conversation', async () => {
    const desktop = await bench.start();
    const page = await desktop.window();
    await welcome(page, model);
    await send(page, 'Find me');
    (await model.asked('Find me')).answer('Found.');
    await shows(page, 'Found.');
    const id = /#\/c\/([^/]+)/u.exec(page.url())?.[1] ?? '';
    await button(page, 'New conversation').first().click();

    expect(await desktop.startAgain([`nightshift://conversation/${id}`])).toBe(0);
    await shows(page, 'Found.');
    await button(page, 'New conversation').first().click();
    await desktop.command({ type: 'open-url', url: `nightshift://conversation/${id}` });
    await shows(page, 'Found.');
    // What is no conversation's id is no address.
    const at = page.url();
    await desktop.command({ type: 'open-url', url: 'nightshift://conversation/%3Cscript%3E' });
    await desktop.command({ type: 'open-url', url: 'https://example.com/' });
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(page.url()).toBe(at);
  });

  test('without a keyring it asks before a key is kept, and keeps none against the will', async () => {
    const desktop = await bench.start({ keyring: 'none' });
    const page = await desktop.window();
    await button(page, /^OpenAI/).click();
    await page.getByLabel(/^API key/).fill(key);
    await button(page, 'Test and save').click();
    const asked = await desktop.reported('dialog');
    expect(asked.message).toBe('This system has no protected store for keys');
    await desktop.command({ type: 'answer', id: asked.id, response: 1 });
    await page.getByText(/The key could not be kept: .*no protected store/u).waitFor();
    expect(readFileSync(join(bench.folder, 'profile', 'logs', 'nightshift.log'), 'utf8')).toMatch(
      /warn.*no protected store/u,
    );
  });
});
