/** Edit and resend: another branch of the conversation, the old one kept, and the way back to it. */
import { expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { counts, shows, windowOf } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel });

test('edit and resend: only the new branch is shown and told; both can be switched, here and in another window', async () => {
  await using window = await story.open();
  const { page, answers, log } = window;
  await window.send('a town in France');
  (await story.model.asked('a town in France')).answer('Lyon.');
  await shows(answers, /Lyon\..*Job/s);
  await window.send('and its river');
  (await story.model.asked('and its river')).answer('The Rhône.');
  await shows(answers.nth(1), /The Rhône\..*Job/s);
  const other = await windowOf(window.context, page.url());

  await page.getByRole('button', { name: 'Edit and resend' }).first().click();
  const box = page.getByRole('textbox', { name: 'Message text' });
  expect(await box.inputValue()).toBe('a town in France');
  await box.press('Escape');
  await shows(log, 'a town in France');
  await page.getByRole('button', { name: 'Edit and resend' }).first().click();
  await box.fill('a town in Italy');
  await box.press('Control+Enter');
  const asked = await story.model.asked('a town in Italy');
  expect(asked.prompt).toEqual(['user: a town in Italy']);
  asked.answer('Turin.');
  for (const { answers: shown, log: text } of [window, other]) {
    await shows(shown, /Turin\..*Job/s);
    await counts(shown, 1);
    expect(await text.innerText()).not.toContain('France');
  }
  const branches = page.getByRole('group', { name: 'Version 2 of 2 of this message' });
  await branches.getByRole('button', { name: 'Older version' }).click();
  for (const { answers: shown } of [window, other]) {
    await counts(shown, 2);
    await shows(shown.nth(0), 'Lyon.');
    await shows(shown.nth(1), 'The Rhône.');
  }
  await page.reload();
  await shows(answers.nth(1), 'The Rhône.');
  // What is written now goes on from here.
  await window.send('and its bridges');
  const next = await story.model.asked('and its bridges');
  expect(next.prompt).toEqual([
    'user: a town in France',
    'assistant: Lyon.',
    'user: and its river',
    'assistant: The Rhône.',
    'user: and its bridges',
  ]);
  next.answer('Many.');
  await shows(answers.nth(2), 'Many.');
  expect(window.complaints).toEqual([]);
  await other.page.close();
});

test('a question that is being answered: what it said so far is kept on the old branch', async () => {
  await using window = await story.open();
  const { page, answers } = window;
  await window.send('count to ten');
  const first = await story.model.asked('count to ten');
  first.say('one, two');
  await shows(answers, 'one, two');
  await page.getByRole('button', { name: 'Edit and resend' }).click();
  await page.getByRole('textbox', { name: 'Message text' }).fill('count to three');
  await window.button('Resend').click();
  expect(await first.ended).toBe('cut');
  (await story.model.asked('count to three')).answer('1, 2, 3');
  await shows(answers, /1, 2, 3.*Job/s);
  await page.getByRole('button', { name: 'Older version' }).click();
  await shows(answers, /one, two.*Stopped/s);
});
