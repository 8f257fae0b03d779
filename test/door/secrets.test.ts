/**
 * Keys are where they belong and nowhere else. Recognisable ones are given to a host in every way there is, used, failed
 * with and crashed with; then everything that the host wrote, said or shows is searched.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWindow, type Window } from '../e2e/page-driver.ts';
import { ask, completed, jobWhen, streaming, workerPids } from '../support/chat.ts';
import { launchChromium } from '../support/chromium.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { beginStream, openaiEvents, startModelServer, type ModelServer } from '../support/model-server.ts';
import { allProcesses } from './process-files.ts';

const planted = (name: string) => `sk-planted-${name}-${randomBytes(12).toString('hex')}`;
const keys = {
  environment: planted('environment'),
  stored: planted('stored'),
  header: planted('header'),
  refused: planted('refused'),
};
/** Also as it would look in base64, in a URL or in JSON: the key itself is the same in the last two. */
const forms = Object.values(keys).flatMap((key) => [key, Buffer.from(key).toString('base64').replace(/=+$/u, '')]);

let model: ModelServer;
let browser: Browser;
const folder = dataFolder();
let host: TestHost;
/** Every answer that the API gave, and every frame of the page's connection. */
const said: string[] = [];
const seenByModel: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  // Quotes the key back, as providers do when they refuse one.
  model = await startModelServer(({ request, response }) => {
    const shown = `${request.headers.authorization ?? ''} ${String(request.headers['x-secret'] ?? '')}`;
    seenByModel.push(shown);
    if (shown.includes(keys.refused)) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          error: { message: `Incorrect API key provided: ${shown}`, type: 'invalid', code: 'invalid_api_key' },
        }),
      );
      return;
    }
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model' }] }));
      return;
    }
    beginStream(response);
    response.write(openaiEvents.role());
    response.write(openaiEvents.text('a part of it'));
    // Answers to the environment's key stay open: there is something to crash.
    if (shown.includes(keys.environment)) return;
    response.end(openaiEvents.finish() + openaiEvents.done());
  });
  host = await start();
});
afterAll(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
  await browser.close();
  folder[Symbol.dispose]();
});

function start(): Promise<TestHost> {
  return startHost({
    dataDir: folder.path,
    args: ['--verbose'],
    env: { OPENAI_API_KEY: keys.environment, OPENAI_BASE_URL: `${model.url}/v1` },
  });
}

function clean(where: string, text: string): void {
  for (const form of forms) expect(text.includes(form), `${where} holds ${form.slice(0, 24)}…`).toBe(false);
}

