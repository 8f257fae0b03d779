/** What is Anthropic's own. */
import { describe, expect, it } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';
import { anthropicEvents, beginStream, type Exchange, named, startModelServer } from '../support/model-server.ts';

const connectionTo = (url: string): ProviderConnection => ({
  id: 'anthropic',
  kind: 'anthropic',
  baseUrl: url,
  apiKey: 'sk-ant-test',
  timeouts: { firstContentMs: 5_000, idleMs: 5_000 },
});

const answering =
  (...parts: string[]) =>
  ({ response }: Exchange): void => {
    beginStream(response);
    response.end(parts.join(''));
  };
const whole = [anthropicEvents.start(), anthropicEvents.text('Hi'), anthropicEvents.finish(), anthropicEvents.stop()];

describe('Anthropic', () => {
  it('is always sent a limit, the key, and the system prompt apart', async () => {
    await using server = await startModelServer(answering(...whole));
    await askProvider(anthropic, connectionTo(server.url), requestOf('hello', { system: 'Be terse.' })).outcome;
    const [exchange] = server.exchanges;
    expect(exchange?.request.headers).toMatchObject({ authorization: 'Bearer sk-ant-test' });
    expect(exchange?.body).toMatchObject({
      model: 'test-model',
      system: 'Be terse.',
      max_tokens: expect.any(Number),
      stream: true,
    });
  });

  it('is sent no empty message, and a conversation that the user opens', async () => {
    await using server = await startModelServer(answering(...whole));
    const request = requestOf('', {
      messages: [
        { role: 'assistant', content: 'Welcome.' },
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: '' },
        { role: 'user', content: 'still there?' },
      ],
      params: { maxOutputTokens: 7 },
    });
    await askProvider(anthropic, connectionTo(server.url), request).outcome;
    expect(server.exchanges[0]?.body).toMatchObject({
      max_tokens: 7,
      messages: [
        { role: 'user', content: 'hello' },
        { role: 'user', content: 'still there?' },
      ],
    });
  });

  it('counts what it read from and wrote to its cache apart; we count it as input', async () => {
    const usage = {
      input_tokens: 3,
      output_tokens: 1,
      cache_creation_input_tokens: 100,
      cache_read_input_tokens: 2_000,
    };
    await using server = await startModelServer(answering(anthropicEvents.start(usage), ...whole.slice(1)));
    expect(await askProvider(anthropic, connectionTo(server.url)).outcome).toMatchObject({
      usage: { inputTokens: 2_103, outputTokens: 5, cachedTokens: 2_000, estimated: false },
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'filtered'],
    ['tool_use', 'tool-calls'],
  ])('ends with %s, which is %s here', async (theirs, ours) => {
    const [start = '', text = '', , stop = ''] = whole;
    await using server = await startModelServer(answering(start, text, anthropicEvents.finish(theirs), stop));
    expect(await askProvider(anthropic, connectionTo(server.url)).outcome).toMatchObject({ finishReason: ours });
  });

  it('may send pings and events that nobody knows yet', async () => {
    const [start = '', ...rest] = whole;
    const unknown = named({ type: 'content_block_sparkle', index: 0, sparkle: true });
    const block = named({ type: 'content_block_delta', index: 0, delta: { type: 'sparkle_delta', sparkle: 1 } });
    await using server = await startModelServer(answering(start, anthropicEvents.ping(), unknown, block, ...rest));
    const asked = askProvider(anthropic, connectionTo(server.url));
    expect(await asked.outcome).toMatchObject({ type: 'answered' });
    expect(asked.text()).toBe('Hi');
  });

  it('is not taken at its word when a ping is all that it sends', async () => {
    await using server = await startModelServer(({ response }) => {
      beginStream(response);
      const timer = setInterval(() => response.write(anthropicEvents.ping()), 20);
      response.once('close', () => clearInterval(timer));
    });
    const timeouts = { firstContentMs: 200, idleMs: 5_000 };
    expect(await askProvider(anthropic, { ...connectionTo(server.url), timeouts }).outcome).toMatchObject({
      failure: { code: 'first-content-timeout' },
    });
  });
});
