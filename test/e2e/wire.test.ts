/**
 * What the page shows of every way in which the wire can fail, in both protocols, beside what the job's row says and how
 * many requests the server has seen. One provider for each case, so that none stands in another's way; all are asked at
 * once, and looked at one after the other.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobView } from '../../src/protocol/views.ts';
import { ask, type Asked, converse, jobWhen, poolWhen, rowsOf, streaming } from '../support/chat.ts';
import { launchChromium } from '../support/chromium.ts';
import { startProxy, type Proxy } from '../support/forward.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { beginStream, deadUrl, type Exchange, type ModelServer, startModelServer } from '../support/model-server.ts';
import { type WireDialect, wireDialects } from '../support/wire-dialects.ts';
import { openWindow, shows, type Window } from './page-driver.ts';
import type { WireRow } from './wire-row.ts';
import { wireRows } from './wire-rows.ts';

interface Case {
  readonly id: string;
  readonly row: WireRow;
  readonly dialect: WireDialect;
}

const cases: Case[] = wireRows.flatMap((row) =>
  wireDialects
    .filter(({ name }) => row.only === undefined || row.only === name)
    .map((dialect) => ({ id: `${row.name}-${dialect.name}`, row, dialect })),
);
const stopped = wireDialects.map((dialect) => ({ id: `stopped-${dialect.name}`, dialect }));
const adjusted = wireDialects.map((dialect) => ({ id: `adjusted-${dialect.name}`, dialect }));

let browser: Browser;
let server: ModelServer;
let proxy: Proxy;
let host: TestHost;
let window: Window;
/** What was sent, and the job as soon as it is in the state that its row names. */
const all = new Map<string, Asked & { settled: Promise<JobView> }>();

/** Of one provider, by the first part of its base URL's path. */
const exchangesOf = (id: string): Exchange[] =>
  server.exchanges.filter(({ request }) => request.url?.startsWith(`/${id}/`) === true && request.method === 'POST');

