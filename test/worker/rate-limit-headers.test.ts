import { describe, expect, it } from 'vitest';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import { rateLimitsOf } from '../../src/worker/rate-limit-headers.ts';
import { askProvider } from '../support/ask-provider.ts';
import { startModelServer } from '../support/model-server.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('headers about limits', () => {
  it("reads OpenAI's, with durations of every kind", () => {
    const headers = new Headers({
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-limit-tokens': '30000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0.5s',
    });
    expect(rateLimitsOf(headers, now)).toEqual({
      requests: { limit: 500, remaining: 499, resetMs: 120 },
      tokens: { limit: 30_000, remaining: 0, resetMs: 360_500 },
    });
  });

  it("reads Anthropic's, with times", () => {
    const headers = new Headers({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '49',
      'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:01Z',
      'anthropic-ratelimit-tokens-limit': '80000',
      'anthropic-ratelimit-tokens-remaining': '79000',
      'anthropic-ratelimit-tokens-reset': '2025-12-31T00:00:00Z',
    });
    expect(rateLimitsOf(headers, now)).toEqual({
      requests: { limit: 50, remaining: 49, resetMs: 1_000 },
      tokens: { limit: 80_000, remaining: 79_000, resetMs: 0 },
    });
  });

  it('takes nothing from what makes no sense, and says nothing where nothing is said', () => {
    expect(rateLimitsOf(new Headers({ 'content-type': 'text/plain' }), now)).toBeUndefined();
    const strange = new Headers({
      'x-ratelimit-limit-requests': '-1',
      'x-ratelimit-remaining-requests': 'many',
      'x-ratelimit-reset-requests': 'soon',
      'x-ratelimit-limit-tokens': '0',
      'x-ratelimit-remaining-tokens': '12',
      'x-ratelimit-reset-tokens': '7',
    });
    expect(rateLimitsOf(strange, now)).toEqual({ tokens: { remaining: 12, resetMs: 7_000 } });
  });
});

describe('an answer that is refused or whole', () => {
  const timeouts = { firstContentMs: 5_000, idleMs: 5_000 };
  const headers = { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '0' };

  it.each([
    ['openai', openai, '/v1'],
    ['anthropic', anthropic, ''],
  ] as const)('of %s brings them along', async (kind, provider, path) => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(429, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: { message: 'slow down', type: 'rate_limit_error' } }));
    });
    const connection = { id: kind, kind, timeouts, apiKey: 'k', baseUrl: `${server.url}${path}` };
    const outcome = await askProvider(provider, connection).outcome;
    expect(outcome).toMatchObject({ type: 'failed', limits: { requests: { limit: 60, remaining: 0 } } });
  });

  it('of an answer that streams, too', async () => {
    await using server = await startModelServer(({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
      const choice = { index: 0, delta: { content: 'Hi.' }, finish_reason: 'stop' };
      response.write(`data: ${JSON.stringify({ id: 'c', choices: [choice] })}\n\n`);
      response.end('data: [DONE]\n\n');
    });
    const connection = { id: 'openai', kind: 'openai', timeouts, apiKey: 'k', baseUrl: `${server.url}/v1` } as const;
    const outcome = await askProvider(openai, connection).outcome;
    expect(outcome).toMatchObject({ type: 'answered', limits: { requests: { limit: 60, remaining: 0 } } });
  });
});
