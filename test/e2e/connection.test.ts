/** The line between page and service is cut in every way a person can meet, and heals. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startLedModel, type LedModel } from './led-model.ts';
import { counts, openWindow, shows } from './page-driver.ts';

let browser: Browser;
let model: LedModel;
let dataDir: string;
let host: TestHost;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  model = await startLedModel();
  dataDir = mkdtempSync(join(tmpdir(), 'nightshift-page-'));
  host = await startHost({ env: model.env, dataDir });
});
afterEach(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The same installation again, at the same address. */
async function startAgain(env: Readonly<Record<string, string>> = {}): Promise<void> {
  host = await startHost({ env: { ...model.env, ...env }, dataDir, args: ['--port', String(host.port)] });
}

describe('a host that is killed', () => {
  test('is missed, and its answer is whole once it is back; what was written meanwhile arrives once', async () => {
    await using window = await openWindow(browser, host.link);
    const { page, send, answers, log, message } = window;
    await send('survive this');
    const first = await model.asked('survive this');
    first.say('Half an answer');
    await shows(answers, 'Half an answer');
    await host.kill9();
    await host.close();
    const banner = page.getByRole('alert', { name: 'Connection' });
    await shows(banner, 'Connection lost.');
    expect(await answers.getByText('Half an answer').isVisible()).toBe(true);
    await send('written in the dark');
    await shows(log, 'it is sent when the connection is back');
    expect(await message.inputValue()).toBe('');
    await window.screenshot('page-connection-lost');

    await startAgain();
    await banner.waitFor({ state: 'hidden' });
    const again = await model.asked('survive this');
    again.answer('A whole answer.');
    await shows(answers.nth(0), 'A whole answer.');
    (await model.asked('written in the dark')).answer('Arrived.');
    await shows(answers.nth(1), 'Arrived.');
    expect(await answers.getByText('Half an answer').count()).toBe(0);
    expect(model.count('written in the dark')).toBe(1);
    await counts(page.getByRole('article', { name: 'Your message' }), 2);
  });

  test('is tried again at once when it is asked for', async () => {
    await using window = await openWindow(browser, host.link);
    const { page, button } = window;
    await host.kill9();
    await host.close();
    // Until the waits between two tries are so long that only a person makes it quicker.
    await shows(page.getByRole('alert', { name: 'Connection' }), /Next try in [4-9] s/);
    await startAgain();
    await button('Try now').click();
    await page.getByRole('alert', { name: 'Connection' }).waitFor({ state: 'hidden', timeout: 3_000 });
  });

  test('and comes back with another token says how to get in', async () => {
    await using window = await openWindow(browser, host.link);
    const { page } = window;
    const banner = page.getByRole('alert', { name: 'Connection' });
    await host.kill9();
    await host.close();
    await startAgain({ NIGHTSHIFT_TOKEN: 'another-token' });
    await shows(banner, 'This browser is not signed in. Open the link that Nightshift printed');
    await window.screenshot('page-refused');
    // The new link in another tab of the same browser lets this one in as well.
    const other = await window.context.newPage();
    await other.goto(host.link);
    await other.getByRole('textbox', { name: 'Message' }).waitFor();
    await other.close();
    await page.bringToFront();
    await page.getByRole('button', { name: 'Try again' }).click();
    await banner.waitFor({ state: 'hidden' });
  });
});

describe('a message whose acknowledgement is lost', () => {
  test('is sent again after a reload, and is there once', async () => {
    await using window = await openWindow(browser, host.link);
    const { page, send, answers } = window;
    await send('hello');
    (await model.asked('hello')).answer('Hi.');
    await shows(answers, 'Hi.');

    // The page's requests reach the service, but what the service says about this message does not come back.
    let deaf = true;
    await page.routeWebSocket(/\/trpc$/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((data) => {
        if (!deaf || !String(data).includes('only once')) socket.send(data);
      });
    });
    await page.reload();
    await shows(answers, 'Hi.');
    await send('only once');
    const asked = await model.asked('only once');
    await shows(page.getByRole('status'), 'Sending');

    deaf = false;
    await page.reload();
    await shows(answers.nth(1), 'Starting');
    await counts(page.getByRole('article', { name: 'Your message' }), 2);
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
    asked.answer('It came through.');
    await shows(answers.nth(1), 'It came through.');
    expect(model.count('only once')).toBe(1);
  });
});
