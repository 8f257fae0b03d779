/** The story of the page, in a real browser on the real host: write, wait, stop, retry, look elsewhere, come back. */
import { afterEach, describe, expect, test } from 'vitest';
import { startLedModel } from './led-model.ts';
import { counts, shows, windowOf, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;

const story = tellStory({ model: startLedModel });

/** A window of its own for each test, which has nothing to complain about at the end. */
async function open(): Promise<Window> {
  window = await story.open();
  return window;
}
afterEach(async () => {
  const complaints = [...window.complaints];
  await window[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

describe('a conversation', () => {
  test('begins with the printed link and streams its answer into the log', async () => {
    const { page, send, log, answers, button, message } = await open();
    expect(page.url()).toBe(`${story.host.url}/`);
    await send('What is a durable job?');
    const answer = await story.model.asked('What is a durable job?');
    await shows(answers, 'Starting');
    await shows(log, 'What is a durable job?');
    expect(await message.inputValue()).toBe('');
    answer.say('# A job\n\nIt is **half');
    await shows(answers, 'It is half');
    await shows(answers, 'Answering');
    expect(await answers.getByRole('heading', { name: 'A job' }).isVisible()).toBe(true);
    expect(await button('Stop').isVisible()).toBe(true);
    answer.say(' written** and more.');
    answer.finish();
    await shows(answers, /It is half written and more\..*test-model.*12 in.*34 out.*first words after/s);
    await button('Stop').waitFor({ state: 'hidden' });
    await expect.poll(() => page.title()).toBe('What is a durable job? · Nightshift');
    await window.screenshot('page-answer');
  });

  test('queues a message behind the answer that is running, and sends the whole history with it', async () => {
    const { send, answers, page, queue } = await open();
    await send('first of two');
    const first = await story.model.asked('first of two');
    first.say('One');
    await shows(answers, 'One');
    await send('second of two');
    await shows(queue, /1 message queued.*second of two/s);
    await window.screenshot('page-queued');
    first.finish();
    const second = await story.model.asked('second of two');
    expect(second.prompt).toEqual(['user: first of two', 'assistant: One', 'user: second of two']);
    second.answer('Two');
    await shows(answers.nth(1), 'Two');
    // In the order of reading, though the second question is older than the first answer.
    expect(await page.getByRole('article').allInnerTexts()).toEqual([
      'first of two',
      expect.stringContaining('One'),
      'second of two',
      expect.stringContaining('Two'),
    ]);
  });

  test('is answered while another one is, and while you type; each keeps its draft', async () => {
    const { send, message, answers, choose, newConversation, page } = await open();
    await send('slow question');
    const slow = await story.model.asked('slow question');
    slow.say('Slowly');
    await shows(answers, 'Slowly');
    await message.fill('a thought for later');
    await newConversation();
    expect(await message.inputValue()).toBe('');
    await send('quick question');
    const quick = await story.model.asked('quick question');
    quick.say('Quickly');
    await shows(answers, 'Quickly');
    const list = page.getByRole('navigation', { name: 'Conversations' });
    for (const title of ['slow question', 'quick question']) {
      await list.getByRole('link', { name: title }).getByRole('img', { name: 'Answering' }).waitFor();
    }
    slow.say(' and still');
    quick.finish();
    await list.getByRole('link', { name: 'quick question' }).getByRole('img').waitFor({ state: 'detached' });
    await choose('slow question');
    await shows(answers, 'Slowly and still');
    expect(await message.inputValue()).toBe('a thought for later');
    slow.finish();
    await shows(answers, 'first words after');
    await choose('quick question');
    await shows(answers, 'Quickly');
  });

  test('stops an answer at once and keeps what it has said; what was queued behind it goes on', async () => {
    const { send, answers, button, queue } = await open();
    await send('stop me');
    const stopped = await story.model.asked('stop me');
    stopped.say('Half of a');
    await shows(answers, 'Half of a');
    await send('and then?');
    await shows(queue, 'and then?');
    await button('Stop').click();
    expect(await stopped.ended).toBe('cut');
    await shows(answers.nth(0), /Half of a.*Stopped/s);
    (await story.model.asked('and then?')).answer('Then this.');
    await shows(answers.nth(1), 'Then this.');
    await shows(answers.nth(0), /Half of a.*Stopped/s);
  });

  test('holds what is behind a failed answer until that is retried or skipped', async () => {
    const { send, answers, queue } = await open();
    await send('fail me');
    const failing = await story.model.asked('fail me');
    await send('behind it');
    await shows(queue, 'behind it');
    failing.fail(400, 'No.');
    await shows(queue, /Paused: the answer before did not finish\..*behind it/s);
    await window.screenshot('page-held');
    await queue.getByRole('button', { name: 'Skip' }).click();
    (await story.model.asked('behind it')).answer('Gone on.');
    await shows(answers.nth(1), 'Gone on.');
    await shows(answers.nth(0), /Skipped.*refused the request/s);
  });

  test('lets you take back a message that is still queued', async () => {
    const { send, answers, queue } = await open();
    await send('running one');
    const running = await story.model.asked('running one');
    await send('never mind');
    await queue.getByRole('button', { name: 'Remove' }).click();
    await queue.waitFor({ state: 'detached' });
    running.answer('Done.');
    await shows(answers, /Done\..*test-model/s);
    expect(await answers.count()).toBe(1);
    expect(story.model.count('never mind')).toBe(0);
  });

  test('retries a stopped answer, which replaces what the first try had said', async () => {
    const { send, answers, button } = await open();
    await send('try me');
    const first = await story.model.asked('try me');
    first.say('Wrong turn');
    await shows(answers, 'Wrong turn');
    await button('Stop').click();
    await button('Retry').click();
    const second = await story.model.asked('try me');
    second.say('Right');
    await shows(answers, 'Right');
    expect(await answers.getByText('Wrong turn').count()).toBe(0);
    second.say(' turn');
    second.finish();
    await shows(answers, /Right turn.*attempt 2/s);
    expect(await answers.getByText('Wrong turn').count()).toBe(0);
  });

  test('says why there is no answer, in the words of the provider too, and tries again when it is told to', async () => {
    const { send, answers, button, page } = await open();
    await send('refuse me');
    const refused = await story.model.asked('refuse me');
    refused.fail(400, 'This model cannot juggle.');
    const failure = page.getByRole('group', { name: 'Failure' });
    await failure.getByText('The provider’s own words').click();
    await shows(failure, 'This model cannot juggle.');
    await window.screenshot('page-failed');
    await button('Retry').click();
    (await story.model.asked('refuse me')).answer('It can.');
    await shows(answers, 'It can.');
    expect(await failure.count()).toBe(0);
  });
});

describe('what is on screen', () => {
  test('is the same after a reload in mid-answer, and in a second window', async () => {
    const { send, answers, page, context, queue } = await open();
    await send('watch me');
    const answer = await story.model.asked('watch me');
    answer.say('The beginning');
    await shows(answers, 'The beginning');
    await page.reload();
    await shows(answers, /The beginning.*Answering/s);
    const second = await windowOf(context, page.url());
    await shows(second.answers, /The beginning.*Answering/s);
    answer.say(', the middle');
    await shows(answers, 'The beginning, the middle');
    await shows(second.answers, 'The beginning, the middle');
    await second.send('from the other window');
    await shows(queue, 'from the other window');
    await shows(second.queue, 'from the other window');
    answer.say(' and the end.');
    answer.finish();
    (await story.model.asked('from the other window')).answer('Seen in both.');
    for (const both of [answers, second.answers]) {
      await shows(both.nth(0), 'The beginning, the middle and the end.');
      await shows(both.nth(1), 'Seen in both.');
    }
    expect(second.complaints).toEqual([]);
    await second.page.close();
  });

  test('follows a new title, and the end of a conversation, in every window', async () => {
    const { send, answers, page, context, button } = await open();
    await send('to be renamed');
    (await story.model.asked('to be renamed')).answer('Yes.');
    await shows(answers, 'Yes.');
    const second = await windowOf(context, page.url());
    // A window behind another one is painted once a second.
    await page.bringToFront();
    await button('More for to be renamed').click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('A better name');
    await button('Rename').click();
    await page.getByRole('heading', { level: 1, name: 'A better name' }).waitFor();
    await second.page.getByRole('heading', { level: 1, name: 'A better name' }).waitFor();

    await button('More for A better name').click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('heading', { level: 1, name: 'New conversation' }).waitFor();
    await second.page.getByText('This conversation was removed').waitFor();
    await counts(page.getByRole('link', { name: 'A better name' }), 0);
  });
});
