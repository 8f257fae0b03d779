/**
 * What becomes of a request, in words and buttons: each kind of failure that the page can show, one after the other in
 * one window. The last ones stop the provider, so the order matters.
 */
import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { counts, shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;

const story = tellStory({ model: startLedModel });
beforeAll(async () => {
  window = await story.open();
});

const failure = (): Locator => window.answers.getByRole('group', { name: 'Failure' });
/** What can be done about the one answer that is on screen. */
const actions = (): Promise<string[]> =>
  window.answers.getByRole('button', { name: /^(?:Retry|Retry now|Cancel|Continue|Skip.*)$/ }).allInnerTexts();

test('without usage: the counts are marked as estimates', async () => {
  await window.send('uncounted');
  const answer = await story.model.asked('uncounted');
  answer.say('Nobody counted this.');
  answer.finishUncounted();
  await shows(window.answers, /Nobody counted this\..*≈ \d+ in.*≈ \d+ out/s);
  expect(await actions()).toEqual([]);
});

test('cut at the token limit: the text, a mark, and Continue', async () => {
  await window.newConversation();
  await window.send('too much to say');
  const answer = await story.model.asked('too much to say');
  answer.say('It all began when');
  answer.finish('length');
  await shows(window.answers, /It all began when.*Cut: it reached the token limit.*12 in.*34 out/s);
  await expect.poll(actions).toEqual(['Continue']);
  expect(await failure().count()).toBe(0);
});

test('a conversation too long for the model: refused, what to do, and the provider’s own words', async () => {
  await window.newConversation();
  await window.send('a whole library');
  const words = "This model's maximum context length is 8192 tokens.";
  (await story.model.asked('a whole library')).fail(400, words);
  await shows(failure(), 'The provider refused this request');
  await shows(
    failure(),
    /The conversation is too long for this model at openai \(HTTP 400\)\. .*Start a new conversation/s,
  );
  await failure().getByText('The provider’s own words').click();
  await failure().getByText(words, { exact: true }).waitFor();
  expect(await actions()).toEqual(['Retry']);
  expect(story.model.count('a whole library')).toBe(1);
});

test('interrupted again and again: retried, then failed with the partial text kept', async () => {
  await window.newConversation();
  await window.send('a bad line');
  // The wait between two attempts has full jitter, so it may be too short to be seen: `retrying.test.ts` looks at a long one.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const answer = await story.model.asked('a bad line');
    answer.say(`Half of attempt ${attempt}`);
    await shows(window.answers, `Half of attempt ${attempt}`);
    // Each begins anew: nothing of the attempt before is left in it, and nobody is bothered with its failure.
    await counts(window.answers.filter({ hasText: `Half of attempt ${attempt - 1}` }), 0);
    await counts(failure(), 0);
    answer.breakOff();
  }
  await shows(failure(), /The answer failed.*openai ended its answer in the middle\. .*is kept as a partial answer/s);
  await shows(window.answers, /Half of attempt 3.*Interrupted: this is as far as it came\./s);
  expect(await actions()).toEqual(['Retry']);
  expect(story.model.count('a bad line')).toBe(3);
});

test('told to slow down: waits, with the reason and a countdown; then the wrong key, which stops the provider', async () => {
  await window.newConversation();
  await window.send('in a hurry');
  (await story.model.asked('in a hurry')).fail(429, 'Slow down.', { 'retry-after': '3' });
  await shows(window.answers, /Waiting for [1-4] s.*slow down/s);
  expect(await failure().count()).toBe(0);
  await expect.poll(actions).toContain('Cancel');

  // It goes on by itself, as the probe of its provider.
  (await story.model.asked('in a hurry')).fail(401, 'Incorrect API key provided.');
  await shows(
    failure(),
    /The provider needs other settings.*openai did not accept the key \(HTTP 401\)\. .*OPENAI_API_KEY/s,
  );
  expect(await actions()).toEqual(['Retry']);

  await window.newConversation();
  await window.send('one more');
  await shows(window.answers, /Waiting.*key/s);
  await expect.poll(actions).toEqual(['Cancel']);
  expect(story.model.count('one more')).toBe(0);
  await counts(failure(), 0);
  // Every failure so far was the model's, none the page's.
  expect(window.complaints).toEqual([]);
});
