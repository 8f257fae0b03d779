/** What both protocols must survive on the wire, against a server that writes the bytes by hand. */
import { describe, expect, it } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import { askProvider } from '../support/ask-provider.ts';
import { beginStream, deadUrl, event, type Exchange, startModelServer } from '../support/model-server.ts';
import { wireDialects } from '../support/wire-dialects.ts';

const key = 'sk-test-0123456789';

const timeouts = { firstContentMs: 5_000, idleMs: 5_000 };
const providers = { openai, anthropic };
const dialects = wireDialects.map((dialect) => ({
  ...dialect,
  provider: providers[dialect.name],
  connection: (url: string, shorter: Partial<ProviderConnection['timeouts']> = {}): ProviderConnection => ({
    id: dialect.name,
    kind: dialect.name,
    baseUrl: dialect.baseUrl(url),
    apiKey: key,
    timeouts: { ...timeouts, ...shorter },
  }),
}));

/** Answers every request with these bytes and ends the response cleanly. */
const answering =
  (...parts: string[]) =>
  ({ response }: Exchange): void => {
    beginStream(response);
    response.end(parts.join(''));
  };

describe.each(dialects)('$name on the wire', ({ provider, connection, ...dialect }) => {
  it('streams an answer with its usage, and uses its connections again', async () => {
    await using server = await startModelServer(
      answering(dialect.start, dialect.text('Hello, '), dialect.text('world.'), dialect.end()),
    );
    for (let call = 0; call < 8; call += 1) {
      const asked = askProvider(provider, connection(server.url));
      expect(await asked.outcome).toEqual({
        type: 'answered',
        finishReason: 'stop',
        usage: { inputTokens: 7, outputTokens: 5, estimated: false },
        model: 'test-model',
      });
      expect(asked.text()).toBe('Hello, world.');
    }
    expect(server.exchanges).toHaveLength(8);
    // Two, because the next request may start before the end of the last body has been read.
    expect(server.socketsSeen).toBeLessThanOrEqual(2);
  });

  it('reports no usage when none, or one of zeros, was sent', async () => {
    await using server = await startModelServer(
      answering(dialect.start, dialect.text('Hello'), dialect.end({ usage: false })),
    );
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'answered',
      usage: undefined,
    });
  });

  it('closes the HTTP request when it is cancelled, and keeps what had arrived', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(dialect.start + dialect.text('Half an'));
    });
    const exchange = server.nextExchange();
    const asked = askProvider(provider, connection(server.url));
    await asked.firstText;
    const before = performance.now();
    asked.cancel();
    expect(await asked.outcome).toEqual({ type: 'aborted' });
    expect(await (await exchange).ended).toBe('cut');
    expect(performance.now() - before).toBeLessThan(100);
    expect(asked.text()).toBe('Half an');
  });

  it('closes the HTTP request when it is cancelled before the headers came', async () => {
    await using server = await startModelServer(() => undefined);
    const exchange = server.nextExchange();
    const asked = askProvider(provider, connection(server.url));
    const { ended } = await exchange;
    asked.cancel();
    expect(await asked.outcome).toEqual({ type: 'aborted' });
    expect(await ended).toBe('cut');
  });

  it('does not undo an answer that is whole when it is cancelled after the last byte', async () => {
    await using server = await startModelServer(answering(dialect.start, dialect.text('Whole.'), dialect.end()));
    const exchange = server.nextExchange();
    const asked = askProvider(provider, connection(server.url));
    const outcome = await asked.outcome;
    asked.cancel();
    expect(outcome).toMatchObject({ type: 'answered', usage: { outputTokens: 5 } });
    expect(await (await exchange).ended).toBe('finished');
    // The connection is as good as before, and so is the client.
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({ type: 'answered' });
    expect(asked.text()).toBe('Whole.');
  });

  it('takes a clean end without an end marker for an interruption', async () => {
    await using server = await startModelServer(answering(dialect.start, dialect.text('Half an')));
    const asked = askProvider(provider, connection(server.url));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'interrupted' },
    });
    expect(asked.text()).toBe('Half an');
  });

  it('takes a connection cut in mid-answer for an interruption, with its cause', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(dialect.start + dialect.text('Half an'));
    });
    const exchange = server.nextExchange();
    const asked = askProvider(provider, connection(server.url));
    await asked.firstText;
    (await exchange).response.destroy();
    const outcome = await asked.outcome;
    expect(outcome).toMatchObject({ type: 'failed', failure: { class: 'retryable', code: 'interrupted' } });
    expect(outcome).toHaveProperty('failure.causes.0', expect.stringMatching(/terminated|closed|aborted/u));
  });

  it('finishes at the end marker although the connection stays open, then closes it', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(dialect.start + dialect.text('Whole.') + dialect.end());
    });
    const exchange = server.nextExchange();
    const asked = askProvider(provider, connection(server.url, { idleMs: 4_000 }));
    const before = performance.now();
    expect(await asked.outcome).toMatchObject({ type: 'answered', usage: { outputTokens: 5 } });
    expect(performance.now() - before).toBeLessThan(500);
    expect(await (await exchange).ended).toBe('cut');
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('fails when nothing of an answer comes in time, keep-alive comments or not', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      const timer = setInterval(() => response.write(': PROCESSING\n\n'), 20);
      response.once('close', () => clearInterval(timer));
    });
    const exchange = server.nextExchange();
    const asked = askProvider(provider, connection(server.url, { firstContentMs: 200 }));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'first-content-timeout' },
    });
    expect(await (await exchange).ended).toBe('cut');
  });

  it('fails when the answer falls silent, keep-alive comments or not', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(dialect.start + dialect.text('Half an'));
      const timer = setInterval(() => response.write(': PROCESSING\n\n'), 20);
      response.once('close', () => clearInterval(timer));
    });
    const asked = askProvider(provider, connection(server.url, { idleMs: 200 }));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'idle-timeout' },
    });
    expect(asked.text()).toBe('Half an');
  });

  it('does not take a slow answer for a silent one', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(dialect.start);
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        if (sent <= 6) response.write(dialect.text(`${sent} `));
        else response.end(dialect.end());
      }, 60);
      response.once('close', () => clearInterval(timer));
    });
    const asked = askProvider(provider, connection(server.url, { firstContentMs: 300, idleMs: 300 }));
    expect(await asked.outcome).toMatchObject({ type: 'answered' });
    expect(asked.text()).toBe('1 2 3 4 5 6 ');
  });

  it('understands a character whose bytes arrive in two pieces', async () => {
    await using server = await startModelServer(async ({ response }) => {
      beginStream(response);
      const bytes = Buffer.from(dialect.start + dialect.text('naïve 漢字 🌙') + dialect.end());
      const middle = bytes.indexOf(Buffer.from('字')) + 1;
      response.write(bytes.subarray(0, middle));
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 30);
      });
      response.end(bytes.subarray(middle));
    });
    const asked = askProvider(provider, connection(server.url));
    expect(await asked.outcome).toMatchObject({ type: 'answered' });
    expect(asked.text()).toBe('naïve 漢字 🌙');
  });

  it('understands events that come one byte at a time', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      const bytes = Buffer.from(dialect.start + dialect.text('slow 🌙') + dialect.end());
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    const asked = askProvider(provider, connection(server.url));
    expect(await asked.outcome).toMatchObject({ type: 'answered', usage: { outputTokens: 5 } });
    expect(asked.text()).toBe('slow 🌙');
  });

  it('sees an error inside a 200 that comes before any content', async () => {
    await using server = await startModelServer(answering(dialect.start, dialect.overloaded));
    const asked = askProvider(provider, connection(server.url));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: {
        class: 'provider-down',
        code: 'overloaded',
        providerMessage: expect.stringMatching(/overloaded/iu),
      },
    });
    expect(server.exchanges).toHaveLength(1);
  });

  it('takes an error in the middle of an answer for an interruption, in the words of the provider', async () => {
    await using server = await startModelServer(answering(dialect.start, dialect.text('Half'), dialect.overloaded));
    const asked = askProvider(provider, connection(server.url));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: {
        class: 'retryable',
        code: 'interrupted',
        message: expect.stringContaining('ended its answer in the middle'),
        providerMessage: expect.stringMatching(/overloaded/iu),
      },
    });
    expect(asked.text()).toBe('Half');
  });

  it('refuses for good also in the middle of an answer', async () => {
    await using server = await startModelServer(answering(dialect.start, dialect.text('Half'), dialect.flagged));
    const asked = askProvider(provider, connection(server.url));
    expect(await asked.outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'rejected', code: 'content-policy', providerMessage: 'flagged by our content policy' },
    });
    expect(asked.text()).toBe('Half');
  });

  it('knows a web page with status 200 for what it is', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html>\n<title>Sign in to the network</title>\n\n<p>Hello</p>\n');
    });
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'not-a-stream', providerMessage: expect.stringContaining('Sign in') },
    });
  });

  it('reads an error object that comes whole with status 200', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'slow down', type: 'rate_limit_error' } }));
    });
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'provider-down', code: 'rate-limited', providerMessage: 'slow down' },
    });
  });

  it('knows garbage in a stream for what it is', async () => {
    await using server = await startModelServer(answering(event('{"half', 'message_start')));
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'not-a-stream' },
    });
  });

  it('never takes a tool call that the token limit cut for a whole one', async () => {
    await using server = await startModelServer(
      answering(dialect.start, dialect.toolCall, dialect.end({ reason: 'length' })),
    );
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'rejected', code: 'cut-tool-call' },
    });
  });

  it('says when an answer was cut by the token limit', async () => {
    await using server = await startModelServer(
      answering(dialect.start, dialect.text('Cut'), dialect.end({ reason: 'length' })),
    );
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'answered',
      finishReason: 'length',
    });
  });

  it('asks once for a 429 and hands on how long to wait', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3600' });
      response.end(JSON.stringify({ error: { message: 'Rate limit reached', type: 'rate_limit_error' } }));
    });
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: {
        class: 'provider-down',
        code: 'rate-limited',
        status: 429,
        retryAfterMs: 3_600_000,
        providerMessage: 'Rate limit reached',
      },
    });
    expect(server.exchanges).toHaveLength(1);
  });

  it('never shows the key, even when the provider repeats it', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${key}`, type: 'x' } }));
    });
    const outcome = await askProvider(provider, connection(server.url)).outcome;
    expect(outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'misconfigured', code: 'unauthorized', status: 401 },
    });
    expect(JSON.stringify(outcome)).toContain('[redacted]');
    expect(JSON.stringify(outcome)).not.toContain(key);
  });

  it('follows no redirect: neither key nor conversation go to another server', async () => {
    const asked: string[] = [];
    await using elsewhere = await startModelServer(({ request, response }) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await using server = await startModelServer(({ response }) => {
      response.writeHead(307, { location: elsewhere.url });
      response.end();
    });
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'misconfigured', code: 'not-a-stream', status: 307 },
    });
    expect(asked).toEqual([]);
  });

  it('keeps the words of an error page', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end('<html><head><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>');
    });
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'server-error', status: 502, providerMessage: '502 Bad Gateway' },
    });
  });

  it('says that nothing listens at the address', async () => {
    expect(await askProvider(provider, connection(await deadUrl())).outcome).toMatchObject({
      type: 'failed',
      failure: {
        class: 'provider-down',
        code: 'connection',
        message: expect.stringContaining('base URL'),
        causes: expect.arrayContaining([expect.stringContaining('ECONNREFUSED')]),
      },
    });
  });

  it('retries a connection that was closed before the answer', async () => {
    await using server = await startModelServer(({ response }) => void response.destroy());
    expect(await askProvider(provider, connection(server.url)).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'retryable', code: 'connection' },
    });
  });

  it('asks for nothing without a key, and says where to put one', async () => {
    await using server = await startModelServer(() => undefined);
    const { apiKey: _, ...keyless } = connection(server.url);
    expect(await askProvider(provider, keyless).outcome).toMatchObject({
      type: 'failed',
      failure: { class: 'misconfigured', code: 'missing-key', message: expect.stringMatching(/[A-Z]+_API_KEY/u) },
    });
    expect(server.exchanges).toHaveLength(0);
  });

  it('explains a key that cannot be sent, without showing it', async () => {
    await using server = await startModelServer(() => undefined);
    const broken = { ...connection(server.url), apiKey: 'sk-“quoted”\nkey' };
    const outcome = await askProvider(provider, broken).outcome;
    expect(outcome).toMatchObject({ type: 'failed', failure: { class: 'misconfigured', code: 'unauthorized' } });
    expect(JSON.stringify(outcome)).not.toContain('quoted”');
    expect(server.exchanges).toHaveLength(0);
  });
});
