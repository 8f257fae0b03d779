/** A worker looks for programs that serve models on this machine, and nowhere else. */
import { expect, it } from 'vitest';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import { workerEntry } from '../support/built.ts';
import { startLmStudio, startOllama } from '../support/local-servers.ts';
import { deadUrl, startModelServer } from '../support/model-server.ts';
import { startProbe } from '../support/worker-probe.ts';

const host = createChildProcessWorkerHost({ entry: workerEntry });

it('finds Ollama and LM Studio with their models, and says of neither what it does not know', async () => {
  await using ollama = await startOllama(['llama3.3:70b', 'qwen3:8b']);
  await using studio = await startLmStudio();
  await using worker = startProbe(host);
  worker.send({
    type: 'find-servers',
    callId: 'look',
    addresses: [
      { software: 'ollama', origin: ollama.url },
      { software: 'lm-studio', origin: studio.url },
    ],
  });
  expect(await worker.said('servers-found')).toEqual({
    type: 'servers-found',
    callId: 'look',
    servers: [
      { software: 'ollama', baseUrl: `${ollama.url}/v1`, models: [{ id: 'llama3.3:70b' }, { id: 'qwen3:8b' }] },
      {
        software: 'lm-studio',
        baseUrl: `${studio.url}/v1`,
        models: [
          { id: 'loaded', contextTokens: 16_384, images: false },
          { id: 'seeing', images: true },
        ],
      },
    ],
  });
});

it('finds nobody where nobody is, or somebody else, or somebody who leads elsewhere', async () => {
  await using other = await startModelServer(({ response }) => {
    response.end('<html>Hello</html>');
  });
  await using astray = await startModelServer(({ response }) => {
    response.writeHead(302, { location: `${other.url}/api/version` }).end();
  });
  await using worker = startProbe(host);
  worker.send({
    type: 'find-servers',
    callId: 'look',
    addresses: [
      { software: 'ollama', origin: await deadUrl() },
      { software: 'ollama', origin: other.url },
      { software: 'lm-studio', origin: other.url },
      { software: 'ollama', origin: astray.url },
    ],
  });
  expect((await worker.said('servers-found')).servers).toEqual([]);
  // Its own two questions, and those of LM Studio: what the redirect names is not asked.
  expect(other.exchanges).toHaveLength(4);
});

it('does not ask another machine, whatever it is told', async () => {
  // The first address leads here, too: it would be answered if it were asked.
  await using ollama = await startOllama(['m']);
  const { port } = new URL(ollama.url);
  await using worker = startProbe(host);
  worker.send({
    type: 'find-servers',
    callId: 'look',
    addresses: [
      { software: 'ollama', origin: `http://[::ffff:127.0.0.1]:${port}` },
      { software: 'ollama', origin: `http://127.0.0.2:${port}` },
      { software: 'ollama', origin: `https://127.0.0.1:${port}` },
      { software: 'ollama', origin: 'file:///etc/passwd' },
    ],
  });
  expect((await worker.said('servers-found')).servers).toEqual([]);
  expect(ollama.exchanges).toEqual([]);
});
