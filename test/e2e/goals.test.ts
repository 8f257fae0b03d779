/** Goals in the page: handed over in a conversation, approved, watched, asked about, delivered, downloaded. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { noBudget } from '../../src/protocol/goals.ts';
import { planned, startGoalModel, type GoalScript } from '../support/goal-model.ts';
import { restOf } from './at-rest.ts';
import { expectAccessible, visit } from './control-room.ts';
import { shows, type Window } from './page-driver.ts';
import { speakPseudo, untranslated } from './pseudo-language.ts';
import { tellStory } from './story.ts';

let window: Window;
/** The draft is written when the test says so. */
const draft = Promise.withResolvers<string>();

const agent = 'OpenAI';
const notes: GoalScript = {
  about: 'release notes',
  plan: {
    title: 'Release notes of version 2',
    tasks: [
      planned({ id: 'changes', title: 'Collect the changes', agent }),
      planned({ id: 'readers', title: 'Find out who reads them', agent }),
      planned({ id: 'draft', title: 'Write the draft', agent, dependsOn: ['changes', 'readers'] }),
    ],
  },
  work(title, prompt) {
    if (title.startsWith('Find out'))
      return prompt.includes('Customers, mostly') ? 'They are for customers.' : 'ASK: Who reads them?';
    return title === 'Write the draft' ? draft.promise : 'Search is instant. Exports keep attachments.';
  },
  deliverable:
    '# Release notes\n\nSearch is **instant**.\n\n<<<FILE letter.md>>>\n\nDear customers, search is instant.',
};
const prices: GoalScript = {
  about: 'price list',
  plan: {
    title: 'A price list',
    tasks: [
      planned({ id: 'sums', title: 'Add it up', agent }),
      planned({ id: 'photo', title: 'Describe the photo', agent }),
      planned({ id: 'list', title: 'Write the list', agent, dependsOn: ['sums', 'photo'] }),
    ],
  },
  work: (title) => (title === 'Describe the photo' ? { refuse: 'There is no photo.' } : 'It costs 12 EUR.'),
  deliverable: '# The price list\n\nIt costs 12 EUR.',
};

