/**
 * Every way in which a provider refuses a request, as it comes over HTTP, to both SDKs: one request each, the class, and
 * the words that go on to the user. What the words mean in detail is classify.test.ts.
 */
import { describe, expect, it } from 'vitest';
import type { ProviderConnection } from '../../src/protocol/provider.ts';
import { anthropic } from '../../src/worker/providers/anthropic.ts';
import { openai } from '../../src/worker/providers/openai.ts';
import type { Provider } from '../../src/worker/providers/provider.ts';
import { askProvider } from '../support/ask-provider.ts';
import { type Exchange, startModelServer } from '../support/model-server.ts';

interface Dialect {
  name: string;
  provider: Provider;
  connection(url: string): ProviderConnection;
}

const common = { apiKey: 'sk-test-0123456789', timeouts: { firstContentMs: 5_000, idleMs: 5_000 } };
const dialects: Dialect[] = [
  {
    name: 'openai',
    provider: openai,
    connection: (url) => ({ id: 'openai', kind: 'openai', baseUrl: `${url}/v1`, ...common }),
  },
  {
    name: 'anthropic',
    provider: anthropic,
    connection: (url) => ({ id: 'anthropic', kind: 'anthropic', baseUrl: url, ...common }),
  },
];

interface Case {
  status: number;
  headers?: () => Record<string, string>;
  error: { message: string; type?: string; code?: string };
  verdict: string;
}

const quota = 'You exceeded your current quota, please check your plan and billing details.';
const cases: [what: string, answer: Case][] = [
  ...[500, 502, 504, 408, 409].map((status): [string, Case] => [
    `${status}`,
    { status, error: { message: 'something broke' }, verdict: 'retryable/server-error' },
  ]),
  ['503', { status: 503, error: { message: 'try again later' }, verdict: 'provider-down/overloaded' }],
  ['529', { status: 529, error: { message: 'Overloaded' }, verdict: 'provider-down/overloaded' }],
  ['429', { status: 429, error: { message: 'slow down' }, verdict: 'provider-down/rate-limited' }],
  [
    '429 for an exhausted quota',
    {
      status: 429,
      error: { message: quota, type: 'insufficient_quota', code: 'insufficient_quota' },
      verdict: 'misconfigured/quota-exhausted',
    },
  ],
  [
    'a context that is too long',
    {
      status: 400,
      error: { message: 'prompt is too long: 210000 tokens > 200000 maximum', code: 'context_length_exceeded' },
      verdict: 'rejected/context-overflow',
    },
  ],
  [
    'a content policy',
    {
      status: 400,
      error: { message: 'Rejected by our safety system.', code: 'content_policy_violation' },
      verdict: 'rejected/content-policy',
    },
  ],
  [
    'a model that is not there',
    {
      status: 404,
      error: { message: 'The model `m` does not exist', type: 'not_found_error', code: 'model_not_found' },
      verdict: 'rejected/unknown-model',
    },
  ],
  ['another 400', { status: 400, error: { message: 'bad temperature' }, verdict: 'rejected/bad-request' }],
  ['another 404', { status: 404, error: { message: 'no such page' }, verdict: 'rejected/not-found' }],
  ['401', { status: 401, error: { message: 'who are you?' }, verdict: 'misconfigured/unauthorized' }],
  ['403', { status: 403, error: { message: 'not in your country' }, verdict: 'misconfigured/unauthorized' }],
];

function refusing({ status, headers, error }: Case): (exchange: Exchange) => void {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers?.() });
    response.end(JSON.stringify({ type: 'error', error }));
  };
}

describe.each(dialects)('$name refused', ({ provider, connection }) => {
  it.each(cases)('with %s: asked once, with its class and its words', async (_what, answer) => {
    await using server = await startModelServer(refusing(answer));
    const outcome = await askProvider(provider, connection(server.url)).outcome;
    const [failureClass, code] = answer.verdict.split('/');
    expect(outcome).toMatchObject({
      type: 'failed',
      failure: { class: failureClass, code, status: answer.status, providerMessage: answer.error.message },
    });
    expect(outcome).toHaveProperty('failure.message', expect.stringMatching(/\w/u));
    expect(server.exchanges).toHaveLength(1);
    await expect.poll(() => server.exchanges[0]?.response.closed).toBe(true);
  });

  const error = { message: 'slow down' };
  it.each<[string, () => Record<string, string>, number, number]>([
    ['seconds', () => ({ 'retry-after': '30' }), 30_000, 30_000],
    ['an hour', () => ({ 'retry-after': '3600' }), 3_600_000, 3_600_000],
    ['a date', () => ({ 'retry-after': new Date(Date.now() + 120_000).toUTCString() }), 110_000, 120_000],
  ])('with a 429 and Retry-After in %s: hands on how long', async (_what, headers, atLeast, atMost) => {
    await using server = await startModelServer(refusing({ status: 429, headers, error, verdict: '' }));
    const outcome = await askProvider(provider, connection(server.url)).outcome;
    const waitMs: unknown = outcome.type === 'failed' ? outcome.failure.retryAfterMs : undefined;
    expect(waitMs).toBeGreaterThanOrEqual(atLeast);
    expect(waitMs).toBeLessThanOrEqual(atMost);
    expect(server.exchanges).toHaveLength(1);
  });

  it('with a 429 without Retry-After: makes up no time', async () => {
    await using server = await startModelServer(refusing({ status: 429, error, verdict: '' }));
    const outcome = await askProvider(provider, connection(server.url)).outcome;
    expect(outcome).toMatchObject({ type: 'failed', failure: { code: 'rate-limited' } });
    expect(outcome).not.toHaveProperty('failure.retryAfterMs');
  });

  it('by a name that no server has: the provider is down, with the cause', async () => {
    expect(await askProvider(provider, connection('http://nobody.invalid')).outcome).toMatchObject({
      type: 'failed',
      failure: {
        class: 'provider-down',
        code: 'connection',
        causes: expect.arrayContaining([expect.stringMatching(/ENOTFOUND|EAI_AGAIN/u)]),
      },
    });
  });

  it('by a server that does not speak TLS: the provider is down, with the cause', async () => {
    await using server = await startModelServer(() => undefined);
    expect(await askProvider(provider, connection(server.url.replace('http:', 'https:'))).outcome).toMatchObject({
      type: 'failed',
      failure: {
        class: 'provider-down',
        code: 'connection',
        causes: expect.arrayContaining([expect.stringMatching(/ssl|tls|EPROTO/iu)]),
      },
    });
    expect(server.exchanges).toHaveLength(0);
  });

  it('before it was asked, by the user: sends nothing', async () => {
    await using server = await startModelServer(() => undefined);
    const asked = askProvider(provider, connection(server.url));
    asked.cancel();
    expect(await asked.outcome).toEqual({ type: 'aborted' });
    expect(server.exchanges).toHaveLength(0);
  });
});
