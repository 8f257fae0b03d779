import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import { workerEnvironment } from '../../src/hosts/common/worker-environment.ts';
import { describeWorkerHost } from '../conformance/worker-host.ts';
import { workerEntry } from '../support/built.ts';
import { startProbe } from '../support/worker-probe.ts';

const parent = new URL('fixtures/parent.ts', import.meta.url).pathname;

describeWorkerHost('child_process', {
  make: (options = {}) =>
    createChildProcessWorkerHost({
      entry: options.entry ?? workerEntry,
      ...(options.preload === undefined ? {} : { execArgv: ['--import', options.preload] }),
      ...(options.log === undefined ? {} : { log: options.log }),
    }),
  async startParent() {
    const child = spawn(process.execPath, [parent, workerEntry], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { workerPid } = JSON.parse(line) as { workerPid: number };
    return { parentPid: child.pid ?? 0, workerPid };
  },
});

it('reports a missing Node binary as a crash with the reason', async () => {
  await using worker = startProbe(createChildProcessWorkerHost({ entry: workerEntry, execPath: '/nowhere/node' }));
  expect(await worker.exit).toMatchObject({ kind: 'crashed', reason: expect.stringContaining('/nowhere/node') });
  expect(worker.exits).toBe(1);
});

it('passes on proxies and certificates, and no keys', () => {
  const environment = workerEnvironment({
    Path: '/bin',
    https_proxy: 'http://127.0.0.1:1',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    NODE_OPTIONS: '--inspect',
    OPENAI_API_KEY: 'secret',
    ANTHROPIC_AUTH_TOKEN: 'secret',
    NIGHTSHIFT_TOKEN: 'secret',
  });
  expect(environment).toEqual({
    Path: '/bin',
    https_proxy: 'http://127.0.0.1:1',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    // Without it, Node's fetch takes no notice of the proxy.
    NODE_USE_ENV_PROXY: '1',
    NO_PROXY: 'localhost,127.0.0.1,[::1]',
  });
});

it.each([
  { host: { TZ: 'UTC' }, worker: { TZ: 'UTC' } },
  { host: { HTTP_PROXY: '' }, worker: { HTTP_PROXY: '' } },
  { host: { NO_PROXY: 'a.b' }, worker: { NO_PROXY: 'a.b' } },
  { host: { http_proxy: 'p', no_proxy: '*' }, worker: { http_proxy: 'p', NODE_USE_ENV_PROXY: '1', no_proxy: '*' } },
  {
    host: { http_proxy: 'p', NODE_USE_ENV_PROXY: '0', no_proxy: 'a.b' },
    worker: { http_proxy: 'p', NODE_USE_ENV_PROXY: '0', no_proxy: 'a.b,localhost,127.0.0.1,[::1]' },
  },
])('respects what is said about proxies: $host', ({ host, worker }) => {
  expect(workerEnvironment(host)).toEqual(worker);
});