const story = tellStory({ model: () => startGoalModel([notes, prices]) });
afterEach(async () => {
  const complaints = [...window.complaints];
  await window[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

test('a goal is handed over, approved, asks, and is delivered where it began', { timeout: 60_000 }, async () => {
  window = await story.open();
  const { page, message, button, log } = window;
  // The list opens with the slash, and Enter takes what it offers.
  await message.fill('/');
  await page.getByRole('option', { name: /goal/u }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('write the release notes of version 2');
  await page.getByRole('region', { name: 'Goal', exact: true }).getByText('Approve the plan first').waitFor();
  await page.keyboard.press('Enter');

  const card = page.getByRole('region', { name: /^Goal: / });
  await shows(card, /Plan ready.*3 tasks. Nothing has begun yet/su);
  await shows(log, 'Release notes of version 2');

  // Nothing has ended yet, and the list of what has says that.
  await page.getByRole('link', { name: /^Goals/u }).click();
  await shows(page.getByRole('region', { name: 'Under way' }), /Release notes of version 2.*Plan ready/su);
  await shows(page.getByRole('region', { name: 'At rest' }), 'Nothing has come to rest yet.');
  await page.goBack();

  // The plan is changed before it is approved.
  await card.getByRole('link', { name: 'See the plan' }).click();
  await page.getByRole('heading', { level: 1, name: 'Release notes of version 2' }).waitFor();
  const tasks = page.getByRole('region', { name: 'Tasks' });
  await tasks.getByRole('group', { name: 'The tasks as a graph' }).getByRole('link').nth(2).waitFor();
  await tasks.getByRole('radio', { name: 'List' }).click();
  await tasks.getByRole('link', { name: /^Collect the changes/u }).click();
  const task = page.getByRole('region', { name: 'Task', exact: true });
  await task.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).fill('Collect what has changed');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await shows(task, 'Collect what has changed');
  await button('Approve the plan').click();

  // What it asks is told elsewhere, and leads back.
  await page.evaluate(() => {
    location.hash = '#/queue';
  });
  const toasts = page.getByRole('region', { name: 'Notifications' });
  await shows(toasts, /A question for you.*Release notes of version 2/su);
  await page.getByRole('link', { name: 'Goals: 1 goal waits for you' }).waitFor();
  await toasts.getByRole('listitem').filter({ hasText: 'A question' }).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('link', { name: 'To the conversation' }).click();
  const waits = page.getByRole('region', { name: 'Waits for you' });
  await shows(waits, /OpenAI asks.*Who reads them\?/su);
  await waits.getByRole('textbox', { name: 'Your answer to OpenAI' }).fill('Customers, mostly');
  await waits.getByRole('button', { name: 'Answer' }).click();
  await shows(card, /2 of 3 done · 1 running/u);

  // Resumed a second time, it is resumed: what is the same is another deed once the last one went well.
  for (const _time of [1, 2]) {
    await card.getByRole('button', { name: 'Pause', exact: true }).click();
    await shows(card, 'Paused');
    await card.getByRole('button', { name: 'Resume', exact: true }).click();
    await shows(card, /Working.*2 of 3 done · 1 running/su);
  }

  draft.resolve('Search is instant now.');
  await shows(card, /Delivered.*3 of 3 done/su);
  const report = page.getByRole('article', { name: 'OpenAI: delivered' });
  await shows(report, 'Search is instant.');
  await report.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Markdown (.md)' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/\.md$/u);
  const saved = readFileSync(await file.path(), 'utf8');
  expect(saved).toContain('Search is **instant**.');
  expect(saved).toContain('Dear customers');

  // After a reload the same stands there, and the goal's page has its documents and its story.
  await page.reload();
  await shows(card, /Delivered.*3 of 3 done/su);
  await card.getByRole('link', { name: 'Release notes of version 2' }).click();
  await page.getByRole('button', { name: 'letter.md' }).click();
  await shows(page.getByRole('region', { name: 'Deliverable' }), 'Dear customers');
  await shows(page.getByRole('region', { name: 'Timeline' }), /Delivered.*Customers, mostly.*Plan approved/su);
  await page.getByRole('link', { name: 'Goals', exact: true }).click();
  await shows(page.getByRole('region', { name: 'At rest' }), /Release notes of version 2.*Delivered/su);
  await expectAccessible(page);
});

test('a message is delegated; a task that fails is left out, and the others go on', { timeout: 60_000 }, async () => {
  window = await story.open();
  const { page, send, answers, button } = window;
  await send('The price list is missing');
  await shows(answers, 'Yes.');
  await answers.first().hover();
  await answers.first().getByRole('button', { name: 'Delegate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delegate this message' });
  await dialog.getByRole('textbox', { name: /What is to be reached/u }).fill('Make the price list');
  await dialog.getByText('Options').click();
  await dialog.getByRole('radio', { name: 'Start right away' }).click();
  await dialog.getByRole('button', { name: 'Start the goal' }).click();

  const card = page.getByRole('region', { name: /^Goal: / });
  const waits = page.getByRole('region', { name: 'Waits for you' });
  await shows(waits, /This task has failed.*Describe the photo.*refused the request/su);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 820 });
  await waits.getByRole('button', { name: 'Leave out' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('Nobody took one');
  await page.getByRole('dialog').getByRole('button', { name: 'Leave out' }).click();
  await shows(card, /Delivered.*2 of 3 done.*1 left out/su);
  await shows(page.getByRole('article', { name: 'OpenAI: delivered' }), /It costs 12 EUR.*Nobody took one/su);
  expect(await button('Pause').count()).toBe(0);
});

test(
  'a cap pauses the goal, a plan is sent back with a note, and every word is translated',
  { timeout: 60_000 },
  async () => {
    const { client } = story.host;
    const { id: conversationId } = await client.conversations.create.mutate({
      requestId: randomUUID(),
      title: 'Prices',
    });
    const start = {
      conversationId,
      text: 'Make the price list anew',
      options: { budget: { ...noBudget, tokens: 900 } },
    };
    const { id } = await client.goals.start.mutate({ requestId: randomUUID(), ...start });
    window = await story.open();
    const { page, button } = window;
    await visit(window, `#/goals/${id}`, /./u);
    const head = page.getByRole('region', { name: 'Goal', exact: true });
    await shows(head, /Paused.*its tokens do not suffice/su);
    await button('Raise and resume').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Tokens' }).fill('90000');
    await dialog.getByRole('button', { name: 'Raise and resume' }).click();
    await shows(head, /Plan ready/u);

    await button('Add a task').click();
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Check the sums');
    await dialog.getByRole('textbox', { name: 'Instructions' }).fill('Add them up once more.');
    await dialog.getByRole('textbox', { name: 'Accepted when' }).fill('They are the same.');
    await dialog.getByRole('checkbox', { name: 'Add it up' }).check();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const graph = page.getByRole('group', { name: 'The tasks as a graph' });
    await graph.getByRole('link', { name: /^Check the sums/u }).click();
    const task = page.getByRole('region', { name: 'Task', exact: true });
    await shows(task, /Check the sums.*They are the same.*Waits for.*Add it up/su);
    await task.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await task.waitFor({ state: 'detached' });
    await shows(head, /3 tasks/u);

    await button('Say what to change').click();
    await dialog.getByRole('textbox').fill('In euros');
    await dialog.getByRole('button', { name: 'Plan again' }).click();
    await shows(page.getByRole('region', { name: 'Timeline' }), /A new plan was asked for.*In euros/su);
    await shows(head, /Plan ready/u);
    // What only stands in the queue is not said to be worked on.
    await client.queue.pauseLane.mutate({ lane: 'medium' });
    await button('Approve the plan').click();
    await shows(head, /Working.*0 of 3 done · 2 in line · 1 waiting/su);
    await shows(graph.getByRole('link', { name: /^Add it up/u }), 'In line');
    await graph.getByRole('link', { name: /^Add it up/u }).click();
    await shows(task, /In line.*You have paused this lane/su);
    await client.queue.resumeLane.mutate({ lane: 'medium' });
    await shows(head, /This task has failed/u);
    await shows(task, /Done.*It costs 12 EUR/su);
    await task.getByRole('button', { name: 'Close the task' }).click();

    await speakPseudo(window.context);
    const atRest = restOf(page);
    await page.reload();
    await page
      .getByRole('group', { name: /⟦The tasks as a graph/u })
      .getByRole('link')
      .first()
      .waitFor();
    await atRest();
    expect(await untranslated(page)).toEqual([]);
    for (const hash of ['#/goals', `#/goals/${id}`, `#/c/${conversationId}`]) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await atRest();
      expect(await untranslated(page), hash).toEqual([]);
    }
  },
);