beforeAll(async () => {
  server = await startModelServer((exchange) => {
    if (exchange.request.method === 'GET') {
      exchange.response.setHeader('content-type', 'application/json');
      exchange.response.end(JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model' }] }));
      return undefined;
    }
    const id = exchange.request.url?.split('/')[1] ?? '';
    const found = cases.find((one) => one.id === id);
    return found?.row.serve?.(exchange, found.dialect, exchangesOf(id).length);
  });
  proxy = await startProxy(403);
  host = await startHost({ env: { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1,localhost,nobody.invalid' } });
  // A title is a request of its own.
  await host.client.settings.update.mutate({ writeTitles: false });
  browser = await launchChromium();
  window = await openWindow(browser, host.link);
  const dead = await deadUrl();
  const origin = ({ address }: WireRow): string => {
    switch (address) {
      case 'nobody':
        return dead;
      case 'no name':
        return 'http://nobody.invalid';
      case 'no TLS':
        return server.url.replace('http:', 'https:');
      case 'proxy':
        return 'http://model.test';
      case undefined:
        return server.url;
      default:
        return address satisfies never;
    }
  };
  for (const { id, row, dialect } of cases) await addProvider(id, dialect, origin(row), row.timeouts);
  for (const { id, dialect } of [...stopped, ...adjusted]) await addProvider(id, dialect, server.url);
  await Promise.all(
    cases.map(async ({ id, row }) => {
      const one = await ask(host, id, { model: `${id}/m` });
      all.set(id, { ...one, settled: jobWhen(host, one.jobId, (job) => hasCome(job, row)) });
    }),
  );
});

afterAll(async () => {
  await browser.close();
  await host.close();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function addProvider(
  id: string,
  { name, baseUrl }: WireDialect,
  origin: string,
  timeouts: WireRow['timeouts'] = {},
): Promise<void> {
  await host.client.providers.set.mutate({
    id,
    kind: name,
    baseUrl: baseUrl(`${origin}/${id}`),
    apiKey: 'sk-test-0123456789',
    // Those that no row is about are too long to be in the way on a busy machine.
    timeouts: { firstContentMs: 60_000, idleMs: 60_000, ...timeouts },
  });
}

function sent(id: string): Asked & { settled: Promise<JobView> } {
  const one = all.get(id);
  if (one === undefined) throw new Error(`${id} was not sent`);
  return one;
}

function hasCome({ state, failure }: JobView, row: WireRow): boolean {
  return state === row.state && (state !== 'waiting' || failure !== null);
}

async function open(path: string): Promise<void> {
  await window.page.evaluate((hash) => {
    location.hash = hash;
  }, path);
}

const actions = (): Promise<string[]> =>
  window.answers
    .getByRole('button', { name: /^(?:Retry|Retry now|Start now|Cancel|Continue|Skip.*)$/u })
    .allInnerTexts();

/** The row itself, not what the API makes of it. */
function rowOf(jobId: JobId): unknown {
  const sql = `SELECT state, failure ->> '$.class' || '/' || (failure ->> '$.code') AS failure, attempts_started AS started,
    attempts_made AS made, failed_reason AS reason FROM llm_jobs WHERE id = ?`;
  return rowsOf(host.dataDir, sql, jobId)[0];
}

describe.each(cases)('$id', ({ id, row }) => {
  test('is told as it is, in the row and on the page', async () => {
    const { conversationId, jobId, settled } = sent(id);
    const job = await settled;
    await expect
      .poll(() => rowOf(jobId))
      .toMatchObject({
        state: row.state,
        failure: row.failure ?? null,
        // A provider's pause uses up no attempt; an answer forgets the failures before it.
        made: row.failure?.startsWith('provider-down') === true || row.state === 'completed' ? 0 : row.requests,
        reason: row.failure === undefined ? null : expect.stringContaining(id),
      });
    expect(exchangesOf(id)).toHaveLength(row.requests);
    expect(job.failure?.message ?? '').toMatch(row.failure === undefined ? /^$/u : new RegExp(id, 'u'));

    await open(`#/c/${conversationId}`);
    await window.page.getByRole('heading', { level: 1, name: id }).waitFor();
    for (const words of row.shows) await shows(window.answers, words);
    await expect.poll(actions).toEqual(row.actions);
    expect(await window.answers.count()).toBe(1);
    const shown = await window.answers.innerText();
    if (row.text !== undefined) expect(shown).toContain(row.text);
    if (row.thinking !== undefined) {
      expect(shown).not.toContain(row.thinking);
      await window.answers.getByText('Thoughts').click();
      await window.answers.getByText(row.thinking, { exact: true }).waitFor();
    }
    if (row.failure === undefined) expect(await window.answers.getByRole('group', { name: 'Failure' }).count()).toBe(0);
    else await showsAttempt(jobId, row.failure, row.words);

    const state = (await host.client.providers.list.query()).find((provider) => provider.id === id)?.state;
    if (row.provider !== undefined) expect(state).toBe(row.provider);
  });
});

/** On the job's page: class and code as the service has them, the provider's own words, and the chain of causes. */
async function showsAttempt(jobId: JobId, failure: string, words: RegExp | undefined): Promise<void> {
  await open(`#/jobs/${jobId}`);
  const attempts = window.page.getByRole('list', { name: 'Attempts' });
  await shows(attempts, failure.replace('/', ' · '));
  if (words !== undefined) await shows(attempts, words);
}

describe.each(stopped)('$id: an answer that is cancelled', ({ id, dialect }) => {
  const next = (): Promise<Exchange> => server.nextExchange();

  test('before it was started: nothing is asked', async () => {
    const running = next();
    const before = await ask(host, `${id} and more`, { model: `${id}/m` });
    const exchange = await running;
    const { jobId } = await ask(host, `${id} never`, { model: `${id}/m`, conversationId: before.conversationId });
    await host.client.jobs.cancel.mutate({ id: jobId });
    await open(`#/c/${before.conversationId}`);
    await shows(window.answers, /Stopped/u);
    beginStream(exchange.response);
    exchange.response.end(dialect.start + dialect.text('Not stopped.') + dialect.end());
    await shows(window.answers, /Not stopped\.[^]*7 in/u);
    expect(rowOf(jobId)).toMatchObject({ state: 'cancelled', started: 0 });
    expect(exchangesOf(id)).toHaveLength(1);
  });

  test('while it connects: the request ends, and nothing of an answer is shown', async () => {
    const running = next();
    const { conversationId, jobId } = await ask(host, `${id} connecting`, { model: `${id}/m` });
    const exchange = await running;
    await open(`#/c/${conversationId}`);
    await shows(window.answers, /Starting/u);
    await host.client.jobs.cancel.mutate({ id: jobId });
    expect(await exchange.ended).toBe('cut');
    await shows(window.answers, /^Stopped\s*Retry$/u);
    expect(rowOf(jobId)).toMatchObject({ state: 'cancelled', made: 0 });
  });

  test('in the middle: the request ends, the text is kept', async () => {
    const running = next();
    const { conversationId, jobId } = await ask(host, `${id} halfway`, { model: `${id}/m` });
    const { response, ended } = await running;
    beginStream(response);
    response.write(dialect.start + dialect.text('Half of it'));
    await streaming(host, jobId);
    await open(`#/c/${conversationId}`);
    await shows(window.answers, 'Half of it');
    await window.button('Stop').click();
    expect(await ended).toBe('cut');
    await shows(window.answers, /Half of it\s*Stopped/u);
    expect(await actions()).toEqual(['Retry']);
    expect(rowOf(jobId)).toMatchObject({ state: 'cancelled', started: 1, made: 0 });
  });

  test('after its last byte: it stays as it is', async () => {
    const running = next();
    const { conversationId, jobId } = await ask(host, `${id} too late`, { model: `${id}/m` });
    const { response, ended } = await running;
    beginStream(response);
    response.end(dialect.start + dialect.text('All of it.') + dialect.end());
    await jobWhen(host, jobId, ({ state }) => state === 'completed');
    await expect(host.client.jobs.cancel.mutate({ id: jobId })).rejects.toThrow(/completed/u);
    expect(await ended).toBe('finished');
    await open(`#/c/${conversationId}`);
    await shows(window.answers, /All of it\.[^]*7 in/u);
    expect(await actions()).toEqual([]);
  });
});

test.each(adjusted)('$id: waits and limits that are set on the page are those that count', async ({ id }) => {
  const { page } = window;
  await open('#/settings/providers');
  await page.getByRole('listitem', { name: id }).getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('More settings').click();
  for (const [label, value] of [
    ['Wait for the first words (seconds)', '1.5'],
    ['Wait between words (seconds)', '5'],
    ['Requests a minute', '50'],
    ['Tokens a minute', '90000'],
    ['Jobs at once', '2'],
  ] as const) {
    await dialog.getByLabel(label).fill(value);
  }
  await dialog.getByRole('button', { name: 'Test and save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect((await host.client.providers.list.query()).find((provider) => provider.id === id)).toMatchObject({
    timeouts: { firstContentMs: 1_500, idleMs: 5_000 },
    requestsPerMinute: 50,
    tokensPerMinute: 90_000,
    concurrency: 2,
  });
  const { conversationId } = await ask(host, `${id} says nothing`, { model: `${id}/m` });
  await open(`#/c/${conversationId}`);
  await shows(window.answers, /sent nothing of an answer in time/u);
  expect(exchangesOf(id).length).toBeGreaterThan(0);
});

test('a model that cannot be reached: another answers, and it is said in whose place', async () => {
  const { id: agentId } = await host.client.agents.create.mutate({
    requestId: 'agent-with-another',
    agent: { name: 'Has another', model: 'refused-openai/m', fallbacks: ['thinking-anthropic/m'], fallbackAfterMs: 0 },
  });
  const { conversationId } = await ask(host, 'Who is there?', { conversationId: await converse(host, agentId) });
  await open(`#/c/${conversationId}`);
  await shows(window.answers, /Seen\.[^]*in place of refused-openai\/m, which could not be reached/u);
});

test('nothing is left behind: no slot, no request, no connection, and no complaint of the page', async () => {
  await poolWhen(host, ({ slotsUsed }) => slotsUsed === 0);
  await expect.poll(() => server.exchanges.filter(({ response }) => !response.closed).length).toBe(0);
  // Idle connections are kept for a few seconds.
  await expect.poll(() => server.openSockets, { timeout: 15_000 }).toBe(0);
  expect(window.complaints).toEqual([]);
});
