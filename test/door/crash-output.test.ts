/** What a process writes when it dies has no key in it, whatever it had in its hands. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProject } from '../../scripts/setup/project.mjs';
import { type InnerDeath, deaths } from '../chaos/deaths.ts';
import { workerEntry } from '../support/built.ts';
import { ask, jobWhen, streaming, workerPids } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { beginStream, openaiEvents, startModelServer, type ModelServer } from '../support/model-server.ts';

const key = `sk-planted-crash-${randomBytes(12).toString('hex')}`;
const forms = [key, Buffer.from(key).toString('base64').replace(/=+$/u, '')];

let model: ModelServer;
let host: TestHost;

beforeAll(async () => {
  // Never ends: every worker dies with the key and a half answer in its hands.
  model = await startModelServer(({ response }) => {
    beginStream(response);
    response.write(openaiEvents.role() + openaiEvents.text('half of it'));
  });
  host = await startHost({
    script: [inProject('test', 'chaos', 'host.ts'), workerEntry],
    args: ['--verbose'],
    env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${model.url}/v1` },
  });
});
afterAll(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
});

/** How each death shows itself, so that the search has something to look through. */
const traces: [InnerDeath, RegExp][] = [
  ['unhandled rejection', /nobody handles this/u],
  // On a busy machine it is found silent before its memory is full.
  ['out of memory', /heap out of memory|heap limit|answered no heartbeat/iu],
  ['exit', /exit code 3/u],
];

test.each(traces)('a worker that dies of %s', async (death, trace) => {
  const { jobId } = await ask(host, `until ${death}`, { model: 'openai/m' });
  await streaming(host, jobId);
  for (const pid of await workerPids(host)) process.kill(pid, deaths[death]);
  await jobWhen(host, jobId, ({ attemptsStarted, phase }) => attemptsStarted === 2 && phase === 'streaming');
  const pool = JSON.stringify(await host.client.pool.get.query());
  const written = host.stdout() + host.stderr();
  expect(pool + written).toMatch(trace);
  clean('the pool', pool);
  clean('the timeline', JSON.stringify(await host.client.jobs.events.query({ id: jobId })));
  clean('what was written', written);
  await host.client.jobs.cancel.mutate({ id: jobId });
});

test('a host that is aborted', async () => {
  const { jobId } = await ask(host, 'until the host goes', { model: 'openai/m' });
  await streaming(host, jobId);
  host.signal('SIGABRT');
  expect(await host.exited).toMatchObject({ signal: 'SIGABRT' });
  clean('what was written', host.stdout() + host.stderr());
  for (const entry of readdirSync(host.dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) clean(entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  }
});

function clean(where: string, text: string): void {
  for (const form of forms) expect(text.includes(form), `${where} holds ${form.slice(0, 20)}…`).toBe(false);
}
