/** A provider in trouble, as the page shows it. A host for each test: a provider's pause is meant for all its jobs. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startLedModel, type LedModel } from './led-model.ts';
import { openWindow, shows } from './page-driver.ts';

let browser: Browser;
let model: LedModel;
let host: TestHost;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  model = await startLedModel();
  host = await startHost({ env: model.env });
});
afterEach(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
});

test('a failed attempt counts down to the next one, which can be made at once', async () => {
  await using window = await openWindow(browser, host.link);
  const { send, answers, button } = window;
  await send('time out');
  (await model.asked('time out')).fail(408, 'That took me too long.', { 'retry-after': '40' });
  await shows(answers, /Retrying in (?:3\d|40) s.*Attempt 1 of \d failed\./s);
  await window.screenshot('page-retrying');
  await button('Retry now').click();
  const second = await model.asked('time out');
  second.answer('In time.');
  await shows(answers, /In time\..*attempt 2/s);
});

test('a provider that asks everybody to wait holds up its jobs, and says so', async () => {
  await using window = await openWindow(browser, host.link);
  const { send, answers, button, page } = window;
  await send('too much');
  (await model.asked('too much')).fail(429, 'Slow down.', { 'retry-after': '40' });
  await shows(answers, /(?:Waiting|Retrying in \d+ s)/);
  await shows(answers, /pause|limit|wait/i);
  await window.screenshot('page-held-up');
  await page.getByRole('link', { name: 'too much' }).getByRole('img', { name: 'Waiting' }).waitFor();
  await button('Stop').click();
  await shows(answers, 'Stopped');
  expect(model.count('too much')).toBe(1);
});
