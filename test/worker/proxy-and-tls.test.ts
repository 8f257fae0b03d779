/** The way to a provider: through the proxy that the environment names, and past a certificate that nobody vouches for. */
import { describe, expect, it } from 'vitest';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import { workerEnvironment } from '../../src/hosts/common/worker-environment.ts';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { workerEntry } from '../support/built.ts';
import { certificateFile, startProxy, startTlsFront } from '../support/forward.ts';
import {
  anthropicEvents,
  beginStream,
  type Exchange,
  openaiEvents,
  startModelServer,
} from '../support/model-server.ts';
import { runOf, startProbe, type WorkerProbe } from '../support/worker-probe.ts';

const timeouts = { firstContentMs: 5_000, idleMs: 5_000 };

/** A worker of a host that was started with `env` and nothing else. */
function workerWith(env: Readonly<Record<string, string>>): WorkerProbe {
  const { PATH = '', HOME = '' } = process.env;
  return startProbe(
    createChildProcessWorkerHost({ entry: workerEntry, env: () => workerEnvironment({ PATH, HOME, ...env }) }),
  );
}

const dialects = [
  {
    name: 'openai',
    at: (url: string): ProviderConnection => ({ id: 'openai', kind: 'openai', baseUrl: url, apiKey: 'k', timeouts }),
    answer: openaiEvents.text('Hello.') + openaiEvents.finish() + openaiEvents.done(),
  },
  {
    name: 'anthropic',
    at: (url: string): ProviderConnection => ({
      id: 'anthropic',
      kind: 'anthropic',
      baseUrl: url,
      apiKey: 'k',
      timeouts,
    }),
    answer:
      anthropicEvents.start() + anthropicEvents.text('Hello.') + anthropicEvents.finish() + anthropicEvents.stop(),
  },
];

describe.each(dialects)('a worker on its way to $name', ({ at, answer }) => {
  const answering = ({ response }: Exchange): void => {
    beginStream(response);
    response.end(answer);
  };

  // Only the proxy knows where model.test is.
  it('goes through the proxy that HTTP_PROXY names', async () => {
    await using server = await startModelServer(answering);
    await using proxy = await startProxy(server.url);
    await using worker = workerWith({ HTTP_PROXY: proxy.url });
    worker.send(runOf(1, at('http://model.test')));
    expect((await worker.said('done')).result.text).toBe('Hello.');
    expect(proxy.targets).toEqual(['model.test:80']);
    expect(server.exchanges).toHaveLength(1);
  });

  it('goes through the proxy that https_proxy names, with TLS inside, and trusts NODE_EXTRA_CA_CERTS', async () => {
    await using server = await startModelServer(answering);
    await using front = await startTlsFront(server.url);
    await using proxy = await startProxy(front.url);
    await using worker = workerWith({ https_proxy: proxy.url, NODE_EXTRA_CA_CERTS: certificateFile });
    worker.send(runOf(1, at('https://model.test')));
    expect((await worker.said('done')).result.text).toBe('Hello.');
    expect(proxy.targets).toEqual(['model.test:443']);
  });

  it.each([
    { status: 403, words: /^\w+ cannot be reached \(https:\/\/model\.test\): the proxy .* \(HTTP 403\)\. .*NO_PROXY/u },
    { status: 407, words: /^The proxy on the way to \w+ wants you to sign in \(HTTP 407\)/u },
  ])('says what to do about a proxy that refuses with $status', async ({ status, words }) => {
    await using proxy = await startProxy(status);
    await using worker = workerWith({ HTTPS_PROXY: proxy.url });
    worker.send(runOf(1, at('https://model.test')));
    const { failure } = await worker.said('failed');
    expect(failure).toMatchObject({ class: 'provider-down', code: 'connection' });
    expect(failure.message).toMatch(words);
    expect(failure.causes?.join('\n')).toContain(`Proxy response (${status})`);
    expect(proxy.targets).toEqual(['model.test:443']);
  });

  it('goes past the proxy to a model on this machine', async () => {
    await using server = await startModelServer(answering);
    await using proxy = await startProxy(403);
    await using worker = workerWith({ HTTP_PROXY: proxy.url, no_proxy: 'model.test' });
    worker.send(runOf(1, at(server.url)));
    expect((await worker.said('done')).result.text).toBe('Hello.');
    expect(proxy.targets).toEqual([]);
  });

  it('says that a certificate is not trusted, and what to do; the request is never sent', async () => {
    await using server = await startModelServer(answering);
    await using front = await startTlsFront(server.url);
    await using worker = workerWith({});
    worker.send(runOf(1, at(front.url)));
    const { failure } = await worker.said('failed');
    expect(failure).toMatchObject({ class: 'provider-down', code: 'connection' });
    expect(failure.message).toMatch(/certificate is not trusted here.*NODE_EXTRA_CA_CERTS/u);
    expect(failure.message).toContain(front.url);
    expect(failure.causes?.join('\n')).toMatch(/fetch failed[^]*self-signed certificate.*DEPTH_ZERO_SELF_SIGNED_CERT/u);
    expect(server.exchanges).toEqual([]);
  });

  it('trusts the certificate that NODE_EXTRA_CA_CERTS names', async () => {
    await using server = await startModelServer(answering);
    await using front = await startTlsFront(server.url);
    await using worker = workerWith({ NODE_EXTRA_CA_CERTS: certificateFile });
    worker.send(runOf(1, at(front.url)));
    expect((await worker.said('done')).result.text).toBe('Hello.');
  });
});
