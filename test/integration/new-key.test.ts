/** A key that was refused is replaced the way the message says: another one in the environment, and a new start. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, completed, jobWhen } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import {
  beginStream,
  openaiEvents,
  startModelServer,
  type Exchange,
  type ModelServer,
} from '../support/model-server.ts';

function onlyWith(key: string, { request, response }: Exchange): void {
  if (request.headers.authorization !== `Bearer ${key}`) {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } }));
  } else if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }));
  } else {
    beginStream(response);
    response.end(openaiEvents.text('Yes.') + openaiEvents.finish() + openaiEvents.done());
  }
}

let server: ModelServer;
let dataDir: string;
let host: TestHost | undefined;
beforeEach(async () => {
  server = await startModelServer((exchange) => onlyWith('right', exchange));
  dataDir = mkdtempSync(join(tmpdir(), 'nightshift-new-key-'));
});
afterEach(async () => {
  await host?.close();
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

async function startWith(key: string): Promise<TestHost> {
  host = await startHost({ dataDir, env: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${server.url}/v1` } });
  return host;
}

test('a provider that refused its key takes jobs again after a start with the right one', async () => {
  const before = await startWith('wrong');
  const refused = await jobWhen(
    before,
    (await ask(before, 'Is anybody there?')).jobId,
    ({ state }) => state === 'failed',
  );
  expect(refused.failure).toMatchObject({ class: 'misconfigured', code: 'unauthorized' });
  await before.close();

  const after = await startWith('right');
  const waiting = await ask(after, 'And now?');
  expect(await completed(after, waiting.jobId)).toMatchObject({ state: 'completed', attemptsStarted: 1 });
});
