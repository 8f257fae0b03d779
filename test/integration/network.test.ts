/** Proxy and authorities as the settings have them: they count for the workers that come next, and those come at once. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, completed, jobWhen, streaming } from '../support/chat.ts';
import { certificateFile, startProxy, startTlsFront } from '../support/forward.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { beginStream, openaiEvents, startModelServer, type Exchange } from '../support/model-server.ts';

const certificate = readFileSync(certificateFile, 'utf8');
const answering = ({ request, response }: Exchange): void => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: [{ id: 'm' }] }));
    return;
  }
  beginStream(response);
  response.end(openaiEvents.text('Hello.') + openaiEvents.finish() + openaiEvents.done());
};

let dataDir: string;
let host: TestHost;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'nightshift-network-'));
  host = await startHost({ dataDir });
});
afterEach(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const add = (baseUrl: string) => host.client.providers.set.mutate({ id: 'far', kind: 'openai-compatible', baseUrl });

describe('a proxy', () => {
  // Only the proxy knows where model.test is.
  test('that is set is used by the workers that take the place of the present ones, also after a restart', async () => {
    await using server = await startModelServer(answering);
    await using proxy = await startProxy(server.url);
    await add('http://model.test/v1');
    const before = (await host.client.pool.get.query()).workers.map(({ id }) => id);
    const { proxy: kept, oldWorkers } = await host.client.network.setProxy.mutate({
      mode: 'own',
      url: proxy.url,
      user: 'somebody',
      password: 'pass-word-1234',
    });
    expect(kept).toEqual({ mode: 'own', url: proxy.url, user: 'somebody', bypass: '', hasPassword: true });
    expect(oldWorkers).toBeLessThanOrEqual(before.length);
    const { jobId } = await ask(host, 'hello', { model: 'far/m' });
    await completed(host, jobId);
    expect(proxy.targets).toContain('model.test:80');

    await host.close();
    for (const name of readdirSync(dataDir)) {
      if (name !== 'secrets.json') expect(readFileSync(join(dataDir, name), 'latin1')).not.toContain('pass-word-1234');
    }
    host = await startHost({ dataDir });
    expect((await host.client.network.get.query()).proxy).toEqual(kept);
    const again = await ask(host, 'hello again', { model: 'far/m' });
    await completed(host, again.jobId);
  });

  test('of the environment is shown without its password, and can be gone without', async () => {
    await host.close();
    host = await startHost({ dataDir, env: { HTTPS_PROXY: 'http://somebody:secret@proxy.test:3128' } });
    const { environment, proxy } = await host.client.network.get.query();
    expect(environment.proxy).toBe('http://somebody@proxy.test:3128');
    expect(proxy).toMatchObject({ mode: 'environment', hasPassword: false });
    expect((await host.client.network.setProxy.mutate({ mode: 'none' })).proxy.mode).toBe('none');
    await using server = await startModelServer(answering);
    await add(`${server.url}/v1`);
    const { jobId } = await ask(host, 'hello', { model: 'far/m' });
    await completed(host, jobId);
  });

  test('that cannot be one is refused with what to do', async () => {
    for (const { url, words } of [
      { url: 'socks5://proxy.test:1080', words: /http:\/\/host:port/u },
      { url: 'http://me:secret@proxy.test:8080', words: /own fields/u },
      { url: 'http://proxy.test:8080/path', words: /without a path/u },
      { url: null, words: /missing/u },
    ]) {
      await expect(host.client.network.setProxy.mutate({ mode: 'own', url }), String(url)).rejects.toThrow(words);
    }
    expect((await host.client.network.get.query()).proxy.mode).toBe('environment');
  });

  test('that is set lets an answer under way end as it began', async () => {
    const open: Exchange[] = [];
    await using server = await startModelServer((exchange) => {
      if (exchange.request.method === 'GET') return answering(exchange);
      beginStream(exchange.response);
      exchange.response.write(openaiEvents.text('Half'));
      open.push(exchange);
      return undefined;
    });
    await using proxy = await startProxy(403);
    await add(`${server.url}/v1`);
    const { jobId } = await ask(host, 'a long one', { model: 'far/m' });
    await streaming(host, jobId);
    const { oldWorkers } = await host.client.network.setProxy.mutate({ mode: 'own', url: proxy.url });
    expect(oldWorkers).toBe(1);
    open[0]?.response.end(openaiEvents.text(' and half') + openaiEvents.finish() + openaiEvents.done());
    expect(await completed(host, jobId)).toMatchObject({ attemptsStarted: 1 });
    await expect.poll(async () => (await host.client.network.get.query()).oldWorkers, { timeout: 20_000 }).toBe(0);
  });
});

describe('a certificate authority', () => {
  test('that is set is trusted by the workers that come next, and no more once it is taken back', async () => {
    await using server = await startModelServer(answering);
    await using front = await startTlsFront(server.url);
    await add(`${front.url}/v1`);
    const before = await host.client.providers.test.mutate({ id: 'far' });
    expect(before.failure?.message).toMatch(/certificate is not trusted/u);

    const { authorities } = await host.client.network.setAuthorities.mutate({ pem: `# ours\n${certificate}` });
    expect(authorities).toMatchObject([{ subject: expect.any(String), validUntil: expect.any(Number) }]);
    expect(statSync(join(dataDir, 'authorities.pem')).isFile()).toBe(true);
    expect(await host.client.providers.test.mutate({ id: 'far' })).toMatchObject({ ok: true });

    expect((await host.client.network.setAuthorities.mutate({ pem: null })).authorities).toEqual([]);
    expect(await host.client.providers.test.mutate({ id: 'far' })).toMatchObject({ ok: false });
  });

  test('that cannot be read is refused with what to do, and nothing is kept', async () => {
    for (const { what, pem, words } of [
      { what: 'no PEM at all', pem: 'hello', words: /There is no certificate in it/u },
      { what: 'cut off', pem: certificate.slice(0, 200), words: /cut off/u },
      { what: 'damaged', pem: certificate.replace(/\n[A-Za-z0-9+/]{64}\n/u, '\nAAAA\n'), words: /cannot be read/u },
      {
        what: 'a private key',
        pem: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
        words: /private key.*keep it secret/u,
      },
    ]) {
      await expect(host.client.network.setAuthorities.mutate({ pem }), what).rejects.toThrow(words);
    }
    expect((await host.client.network.get.query()).authorities).toEqual([]);
  });
});

test('a job that no proxy lets through says so, and goes on when the proxy is taken away', async () => {
  await using server = await startModelServer(answering);
  await using proxy = await startProxy(403);
  await using front = await startProxy(server.url);
  await host.client.network.setProxy.mutate({ mode: 'own', url: proxy.url });
  await add('http://model.test/v1');
  const { jobId } = await ask(host, 'hello', { model: 'far/m' });
  await jobWhen(host, jobId, ({ failure }) => failure?.message.includes('proxy') === true);
  await host.client.network.setProxy.mutate({ mode: 'own', url: front.url });
  await completed(host, jobId);
});
