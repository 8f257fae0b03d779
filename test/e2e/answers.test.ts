/** What can be done with an answer: another version of it, quoting and copying it, and what it says of itself. */
import type { BrowserContext } from 'playwright-core';
import { expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel });

const patient = { timeout: 15_000, interval: 50 };

/** What the browser's clipboard holds. */
async function clipboard(context: BrowserContext): Promise<string> {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  return context.pages()[0]?.evaluate(() => navigator.clipboard.readText()) ?? '';
}

test('regenerate: the old version stays until the new one begins, and both can be looked at', async () => {
  await using window = await story.open();
  const { answers, page } = window;
  await window.send('a rhyme on moon');
  (await story.model.asked('a rhyme on moon')).answer('June.');
  await shows(answers, /June\..*test-model.*12 in.*34 out.*first words after.*in all.*Job/s);
  await window.button('Regenerate').click();
  const again = await story.model.asked('a rhyme on moon');
  await shows(answers, /June\..*Another version is on its way/s);
  again.say('Tune');
  await shows(answers, /^Tune/);
  again.say('.');
  again.finish();
  const versions = page.getByRole('group', { name: /of this answer$/ });
  await shows(versions, '2/2');
  await versions.getByRole('button', { name: 'Older version' }).click();
  await shows(answers, /June\..*1\/2/s);
  await page.reload();
  await shows(answers, /June\..*1\/2/s);
  await versions.getByRole('button', { name: 'Newer version' }).click();
  await shows(answers, /Tune\..*2\/2/s);
  expect(await answers.count()).toBe(1);

  // What is written next is answered on the version that is shown.
  await window.send('and one on sun');
  const next = await story.model.asked('and one on sun');
  expect(next.prompt).toEqual(['user: a rhyme on moon', 'assistant: Tune.', 'user: and one on sun']);
  next.answer('Fun.');
  await shows(answers, 'Fun.');
  expect(window.complaints).toEqual([]);
});

test('a version that fails leaves the old one, says why in plain words, and can be dismissed', async () => {
  await using window = await story.open();
  const { answers, page } = window;
  await window.send('a riddle');
  (await story.model.asked('a riddle')).answer('What has keys?');
  await window.button('Regenerate').click();
  (await story.model.asked('a riddle')).fail(400, 'No riddles today.');
  await shows(answers, /What has keys\?.*the old one is still here.*The provider refused this request/s);
  const card = answers.getByRole('group', { name: 'Failure' });
  await card.getByText('The provider’s own words').click();
  const words = card.getByText('No riddles today.', { exact: true });
  await words.waitFor();
  expect(await words.evaluate((element) => element.closest('[translate="no"]') !== null)).toBe(true);
  await window.button('Dismiss').click();
  await card.waitFor({ state: 'detached' });
  await shows(answers, /What has keys\?/);
  // And can be asked for again.
  await window.button('Regenerate').click();
  (await story.model.asked('a riddle')).answer('A piano.');
  await shows(answers, /A piano\..*2\/2/s);
  expect(await page.getByRole('group', { name: 'Failure' }).count()).toBe(0);
});

test('copy gives the Markdown; quote puts the answer, or what is marked of it, into the composer', async () => {
  await using window = await story.open();
  const { answers, message, context } = window;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await window.send('a list');
  (await story.model.asked('a list')).answer('Two **things**:\n\n- one\n- two');
  await shows(answers, 'Regenerate');
  await window.button('Copy answer').click();
  await expect.poll(() => clipboard(context), patient).toBe('Two **things**:\n\n- one\n- two');

  await message.fill('As you said:');
  await window.button('Quote').click();
  await expect
    .poll(() => message.inputValue(), patient)
    .toBe('As you said:\n\n> Two **things**:\n>\n> - one\n> - two\n\n');
  await message.fill('');
  await answers.getByText('two', { exact: true }).selectText();
  await window.button('Quote').click();
  await expect.poll(() => message.inputValue(), patient).toBe('> two\n\n');
});

test('in German, what an answer took and what became of it is German; what the model wrote is not touched', async () => {
  await using window = await story.open();
  const { page } = window;
  await page.evaluate(() => localStorage.setItem('nightshift.language', 'de'));
  await page.reload();
  await page.getByRole('textbox', { name: 'Nachricht' }).fill('sag etwas');
  await page.getByRole('textbox', { name: 'Nachricht' }).press('Enter');
  const first = await story.model.asked('sag etwas');
  first.answer('The quick brown fox.');
  const answer = page.getByRole('article', { name: 'Antwort' });
  await shows(answer, /The quick brown fox\..*12 ein.*34 aus.*erste Worte nach/s);
  await page.getByRole('button', { name: 'Neu erzeugen' }).click();
  (await story.model.asked('sag etwas')).fail(401, 'Incorrect API key provided.');
  await shows(answer, /Der Anbieter braucht andere Einstellungen.*OPENAI_API_KEY/s);
});
