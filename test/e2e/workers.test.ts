/** The workers' view: each real process as it is, the pool's size and why, and what can be done to both. */
import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible, visit } from './control-room.ts';
import { counts, shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;

const story = tellStory();
beforeAll(async () => {
  window = await story.open();
});

const cards = (): Locator => window.page.getByRole('list', { name: 'Worker processes' }).locator(':scope > li');
const card = (number: number): Locator =>
  cards().filter({ has: window.page.getByRole('heading', { name: `Worker ${number}` }) });
const log = (): Locator => window.page.getByRole('list', { name: 'What happened' });

async function pidOf(number: number): Promise<number> {
  const pool = await story.host.client.pool.get.query();
  const pid = pool.workers.find(({ id }) => id === `worker:${number}`)?.pid;
  if (pid == null) throw new Error(`worker ${number} has no process`);
  return pid;
}

test('shows each process with what the system knows of it, and why there are so many', async () => {
  await visit(window, '#/workers', 'Workers');
  await shows(card(1), /Ready.*of 32 slots.*CPU.*Memory/su);
  await shows(card(1), `Process ${await pidOf(1)}`);
  await shows(card(1), /MB/u);
  await shows(log(), /Grew from 0 to 1\. The minimum asks for so many\./u);
});

test('more are asked for: the pool reacts, and its log says what happened', async () => {
  await window.page.getByRole('spinbutton', { name: 'At least' }).fill('2');
  await window.page.getByRole('spinbutton', { name: 'At most' }).fill('3');
  await window.button('Apply').click();
  await shows(window.page.getByRole('status'), 'The pool has 2 to 3 workers from now on.');
  await counts(cards(), 2);
  await shows(card(2), 'Ready');
  await shows(log(), /Asked for 2 to 3 workers\./u);
  await window.page.getByRole('spinbutton', { name: 'At least' }).fill('9');
  await window.button('Apply').click();
  await shows(window.page.getByRole('status'), '“At least” must not be larger than “at most”.');
  await window.page.getByRole('spinbutton', { name: 'At least' }).fill('2');
});

test('a process that dies is told with the signal, and what ran in it went back into the queue', async () => {
  const requestId = 'req-workers-1';
  const job = { model: 'demo/demo', lane: 'high' as const, demo: { tokenMs: 50, tokens: 2_000 } };
  const messages = [{ role: 'user' as const, content: 'Run for long.' }];
  const { id } = await story.host.client.jobs.enqueue.mutate({ requestId, job: { ...job, messages } });
  const link = window.page.getByRole('link', { name: `Job …${id.slice(-8)}` });
  await link.waitFor();
  const { processedBy } = await story.host.client.jobs.get.query({ id });
  const number = Number(processedBy?.split(':')[1]);
  process.kill(await pidOf(number), 'SIGKILL');
  await shows(card(number), 'restarted once');
  await card(number).getByText('Ends of its processes').click();
  await shows(card(number), /SIGKILL.*with 1 job, which went back into the queue/su);
  await shows(log(), /has ended: it crashed\. ended by SIGKILL/u);
  await story.host.client.jobs.cancel.mutate({ id });
  await shows(card(number), 'Ready');
});

test('a worker is restarted at once, after a question; it is another process then', async () => {
  const before = await pidOf(1);
  await card(1).getByRole('button', { name: 'Restart now' }).click();
  const dialog = window.page.getByRole('dialog', { name: 'Restart worker 1 now?' });
  await shows(dialog, 'It runs nothing now.');
  await dialog.getByRole('button', { name: 'Restart now' }).click();
  await shows(log(), 'Asked to restart worker 1 at once.');
  await expect.poll(() => pidOf(1).catch(() => before), { timeout: 15_000 }).not.toBe(before);
  await shows(card(1), `Process ${await pidOf(1)}`);
});

test('a worker that is to be restarted when it is done has a successor at once', async () => {
  await card(1).getByRole('button', { name: 'Restart when done' }).click();
  await shows(card(3), 'Ready');
  await counts(card(1), 0);
  await shows(log(), /Worker 1 has stopped, with nothing left to do\./u);
  expect(window.complaints).toEqual([]);
});

test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme, at any width', async (colorScheme) => {
  await using other = await story.open({ colorScheme });
  await visit(other, '#/workers', 'Workers');
  await other.page
    .getByRole('heading', { name: /^Worker \d/u })
    .first()
    .waitFor();
  await expectAccessible(other.page);
});
