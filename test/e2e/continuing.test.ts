/** An answer that the token limit has cut, in the page: it says so, and Continue brings the rest into the same answer. */
import { expect, test } from 'vitest';
import { goOn } from '../../src/engine/continuation.ts';
import { startLedModel } from './led-model.ts';
import { shows } from './page-driver.ts';
import { tellStory } from './story.ts';

const story = tellStory({ model: startLedModel });

test('Continue asks for the rest and shows it behind what was there, also after a reload', async () => {
  await using window = await story.open();
  const { send, answers, button, page } = window;
  await send('a long story');
  const first = await story.model.asked('a long story');
  first.say('Once upon a ti');
  first.finish('length');
  await shows(answers, /Once upon a ti.*Cut: it reached the token limit/s);
  await window.screenshot('page-cut');

  await button('Continue').click();
  const rest = await story.model.asked(goOn);
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
  expect(story.model.count(goOn)).toBe(1);
});
