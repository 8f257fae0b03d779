/** The queue above the composer: listed, moved, changed, taken back, sent now; the same after the host was killed. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startHost } from '../support/host.ts';
import { startLedModel, type LedModel } from './led-model.ts';
import { openWindow, shows } from './page-driver.ts';

let browser: Browser;
let model: LedModel;

beforeAll(async () => {
  browser = await launchChromium();
  model = await startLedModel();
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  await browser.close();
});

/** The texts in the queue, the next one first. */
async function queued(queue: Locator): Promise<string[]> {
  return queue.getByRole('listitem').locator('p').allInnerTexts();
}

/** Waits until these are in the queue, in this order. */
async function queues(queue: Locator, texts: readonly string[]): Promise<void> {
  await expect.poll(() => queued(queue), { timeout: 15_000, interval: 50 }).toEqual(texts);
}

test('moved, changed and taken back while an answer runs, and then answered in that order', async () => {
  await using host = await startHost({ env: model.env });
  await using window = await openWindow(browser, host.link);
  const { page, answers, queue } = window;
  await window.send('zero');
  const zero = await model.asked('zero');
  zero.say('Nil');
  await shows(answers, 'Nil');
  for (const text of ['one', 'two', 'three']) await window.send(text);
  await queues(queue, ['one', 'two', 'three']);
  await shows(queue, '3 messages queued');

  const item = (text: string): Locator => queue.getByRole('listitem', { name: text });
  await item('three').getByRole('button', { name: 'Move up' }).click();
  await queues(queue, ['one', 'three', 'two']);
  await item('two').locator('[title="Drag to move"]').dragTo(item('one'));
  await queues(queue, ['two', 'one', 'three']);
  await item('two').getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Text of the queued message' }).fill('two, please');
  await window.button('Save').click();
  await item('one').getByRole('button', { name: 'Remove' }).click();
  await queues(queue, ['two, please', 'three']);

  zero.finish();
  (await model.asked('two, please')).answer('Second.');
  const three = await model.asked('three');
  expect(three.prompt).toEqual([
    'user: zero',
    'assistant: Nil',
    'user: two, please',
    'assistant: Second.',
    'user: three',
  ]);
  three.answer('Third.');
  await shows(answers.nth(2), 'Third.');
  expect(model.count('one')).toBe(0);
  expect(window.complaints).toEqual([]);
});

test('sent now: the running answer stops with what it said, and both are answered', async () => {
  await using host = await startHost({ env: model.env });
  await using window = await openWindow(browser, host.link);
  const { answers, queue } = window;
  await window.send('a long story');
  const story = await model.asked('a long story');
  story.say('Once upon a time');
  await shows(answers, 'Once upon a time');
  await window.send('later');
  await window.send('make it short');
  await queue.getByRole('listitem', { name: 'make it short' }).getByRole('button', { name: 'Send now' }).click();
  expect(await story.ended).toBe('cut');
  const short = await model.asked('make it short');
  expect(short.prompt).toEqual(['user: a long story', 'assistant: Once upon a time', 'user: make it short']);
  await shows(answers.nth(0), /Once upon a time.*Stopped/s);
  await queues(queue, ['later']);
  short.answer('The end.');
  await shows(answers.nth(1), 'The end.');
  (await model.asked('later')).answer('Now.');
  await shows(answers.nth(2), 'Now.');
});

test('is there again after the host was killed, in the order that it had, and pauses when an answer fails', async () => {
  using folder = dataFolder();
  const first = await startHost({ env: model.env, dataDir: folder.path });
  await using window = await openWindow(browser, first.link);
  await window.send('before the crash');
  (await model.asked('before the crash')).say('Half');
  await shows(window.answers, 'Half');
  for (const text of ['left', 'right']) await window.send(text);
  await window.queue.getByRole('listitem', { name: 'right' }).getByRole('button', { name: 'Move up' }).click();
  await queues(window.queue, ['right', 'left']);
  await first.kill9();

  await using host = await startHost({ env: model.env, dataDir: folder.path });
  await using again = await openWindow(browser, host.link);
  await again.choose('before the crash');
  await queues(again.queue, ['right', 'left']);
  (await model.asked('before the crash')).fail(400, 'Not today.');
  await shows(again.queue, /Paused: the answer before did not finish\..*right.*left/s);
  await again.queue.getByRole('button', { name: 'Retry' }).click();
  (await model.asked('before the crash')).answer('Whole.');
  (await model.asked('right')).answer('Right.');
  (await model.asked('left')).answer('Left.');
  await shows(again.answers.nth(2), 'Left.');
});
