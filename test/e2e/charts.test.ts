/** The charts of a real service: empty at first, live for the last hour, the same values as a table. */
import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { expectAccessible, visit } from './control-room.ts';
import { shows, type Window } from './page-driver.ts';
import { tellStory } from './story.ts';

let window: Window;

const story = tellStory();
beforeAll(async () => {
  window = await story.open();
});

const summary = (): Locator => window.page.locator('dl');
const chart = (name: string): Locator => window.page.getByRole('region', { name, exact: true }).first();

/** Answers that come at once. */
function enqueue(count: number, requestId: string): Promise<unknown> {
  const messages = [{ role: 'user' as const, content: 'Count me.' }];
  const job = { model: 'demo/demo', lane: 'high' as const, messages, demo: { tokenMs: 0, tokens: 20 } };
  return story.host.client.jobs.enqueueMany.mutate({ requestId, jobs: Array.from({ length: count }, () => job) });
}

test('before anything has ended, the view says what will be seen here', async () => {
  await visit(window, '#/charts', 'Charts');
  await shows(window.page.getByRole('main'), 'Nothing has ended in this time');
});

test('what ends is shown without being asked for, and stays over a reload', async () => {
  await enqueue(2, 'req-charts-0');
  await shows(summary(), /Answered\s*2/u);
  // Of few jobs, too, there are no parts on the axis.
  const marks = chart('Throughput').locator('[class*=recharts-yAxis] text');
  await marks.first().waitFor();
  expect((await marks.allTextContents()).map(Number).filter((mark) => !Number.isInteger(mark))).toEqual([]);
  await enqueue(5, 'req-charts-1');
  await shows(summary(), /Answered\s*7/u);
  await shows(window.page.getByRole('banner').or(window.page.getByRole('main')), 'Live');
  await enqueue(5, 'req-charts-2');
  await shows(summary(), /Answered\s*12/u);
  await shows(summary(), /Tokens\s*\d+/u);
  await window.page.reload();
  await shows(summary(), /Answered\s*12/u);
});

test('each chart has its values as a table, and a legend', async () => {
  const throughput = chart('Throughput');
  await shows(throughput.getByRole('list').first(), 'High');
  await throughput.getByText('Show as a table').click();
  const cells = throughput.getByRole('table').getByRole('cell');
  await cells.first().waitFor();
  const values = (await cells.allInnerTexts()).map(Number).filter(Number.isFinite);
  expect(values.reduce((sum, value) => sum + value, 0)).toBe(12);
  for (const name of ['Wait in the queue', 'Time to the first token', 'Run time', 'Tokens']) {
    await chart(name)
      .getByRole('img', { name: new RegExp(`^Chart: ${name}`, 'u') })
      .waitFor();
  }
  await shows(chart('Spend'), 'No values in this time.');
});

test('another range is chosen with the keyboard, and kept; tokens are shown by agent, too', async () => {
  await window.page.getByRole('radio', { name: 'Last hour' }).focus();
  await window.page.keyboard.down('ArrowRight');
  await window.page.getByRole('radio', { name: 'Last day', checked: true }).waitFor();
  await window.page.keyboard.up('ArrowRight');
  await shows(chart('Throughput'), 'per 15 min');
  await shows(summary(), /Answered\s*12/u);
  await window.page.getByRole('radio', { name: 'Last 30 days' }).click();
  await shows(chart('Throughput'), 'per 6 hr');
  await window.page.getByRole('radio', { name: 'Agent' }).click();
  await shows(chart('Tokens').getByRole('list').first(), 'Without an agent');
  await window.page.reload();
  await shows(chart('Throughput'), 'per 6 hr');
  expect(window.complaints).toEqual([]);
});

test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme, at any width', async (colorScheme) => {
  await using other = await story.open({ colorScheme });
  await visit(other, '#/charts', 'Charts');
  await other.page.getByRole('region', { name: 'Throughput' }).first().waitFor();
  await expectAccessible(other.page);
});
