/** Every view of the page, how one gets there, and what stands there once it is drawn. */
import type { Page } from 'playwright-core';
import type { World } from './world.ts';

export interface View {
  readonly name: string;
  readonly hash: string;
  /** Also taken on a phone. */
  readonly narrow?: true;
  /** Resolves when it is drawn. */
  ready(page: Page): Promise<void>;
  /** What else is left to do to get there, and to leave it. */
  open?(page: Page): Promise<void>;
}

export function viewsOf(world: World): View[] {
  const { rich, streaming, failed, channel, agentId, retriedJob } = world;
  const settings = ['general', 'appearance', 'providers', 'pool', 'shortcuts', 'data', 'network'].map(
    (section): View => ({
      name: `settings-${section}`,
      hash: `#/settings/${section}`,
      ready: (page) => page.getByRole('heading', { level: 2 }).first().waitFor(),
      ...(section === 'providers' ? { narrow: true } : {}),
    }),
  );
  return [
    { name: 'new', hash: '#/', narrow: true, ready: (page) => text(page, 'Hand it over.') },
    {
      name: 'conversation',
      hash: `#/c/${rich}`,
      narrow: true,
      async ready(page) {
        await page.locator('.katex').first().waitFor();
        await page.getByText('warm the cache after').waitFor();
      },
    },
    { name: 'streaming', hash: `#/c/${streaming}`, narrow: true, ready: (page) => text(page, 'Planned maintenance') },
    { name: 'failed', hash: `#/c/${failed}`, ready: (page) => text(page, 'Translate the whole handbook') },
    { name: 'channel', hash: `#/c/${channel}`, narrow: true, ready: (page) => text(page, 'French still misses') },
    {
      name: 'conversation-settings',
      hash: `#/c/${rich}`,
      ready: (page) => text(page, 'warm the cache after'),
      async open(page) {
        await page.getByRole('button', { name: /^Settings: / }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      name: 'search',
      hash: '#/',
      ready: (page) => text(page, 'Hand it over.'),
      async open(page) {
        await page.getByRole('button', { name: 'Search messages' }).click();
        await page.getByRole('combobox', { name: 'Search messages and titles' }).fill('cache');
        await page.getByRole('option').first().waitFor();
      },
    },
    ...goalViews(world),
    { name: 'agents', hash: '#/agents', ready: (page) => title(page, 'Agents') },
    {
      name: 'agent',
      hash: `#/agents/${agentId}`,
      narrow: true,
      ready: (page) => page.getByRole('heading', { level: 2, name: 'Ada' }).waitFor(),
    },
    ...settings,
    {
      name: 'queue',
      hash: '#/queue',
      narrow: true,
      ready: (page) => page.getByRole('grid', { name: 'Jobs' }).getByRole('row').nth(3).waitFor(),
    },
    {
      name: 'job',
      hash: `#/jobs/${retriedJob}`,
      narrow: true,
      ready: (page) => page.getByRole('region', { name: 'Timeline' }).getByText('The whole answer is there').waitFor(),
    },
    { name: 'workers', hash: '#/workers', narrow: true, ready: (page) => title(page, 'Workers') },
    {
      name: 'charts',
      hash: '#/charts',
      narrow: true,
      ready: (page) => page.getByRole('region', { name: 'Throughput' }).first().waitFor(),
    },
    { name: 'inspector', hash: '#/inspector', ready: (page) => title(page, 'Inspector') },
    {
      name: 'inspector-job',
      hash: `#/inspector/${encodeURIComponent(`job:${retriedJob}`)}`,
      narrow: true,
      ready: (page) => page.getByRole('application').waitFor(),
    },
    {
      name: 'palette',
      hash: '#/queue',
      ready: (page) => title(page, 'Queue'),
      async open(page) {
        await page.keyboard.press('Control+k');
        await page.getByRole('dialog', { name: 'Command palette' }).getByRole('option').first().waitFor();
      },
    },
    {
      name: 'cheat-sheet',
      hash: '#/agents',
      ready: (page) => title(page, 'Agents'),
      async open(page) {
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
      },
    },
  ];
}

function goalViews({ goal, workedOn, goalChannel, planToApprove, deliveredGoal, deliveredIn }: World): View[] {
  const graph = (page: Page) => page.getByRole('group', { name: 'The tasks as a graph' }).getByRole('link').first();
  const tasks = async (page: Page) => {
    // On a phone they are a list.
    const region = page.getByRole('region', { name: 'Tasks' });
    await graph(page).or(region.getByRole('listitem').first()).first().waitFor();
  };
  return [
    {
      name: 'goals',
      hash: '#/goals',
      narrow: true,
      ready: (page) => page.getByRole('region', { name: 'Under way' }).getByRole('listitem').first().waitFor(),
    },
    { name: 'goal', hash: `#/goals/${goal}`, narrow: true, ready: tasks },
    {
      name: 'goal-task',
      hash: `#/goals/${goal}/${workedOn}`,
      narrow: true,
      ready: (page) =>
        page.getByRole('region', { name: 'Task', exact: true }).getByText('looks up the account').waitFor(),
    },
    { name: 'goal-plan', hash: `#/goals/${planToApprove}`, narrow: true, ready: tasks },
    {
      name: 'goal-delivered',
      hash: `#/goals/${deliveredGoal}`,
      narrow: true,
      ready: (page) => text(page, 'Take the cache in memory'),
    },
    {
      name: 'goal-channel',
      hash: `#/c/${goalChannel}`,
      narrow: true,
      ready: (page) => text(page, 'May a customer reset'),
    },
    {
      name: 'goal-report',
      hash: `#/c/${deliveredIn}`,
      narrow: true,
      ready: (page) => text(page, 'Take the cache in memory'),
    },
    {
      name: 'goal-composer',
      hash: '#/',
      narrow: true,
      ready: (page) => text(page, 'Hand it over.'),
      async open(page) {
        await page.getByRole('textbox', { name: 'Message', exact: true }).fill('/goal Compare three caches');
        await page.getByRole('button', { name: 'Options' }).click();
        await page.getByRole('dialog').getByText('Who may be given tasks').waitFor();
      },
    },
  ];
}

/** Goes there by a fresh load: no dialog of the view before is left open. */
export async function show(page: Page, { hash, ready, open }: View): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.reload();
  await ready(page);
  await open?.(page);
}

const text = (page: Page, words: string): Promise<void> => page.getByText(words).first().waitFor();
const title = (page: Page, name: string): Promise<void> => page.getByRole('heading', { level: 1, name }).waitFor();
