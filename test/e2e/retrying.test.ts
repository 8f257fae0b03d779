/** A provider in trouble, as the page shows it. A host for each test: a provider's pause is meant for all its jobs. */
import { expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel, per: 'test' });

test('a failed attempt counts down to the next one, which can be made at once', async () => {
  await using window = await story.open();
  const { send, answers, button } = window;
  await send('time out');
  (await story.model.asked('time out')).fail(408, 'That took me too long.', { 'retry-after': '40' });
  await shows(answers, /Retrying in (?:3\d|40) s.*Attempt 1 of \d failed\./s);
  await window.screenshot('page-retrying');
  await button('Retry now').click();
  const second = await story.model.asked('time out');
  second.answer('In time.');
  await shows(answers, /In time\..*attempt 2/s);
});

test('a provider that asks everybody to wait holds up its jobs, and says so', async () => {
  await using window = await story.open();
  const { send, answers, button, page } = window;
  await send('too much');
  (await story.model.asked('too much')).fail(429, 'Slow down.', { 'retry-after': '40' });
  await shows(answers, /(?:Waiting|Retrying in \d+ s)/);
  await shows(answers, /pause|limit|wait/i);
  await window.screenshot('page-held-up');
  await page.getByRole('link', { name: 'too much' }).getByRole('img', { name: 'Waiting' }).waitFor();
  await button('Stop').click();
  await shows(answers, 'Stopped');
  expect(story.model.count('too much')).toBe(1);
});
