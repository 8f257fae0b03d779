/** Both providers against a model server that nobody here wrote. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import type { Provider } from '../../src/worker/providers/provider.ts';
import { type Aimock, startAimock } from '../support/aimock.ts';
import { askProvider, requestOf } from '../support/ask-provider.ts';

let server: Aimock;

beforeAll(async () => {
  server = await startAimock();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  server.mock.reset();
});

const subjects: { name: 'openai' | 'anthropic'; provider: Provider; path: string }[] = [
  { name: 'openai', provider: openai, path: '/v1/chat/completions' },
  { name: 'anthropic', provider: anthropic, path: '/v1/messages' },
];

describe.each(subjects)('$name at aimock', ({ name, provider, path }) => {
  const connection = (): ProviderConnection => server[name];

  it('streams an answer with its usage', async () => {
    server.mock.onMessage('hello', {
      content: 'Hello! How can I help you today?',
      usage: { prompt_tokens: 12, completion_tokens: 9, input_tokens: 12, output_tokens: 9 },
    });
    const asked = askProvider(provider, connection());
    expect(await asked.outcome).toMatchObject({
      type: 'answered',
      finishReason: 'stop',
      usage: { inputTokens: 12, outputTokens: 9, estimated: false },
    });
    expect(asked.text()).toBe('Hello! How can I help you today?');
  });

  it('sends the whole conversation, the system prompt and the limits', async () => {
    server.mock.onMessage('and now?', { content: 'Fine.' });
    const request = requestOf('and now?', {
      system: 'You are terse.',
      messages: [
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'Hello.' },
        { role: 'user', content: 'and now?' },
      ],
      params: { maxOutputTokens: 50 },
    });
    await askProvider(provider, connection(), request).outcome;
    const sent = server.mock.getLastRequest();
    expect(sent?.path).toBe(path);
    // aimock's journal keeps requests in OpenAI's form, whatever they came in.
    expect(sent?.body).toMatchObject({
      model: 'test-model',
      messages: [
        { role: 'system', content: 'You are terse.' },
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'Hello.' },
        { role: 'user', content: 'and now?' },
      ],
    });
  });

  it('keeps thinking apart from the answer', async () => {
    server.mock.onMessage('hello', { content: 'Four.', reasoning: 'Two and two make four.' });
    const asked = askProvider(provider, connection());
    expect(await asked.outcome).toMatchObject({ type: 'answered' });
    expect(asked.text()).toBe('Four.');
    expect(asked.thinking()).toBe('Two and two make four.');
  });

  it('is interrupted by a connection that breaks in mid-answer, and keeps what had arrived', async () => {
    const content = 'A long answer that will not come to its end, because the connection breaks.';
    server.mock.onMessage('hello', { content }, { latency: 5, chunkSize: 5, truncateAfterChunks: 6 });
    const asked = askProvider(provider, connection());
    expect(await asked.outcome).toMatchObject({ failure: { class: 'retryable', code: 'interrupted' } });
    expect(asked.text()).not.toBe('');
    expect(content.startsWith(asked.text())).toBe(true);
    expect(asked.text()).not.toBe(content);
  });

  it('is cancelled, and the server sees it', async () => {
    server.mock.onMessage('hello', { content: 'word '.repeat(2_000) }, { latency: 5, chunkSize: 5 });
    const asked = askProvider(provider, connection());
    await asked.firstText;
    asked.cancel();
    expect(await asked.outcome).toEqual({ type: 'aborted' });
  });

  it('asks only once when it is told to wait', async () => {
    server.mock.onMessage('hello', {
      error: { message: 'Rate limit exceeded', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
      status: 429,
      retryAfter: 17,
    });
    expect(await askProvider(provider, connection()).outcome).toMatchObject({
      failure: { class: 'provider-down', code: 'rate-limited', retryAfterMs: 17_000, status: 429 },
    });
    expect(server.mock.getRequests()).toHaveLength(1);
  });

  it('asks only once when the server fails', async () => {
    server.mock.onMessage('hello', { error: { message: 'Internal error', type: 'api_error' }, status: 500 });
    expect(await askProvider(provider, connection()).outcome).toMatchObject({
      failure: { class: 'retryable', code: 'server-error', status: 500, providerMessage: 'Internal error' },
    });
    expect(server.mock.getRequests()).toHaveLength(1);
  });

  it('lists the models', async () => {
    const listed = await provider.listModels(connection());
    expect(listed).toMatchObject({ type: 'listed' });
    expect(listed).toHaveProperty('models.0.id', expect.any(String));
  });
});
