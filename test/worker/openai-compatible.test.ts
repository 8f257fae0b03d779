/** Servers that speak OpenAI's protocol more or less. */
import { describe, expect, it } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';
import {
  beginStream,
  event,
  type Exchange,
  openaiChunk,
  openaiEvents,
  startModelServer,
} from '../support/model-server.ts';

const connectionTo = (url: string, more: Partial<ProviderConnection> = {}): ProviderConnection => ({
  id: 'my-vllm',
  kind: 'openai-compatible',
  baseUrl: `${url}/v1`,
  timeouts: { firstContentMs: 5_000, idleMs: 5_000 },
  ...more,
});

const answering =
  (...parts: string[]) =>
  ({ response }: Exchange): void => {
    beginStream(response);
    response.end(parts.join(''));
  };
const hello = [openaiEvents.text('Hello'), openaiEvents.finish(), openaiEvents.done()];

describe('an OpenAI-compatible server', () => {
  it('is sent no key when there is none, its own headers, and max_tokens', async () => {
    await using server = await startModelServer(answering(...hello));
    const connection = connectionTo(server.url, { headers: { 'X-Team': 'night' } });
    await askProvider(openai, connection, requestOf('hi', { params: { maxOutputTokens: 5, temperature: 1.5 } }))
      .outcome;
    const [exchange] = server.exchanges;
    expect(exchange?.request.headers).toMatchObject({ 'x-team': 'night' });
    expect(exchange?.request.headers).not.toHaveProperty('authorization');
    expect(exchange?.body).toMatchObject({ max_tokens: 5, temperature: 1.5, stream: true });
    expect(exchange?.body).not.toHaveProperty('max_completion_tokens');
  });

  it('is sent the key when there is one', async () => {
    await using server = await startModelServer(answering(...hello));
    await askProvider(openai, connectionTo(server.url, { apiKey: 'sk-123' })).outcome;
    expect(server.exchanges[0]?.request.headers).toMatchObject({ authorization: 'Bearer sk-123' });
  });

  it('that refuses stream_options is asked without it, and is not bothered with it again', async () => {
    await using server = await startModelServer((exchange) => {
      if (JSON.stringify(exchange.body).includes('stream_options')) {
        exchange.response.writeHead(400, { 'content-type': 'application/json' });
        exchange.response.end(JSON.stringify({ message: "Unrecognized request argument supplied: 'stream_options'" }));
      } else {
        answering(...hello)(exchange);
      }
    });
    const connection = connectionTo(server.url);
    expect(await askProvider(openai, connection).outcome).toMatchObject({ type: 'answered', usage: undefined });
    expect(await askProvider(openai, connection).outcome).toMatchObject({ type: 'answered' });
    expect(server.exchanges).toHaveLength(3);
  });

  it('that sends no finish_reason, only [DONE], has given a whole answer', async () => {
    await using server = await startModelServer(answering(openaiEvents.text('Hello'), openaiEvents.done()));
    const asked = askProvider(openai, connectionTo(server.url));
    expect(await asked.outcome).toMatchObject({ type: 'answered', finishReason: 'stop' });
    expect(asked.text()).toBe('Hello');
  });

  it('that writes [DONE] into its answer has not ended it', async () => {
    await using server = await startModelServer(answering(openaiEvents.text('the line\ndata: [DONE]\nends it')));
    const asked = askProvider(openai, connectionTo(server.url));
    expect(await asked.outcome).toMatchObject({ failure: { code: 'interrupted' } });
    expect(asked.text()).toContain('[DONE]');
  });

  it('that sends finish_reason and then nothing has given a whole answer, within two seconds', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      response.write(openaiEvents.text('Hello') + openaiEvents.finish());
    });
    const before = performance.now();
    expect(await askProvider(openai, connectionTo(server.url)).outcome).toMatchObject({
      type: 'answered',
      usage: undefined,
    });
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('that puts thinking beside the answer is understood under both names', async () => {
    const chunks = [
      openaiChunk({ delta: { reasoning_content: 'Hm, ' } }),
      openaiChunk({ delta: { reasoning: 'yes.' } }),
    ];
    await using server = await startModelServer(answering(...chunks, ...hello));
    const asked = askProvider(openai, connectionTo(server.url));
    await asked.outcome;
    expect(asked.thinking()).toBe('Hm, yes.');
    expect(asked.text()).toBe('Hello');
  });

  it('that sends nulls, other words for the end, and nothing but what is needed, is understood', async () => {
    const sparse = [
      event({ choices: [{ delta: { content: 'Hello', tool_calls: null }, finish_reason: null }], usage: null }),
      event({ choices: [{ delta: {}, finish_reason: 'eos' }], usage: { prompt_tokens: 3, completion_tokens: 1 } }),
    ];
    await using server = await startModelServer(answering(...sparse));
    expect(await askProvider(openai, connectionTo(server.url)).outcome).toEqual({
      type: 'answered',
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 1, estimated: false },
      model: 'test-model',
    });
  });

  it('such as OpenRouter, comments while it waits and puts an error into its last event', async () => {
    const failed = event({
      error: { code: 502, message: 'Provider disconnected' },
      choices: [{ delta: { content: '' }, finish_reason: 'error' }],
    });
    await using server = await startModelServer(
      answering(': OPENROUTER PROCESSING\n\n', openaiEvents.text('Half'), failed),
    );
    const asked = askProvider(openai, connectionTo(server.url));
    expect(await asked.outcome).toMatchObject({
      failure: { class: 'retryable', code: 'interrupted', status: 502, providerMessage: 'Provider disconnected' },
    });
    expect(asked.text()).toBe('Half');
  });

  it.each([
    ['before any content has failed', [], 'server-error'],
    ['in the middle of its answer has broken it off', [openaiEvents.text('Half')], 'interrupted'],
  ])('that ends with finish_reason "error" %s', async (_what, before, code) => {
    await using server = await startModelServer(answering(...before, openaiEvents.finish('error')));
    expect(await askProvider(openai, connectionTo(server.url)).outcome).toMatchObject({
      failure: { class: 'retryable', code },
    });
  });

  it.each([
    ['{"detail":"Model llama9 not found"}', 'Model llama9 not found'],
    ['{"object":"error","message":"The model `llama9` does not exist."}', 'The model `llama9` does not exist.'],
    [
      '{"error":"model \\"llama9\\" not found, try pulling it first"}',
      'model "llama9" not found, try pulling it first',
    ],
    [
      '[{"error":{"code":404,"message":"models/llama9 is not found","status":"NOT_FOUND"}}]',
      'models/llama9 is not found',
    ],
    ['no such model: llama9', 'no such model: llama9'],
  ])('that words its errors in its own way is quoted: %s', async (body, words) => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(body);
    });
    expect(await askProvider(openai, connectionTo(server.url)).outcome).toMatchObject({
      failure: { class: 'rejected', code: 'unknown-model', status: 404, providerMessage: words },
    });
  });
});
