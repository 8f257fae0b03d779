/** An answer that the token limit has cut, in the page: it says so, and Continue brings the rest into the same answer. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goOn } from '../../src/engine/continuation.ts';
import { launchChromium } from '../support/chromium.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startLedModel, type LedModel } from './led-model.ts';
import { openWindow, shows } from './page-driver.ts';

let browser: Browser;
let model: LedModel;
let host: TestHost;

beforeAll(async () => {
  browser = await launchChromium();
  model = await startLedModel();
  host = await startHost({ env: model.env });
});
afterAll(async () => {
  await browser.close();
  await host.close();
  await model[Symbol.asyncDispose]();
});

test('Continue asks for the rest and shows it behind what was there, also after a reload', async () => {
  await using window = await openWindow(browser, host.link);
  const { send, answers, button, page } = window;
  await send('a long story');
  const first = await model.asked('a long story');
  first.say('Once upon a ti');
  first.finish('length');
  await shows(answers, /Once upon a ti.*Cut: it reached the token limit/s);
  await window.screenshot('page-cut');

  await button('Continue').click();
  const rest = await model.asked(goOn);
  expect(rest.prompt).toEqual(['user: a long story', 'assistant: Once upon a ti', `user: ${goOn}`]);
  rest.say('me, there was');
  await shows(answers, 'Once upon a time, there was');
  expect(await button('Continue').count()).toBe(0);
  await page.reload();
  await shows(answers, 'Once upon a time, there was');
  rest.say(' a queue.');
  rest.finish();
  await shows(answers, /Once upon a time, there was a queue\..*24 in.*68 out/s);
  expect(await answers.count()).toBe(1);
  expect(await page.getByText('Cut:').count()).toBe(0);
  expect(model.count(goOn)).toBe(1);
});
