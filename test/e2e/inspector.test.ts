/** The inspector in a real browser: a finished job played from its events, a live one followed, and who speaks to whom. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { startLedModel, type LedModel } from './led-model.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { openWindow, shows as showsText, type Window } from './page-driver.ts';

let browser: Browser;
let model: LedModel;
let host: TestHost;
/** A way to the host that a test can cut. */
let relay: Relay;
let window: Window;
/** Complaints that a test has looked at itself. */
let expected = 0;

beforeAll(async () => {
  browser = await launchChromium();
  model = await startLedModel();
  relay = await startRelay();
  host = await startHost({ env: model.env, args: ['--allow-host', `127.0.0.1:${relay.port}`] });
  relay.target = host.port;
});
afterAll(async () => {
  await host.close();
  await relay[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  await browser.close();
});
afterEach(async () => {
  const complaints = window.complaints.slice(expected);
  expected = 0;
  await window[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

let requests = 0;
async function enqueue(text: string): Promise<string> {
  requests += 1;
  const { id } = await host.client.jobs.enqueue.mutate({
    requestId: `inspector-${requests}`,
    job: {
      name: 'inspected',
      model: 'openai/test-model',
      lane: 'high',
      messages: [{ role: 'user', content: text }],
      backoff: { type: 'fixed', delayMs: 100, maxDelayMs: 100 },
    },
  });
  return id;
}

interface OpenOptions {
  readonly reducedMotion?: 'reduce';
  readonly port?: number;
}

async function open(actorId?: string, { reducedMotion, port = host.port }: OpenOptions = {}): Promise<Page> {
  const link = new URL(host.link);
  link.port = String(port);
  window = await openWindow(browser, link.href, reducedMotion === undefined ? {} : { reducedMotion });
  const { page } = window;
  await page.goto(`${link.origin}/#/inspector${actorId === undefined ? '' : `/${encodeURIComponent(actorId)}`}`);
  return page;
}

/** The steps as the list has them: the event and where it led. */
const eventsOf = async (page: Page): Promise<string[]> => {
  const rows = await page.getByRole('list', { name: 'Steps' }).getByRole('button').allInnerTexts();
  return rows.map((text) => text.split('\n')[0]?.trim() ?? '');
};
const drawing = (page: Page): Locator => page.getByRole('application');
/** What is lit: the innermost active states that the drawing names, and those drawn as active. */
const lit = (page: Page): Promise<string[]> =>
  drawing(page)
    .locator('[data-active="true"]')
    .evaluateAll((boxes) => boxes.map((box) => box.getAttribute('data-state') ?? ''));
const shows = (page: Page, state: string): Promise<void> =>
  page.getByRole('application', { name: new RegExp(`active: ${state.replace('.', '\\.')}\\.`) }).waitFor();

async function finishedAfterRetry(text: string): Promise<string> {
  const id = await enqueue(text);
  (await model.asked(text)).fail(500, 'It fell over.');
  (await model.asked(text)).answer('Well again.');
  await expect.poll(async () => (await host.client.jobs.get.query({ id: jobId(id) })).state).toBe('completed');
  return id;
}
type JobIdInput = Parameters<TestHost['client']['jobs']['get']['query']>[0]['id'];
const jobId = (id: string) => id as JobIdInput;

describe('a finished job', () => {
  test('is played from its events, step by step; back, on, to any step, and its context follows', async () => {
    const id = await finishedAfterRetry('play me');
    const page = await open(`job:${id}`);
    // Plays by itself from the beginning to the end, and there it follows.
    await page.getByRole('button', { name: 'Following' }).waitFor();
    await shows(page, 'completed');
    const events = await eventsOf(page);
    expect(events.filter((event) => event !== 'FIRST_CONTENT')).toEqual([
      ...['Enqueued', 'CLAIM', 'FAIL', 'DUE', 'CLAIM', 'COMPLETE'],
    ]);
    expect(await lit(page)).toEqual(['completed']);
    expect(await drawing(page).locator('[data-taken="true"]').count()).toBe(1);

    const slider = page.getByRole('slider', { name: 'Step' });
    await slider.fill('0');
    await shows(page, 'waiting');
    expect(await lit(page)).toEqual(['waiting']);
    await page.getByRole('button', { name: 'One step on' }).click();
    await shows(page, 'active.starting');
    expect((await lit(page)).toSorted()).toEqual(['active', 'active.starting']);
    await page.getByRole('tab', { name: 'Context' }).click();
    const row = (name: string): Locator =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${name}`) }) });
    expect(await row('attemptsStarted').innerText()).toMatch(/1$/);
    expect(await row('processedBy').innerText()).toContain('worker:1');
    await page.getByRole('button', { name: 'One step on' }).click();
    await shows(page, 'delayed');
    expect(await row('attemptsMade').innerText()).toMatch(/1$/);
    expect(await row('failure').innerText()).toMatch(/server-error.*withheld/s);
    await page.getByRole('button', { name: 'One step back' }).click();
    await shows(page, 'active.starting');
    expect(await row('attemptsMade').innerText()).toMatch(/0$/);

    // From here it plays on to the end again.
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await shows(page, 'completed');
    await window.screenshot('page-inspector');
    expect(await page.getByRole('main').innerText()).not.toContain('It fell over');
  });

  test('who wants no motion is shown the present at once', async () => {
    const id = await finishedAfterRetry('no motion');
    const page = await open(`job:${id}`, { reducedMotion: 'reduce' });
    await page.getByRole('button', { name: 'Following' }).waitFor();
    await shows(page, 'completed');
  });
});

describe('a live job', () => {
  test('is played and then followed, each step once, and takes an event from the user', async () => {
    const id = await enqueue('follow me');
    const first = await model.asked('follow me');
    const page = await open(`job:${id}`);
    await page.getByText('Live', { exact: true }).waitFor();
    first.say('It begins');
    await shows(page, 'active.streaming');
    first.breakOff();
    const second = await model.asked('follow me');
    await expect
      .poll(() => eventsOf(page))
      .toEqual([...['Enqueued', 'CLAIM', 'FIRST_CONTENT', 'FAIL', 'DUE', 'CLAIM']]);
    second.say('again');
    await shows(page, 'active.streaming');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await shows(page, 'cancelled');
    await page.getByText('Not live: a row in the database').waitFor();
    await expect.poll(async () => (await eventsOf(page)).slice(-3)).toEqual(['FIRST_CONTENT', 'CANCEL', 'STOPPED']);
    const versions = await host.client.jobs.events.query({ id: jobId(id) });
    expect(await eventsOf(page)).toEqual(['Enqueued', ...versions.map(({ event }) => event)]);
    await page.getByRole('button', { name: 'Retry' }).click();
    (await model.asked('follow me')).answer('Done.');
    await shows(page, 'completed');
  });

  test('goes on after the connection was cut, with no gap and no repeat', async () => {
    const id = await enqueue('cut me');
    const answer = await model.asked('cut me');
    const page = await open(`job:${id}`, { port: relay.port });
    await shows(page, 'active.starting');
    relay.target = 1;
    relay.cut();
    await showsText(page.getByRole('alert', { name: 'Connection' }), 'Connection lost.');
    answer.fail(500, 'while nobody looked');
    const next = await model.asked('cut me');
    relay.target = host.port;
    next.answer('There you are.');
    await shows(page, 'completed');
    const versions = await host.client.jobs.events.query({ id: jobId(id) });
    expect(await eventsOf(page)).toEqual(['Enqueued', ...versions.map(({ event }) => event)]);
    // The browser's own words about the connection that was refused.
    expect(window.complaints.every((complaint) => /WebSocket|ERR_|Failed to load/.test(complaint))).toBe(true);
    expected = window.complaints.length;
  });
});

test('all actors: by kind with their states, found by their name; any job by its id', async () => {
  const id = await finishedAfterRetry('find me');
  const page = await open();
  const list = page.getByRole('navigation', { name: 'Actors' });
  await list.getByRole('link', { name: /^supervisor running$/ }).waitFor();
  await list.getByRole('link', { name: /^worker:1 ready$/ }).waitFor();
  await list.getByRole('link', { name: /^provider:openai healthy$/ }).waitFor();
  await list.getByRole('searchbox').fill('demo');
  await expect.poll(() => list.getByRole('link').count()).toBe(1);
  await list.getByRole('searchbox').fill(id);
  await list.getByRole('link').first().click();
  await shows(page, 'completed');
  expect(page.url()).toContain(encodeURIComponent(`job:${id}`));
});

test('events between actors appear as lanes, the newest last, can be filtered and held still', async () => {
  const page = await open();
  const region = page.getByRole('region', { name: 'Events between actors, oldest first' });
  await page.getByText('Nothing has happened since').waitFor();
  const id = await finishedAfterRetry('speak');
  const name = `job …${id.slice(-6)}`;
  const sentences = (): Promise<string[]> => region.getByRole('listitem').locator('.sr-only').allTextContents();
  const about = async (): Promise<string[]> =>
    (await sentences()).filter((text) => text.includes(name)).map((text) => text.replace(/^\S+ /, '').trim());
  await expect
    .poll(about)
    .toEqual(
      expect.arrayContaining([
        `engine to ${name}: job.ENQUEUED waiting`,
        `dispatcher to ${name}: CLAIM active.starting`,
        `${name} to worker:1/process: run`,
        `worker:1 to ${name}: FAIL delayed`,
        `worker:1 to ${name}: COMPLETE completed`,
      ]),
    );
  for (const lane of ['dispatcher', 'worker:1', name])
    await region.getByRole('link', { name: lane, exact: true }).waitFor();
  await page.getByRole('searchbox', { name: 'Filter events' }).fill('dispatcher claim');
  await expect.poll(async () => (await sentences()).every((text) => text.includes('CLAIM'))).toBe(true);
  await page.getByRole('searchbox', { name: 'Filter events' }).fill('');
  await page.getByRole('button', { name: 'Hold still' }).click();
  const held = (await sentences()).length;
  await finishedAfterRetry('unheard');
  await page.getByRole('button', { name: /^Go on \(\d+ new\)$/ }).waitFor();
  expect((await sentences()).length).toBe(held);
  await page.getByRole('button', { name: /^Go on/ }).click();
  await expect.poll(async () => (await sentences()).length).toBeGreaterThan(held);
});

test.each([
  ['supervisor', ['running']],
  ['dispatcher', ['running', 'running.resting']],
  ['worker:1', ['alive', 'alive.ready']],
  ['provider:openai', ['healthy']],
])('%s is drawn with its state lit, and the keyboard moves the drawing', async (actor, states) => {
  const page = await open(actor);
  // Drawn when the view, the machine and the state have come: on a busy machine later than a poll waits.
  await drawing(page).locator('[data-active="true"]').first().waitFor({ state: 'attached' });
  await expect.poll(async () => (await lit(page)).toSorted()).toEqual(states);
  await page.getByRole('tab', { name: 'States' }).click();
  const active = page.getByRole('list', { name: 'States and transitions' }).getByText('Active', { exact: true });
  expect(await active.count()).toBe(states.length);
  const content = drawing(page).locator('svg > g');
  const before = await content.getAttribute('transform');
  await drawing(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('+');
  expect(await content.getAttribute('transform')).not.toBe(before);
  await page.keyboard.press('0');
  await expect.poll(() => content.getAttribute('transform')).toBe(before);
});

test('an actor that there is not', async () => {
  const page = await open('worker:99');
  await page.getByText('There is no actor worker:99 (any more).').waitFor();
});