/** A file's bytes; one that the host has removed meanwhile is empty. */
function searchFolder(): void {
  for (const entry of readdirSync(folder.path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    if (entry.name === 'secrets.json') {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      continue;
    }
    clean(file, readFileSync(file, 'latin1'));
  }
}

function searchProcesses(): void {
  const mine = allProcesses();
  const workers = mine.filter(({ parent }) => parent === host.pid);
  expect(workers.length).toBeGreaterThan(0);
  for (const { pid, cmdline } of mine) {
    if (pid !== process.pid) clean(`the arguments of process ${pid}`, cmdline);
  }
  for (const { pid, environ } of workers) clean(`the environment of worker ${pid}`, environ);
  // The host was given one there. No other key may have come to it.
  const environ = mine.find(({ pid }) => pid === host.pid)?.environ ?? '';
  expect(environ).toContain(keys.environment);
  clean('the environment of the host', environ.replaceAll(keys.environment, ''));
}

async function query(path: string, input?: unknown): Promise<void> {
  const search = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await host.http(`/trpc/${path}${search}`);
  expect(response.status).toBe(200);
  said.push(await response.text());
}

async function change(path: string, input: unknown): Promise<void> {
  const response = await host.http(`/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  said.push(await response.text());
}

describe('a key', () => {
  test('is used, refused, and in the hands of a worker and a host that are killed, and is found nowhere', async () => {
    const compatible = { kind: 'openai-compatible', baseUrl: `${model.url}/v1`, headers: { 'X-Secret': keys.header } };
    await change('providers.set', { ...compatible, id: 'good', apiKey: keys.stored });
    await change('providers.set', { ...compatible, id: 'refused', apiKey: keys.refused });
    // Refused input is quoted in the error, but not this part of it.
    await change('providers.set', { ...compatible, id: 'Not An Id', apiKey: keys.stored });
    await change('providers.set', { ...compatible, id: 'bad', baseUrl: 'ftp://x', apiKey: keys.stored });
    await change('providers.set', { ...compatible, id: 'bad', apiKey: keys.stored.repeat(40) });
    await change('providers.set', { ...compatible, id: 'bad', apiKey: [keys.stored], headers: { 'a b': keys.header } });
    await change('providers.test', { id: 'good' });
    await change('providers.test', { id: 'refused' });
    await change('providers.tryOut', { ...compatible, id: 'draft', apiKey: keys.refused, model: 'm' });

    const window = await openWindow(browser, host.link);
    record(window);
    const good = await ask(host, 'to the good one', { model: 'good/m' });
    await completed(host, good.jobId);
    const refused = await ask(host, 'to the one that refuses', { model: 'refused/m' });
    await jobWhen(host, refused.jobId, ({ failure }) => failure !== null);
    const open = await ask(host, 'to the one that never ends', { model: 'openai/m' });
    await streaming(host, open.jobId);
    expect(seenByModel.join()).toContain(keys.stored);
    expect(seenByModel.join()).toContain(keys.header);
    expect(seenByModel.join()).toContain(keys.refused);
    expect(seenByModel.join()).toContain(keys.environment);

    searchProcesses();
    for (const pid of await workerPids(host)) process.kill(pid, 'SIGABRT');
    await streaming(host, open.jobId);
    for (const path of [
      'conversations.list',
      'jobs.list',
      'pool.get',
      'agents.list',
      'providers.list',
      'settings.get',
      'actors.list',
    ]) {
      await query(path, path === 'jobs.list' ? {} : undefined);
    }
    for (const { jobId, conversationId } of [good, refused, open]) {
      await query('jobs.get', { id: jobId });
      await query('jobs.events', { id: jobId });
      await query('conversations.get', { id: conversationId });
      await query('messages.list', { conversationId });
    }
    searchFolder();
    await searchPage(window, refused.conversationId);
    await window[Symbol.asyncDispose]();

    const before = host;
    await host.kill9();
    searchFolder();
    clean('what the host wrote', before.stdout() + before.stderr());
    host = await start();
    await query('providers.list');
    await streaming(host, open.jobId);
    searchProcesses();
    searchFolder();
    clean('what the second host wrote', host.stdout() + host.stderr());
    clean('what the API said', said.join('\n'));
    expect(said.length).toBeGreaterThan(25);
    await before.close();
    expect(readFileSync(join(folder.path, 'secrets.json'), 'utf8')).toContain(keys.stored);
  });

  test('is in nothing that git knows of', () => {
    const { status } = spawnSync('git', ['grep', '-q', 'sk-planted-[a-z]*-[0-9a-f]\\{24\\}']);
    expect(status).toBe(1);
  });
});

function record({ page }: Window): void {
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => said.push(String(payload))));
  page.on('console', (line) => said.push(line.text()));
}

/** What a person, a script or a neighbour on the machine could read of the page. */
async function searchPage({ page, context, log }: Window, conversationId: string): Promise<void> {
  await page.goto(`${host.url}/#/c/${conversationId}`);
  await log.getByText('to the one that refuses').waitFor();
  await page.getByText('The provider’s own words').click();
  clean('the page', await page.content());
  clean('what the page stores', JSON.stringify(await context.storageState({ indexedDB: true })));
}
