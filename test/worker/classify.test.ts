/** The table of errors as providers send them, with the words that they use. */
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/worker/classify.ts';
import type { WireError } from '../../src/worker/wire-error.ts';

type Row = [what: string, error: Omit<WireError, 'causes'>, verdict: string];

const instead: Row[] = [
  // 429: which of them waiting helps.
  [
    'OpenAI rate limit',
    {
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'requests',
      words:
        'Rate limit reached for gpt-4o in organization org-1 on requests per min (RPM): Limit 3. Please try again in 20s. You can increase your rate limit by adding a payment method at https://platform.openai.com/account/billing.',
    },
    'provider-down/rate-limited',
  ],
  [
    'OpenAI quota',
    {
      status: 429,
      code: 'insufficient_quota',
      type: 'insufficient_quota',
      words: 'You exceeded your current quota, please check your plan and billing details.',
    },
    'misconfigured/quota-exhausted',
  ],
  [
    'quota by words alone',
    { status: 429, words: 'You exceeded your current quota, please check your plan and billing details.' },
    'misconfigured/quota-exhausted',
  ],
  [
    'Google limit per minute, in the words of a quota',
    {
      status: 429,
      words: 'You exceeded your current quota, please check your plan and billing details.',
      retryAfterMs: 30_000,
    },
    'provider-down/rate-limited',
  ],
  [
    'OpenAI request larger than the limit per minute',
    {
      status: 429,
      code: 'rate_limit_exceeded',
      type: 'tokens',
      words: 'Request too large for gpt-4 in organization org-1 on tokens per min (TPM): Limit 10000, Requested 12013.',
    },
    'rejected/context-overflow',
  ],
  [
    'Anthropic rate limit',
    { status: 429, type: 'rate_limit_error', words: 'This request would exceed your rate limit' },
    'provider-down/rate-limited',
  ],
  [
    'Anthropic credit',
    {
      status: 400,
      type: 'invalid_request_error',
      words: 'Your credit balance is too low to access the Anthropic API.',
    },
    'misconfigured/quota-exhausted',
  ],
  [
    'OpenRouter credit',
    { status: 402, words: 'Insufficient credits. Add more using https://openrouter.ai/credits' },
    'misconfigured/quota-exhausted',
  ],
  ['DeepSeek credit', { status: 402, words: 'Insufficient Balance' }, 'misconfigured/quota-exhausted'],
  // Overload and server errors.
  ['Anthropic overloaded', { status: 529, type: 'overloaded_error', words: 'Overloaded' }, 'provider-down/overloaded'],
  [
    '503',
    { status: 503, words: 'The engine is currently overloaded, please try again later' },
    'provider-down/overloaded',
  ],
  [
    '500',
    { status: 500, type: 'server_error', words: 'The server had an error while processing your request.' },
    'retryable/server-error',
  ],
  ['502', { status: 502, words: '502 Bad Gateway' }, 'retryable/server-error'],
  ['504', { status: 504 }, 'retryable/server-error'],
  ['Cloudflare 524', { status: 524 }, 'retryable/server-error'],
  ['408', { status: 408 }, 'retryable/server-error'],
  ['409', { status: 409, words: 'Conflict' }, 'retryable/server-error'],
  // Key and account.
  ['401', { status: 401, code: 'invalid_api_key', words: 'Incorrect API key provided' }, 'misconfigured/unauthorized'],
  [
    'Anthropic 401',
    { status: 401, type: 'authentication_error', words: 'invalid x-api-key' },
    'misconfigured/unauthorized',
  ],
  [
    '403',
    { status: 403, code: 'unsupported_country_region_territory', words: 'Country, region, or territory not supported' },
    'misconfigured/unauthorized',
  ],
  [
    'Google says 400 to a wrong key',
    { status: 400, words: 'API key not valid. Please pass a valid API key.' },
    'misconfigured/unauthorized',
  ],
  ['a proxy that wants a password', { status: 407 }, 'provider-down/connection'],
  // The request itself.
  [
    'OpenAI context',
    {
      status: 400,
      code: 'context_length_exceeded',
      type: 'invalid_request_error',
      words: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    },
    'rejected/context-overflow',
  ],
  [
    'Anthropic context',
    { status: 400, type: 'invalid_request_error', words: 'prompt is too long: 210000 tokens > 200000 maximum' },
    'rejected/context-overflow',
  ],
  [
    'Anthropic context with output',
    {
      status: 400,
      type: 'invalid_request_error',
      words: 'input length and `max_tokens` exceed context limit: 190000 + 16384 > 200000',
    },
    'rejected/context-overflow',
  ],
  [
    'llama.cpp context',
    {
      status: 400,
      type: 'exceed_context_size_error',
      words: 'the request exceeds the available context size, try increasing it',
    },
    'rejected/context-overflow',
  ],
  ['413', { status: 413, type: 'request_too_large' }, 'rejected/context-overflow'],
  [
    'OpenAI policy',
    {
      status: 400,
      code: 'content_policy_violation',
      words: 'Your request was rejected as a result of our safety system.',
    },
    'rejected/content-policy',
  ],
  [
    'Azure policy',
    {
      status: 400,
      code: 'content_filter',
      words: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    },
    'rejected/content-policy',
  ],
  [
    'OpenRouter moderation',
    { status: 403, words: 'Your chosen model requires moderation and your input was flagged for "violence".' },
    'rejected/content-policy',
  ],
  [
    'OpenAI model',
    {
      status: 404,
      code: 'model_not_found',
      words: 'The model `gpt-9` does not exist or you do not have access to it.',
    },
    'rejected/unknown-model',
  ],
  ['Anthropic model', { status: 404, type: 'not_found_error', words: 'model: claude-9' }, 'rejected/unknown-model'],
  ['Ollama model', { status: 404, words: "model 'llama9' not found, try pulling it first" }, 'rejected/unknown-model'],
  ['OpenRouter model', { status: 400, words: 'foo/bar is not a valid model ID' }, 'rejected/unknown-model'],
  ['a wrong path', { status: 404, words: '404 page not found' }, 'rejected/not-found'],
  [
    '400',
    { status: 400, type: 'invalid_request_error', words: "Invalid value for 'temperature'" },
    'rejected/bad-request',
  ],
  ['422', { status: 422, words: 'Input should be a valid string' }, 'rejected/bad-request'],
  ['405', { status: 405 }, 'rejected/bad-request'],
  // No answer at all.
  ['refused', { systemCode: 'ECONNREFUSED' }, 'provider-down/connection'],
  ['unknown host', { systemCode: 'ENOTFOUND' }, 'provider-down/connection'],
  ['certificate', { systemCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'provider-down/connection'],
  ['connect timeout', { systemCode: 'UND_ERR_CONNECT_TIMEOUT' }, 'provider-down/connection'],
  ['no code', {}, 'provider-down/connection'],
  ['reset before the answer', { systemCode: 'ECONNRESET' }, 'retryable/connection'],
  ['closed before the answer', { systemCode: 'UND_ERR_SOCKET' }, 'retryable/connection'],
];

const inside: Row[] = [
  ['Anthropic overloaded', { type: 'overloaded_error', words: 'Overloaded' }, 'provider-down/overloaded'],
  ['Anthropic API error', { type: 'api_error', words: 'Internal server error' }, 'retryable/server-error'],
  ['Anthropic rate limit', { type: 'rate_limit_error' }, 'provider-down/rate-limited'],
  ['OpenAI server error', { type: 'server_error', words: 'The server had an error' }, 'retryable/server-error'],
  ['OpenAI context', { type: 'invalid_request_error', code: 'context_length_exceeded' }, 'rejected/context-overflow'],
  ['OpenRouter, with a status as code', { status: 502, words: 'Provider returned error' }, 'retryable/server-error'],
  ['OpenRouter rate limit', { status: 429, words: 'Rate limit exceeded' }, 'provider-down/rate-limited'],
  ['words alone', { words: 'something odd' }, 'retryable/server-error'],
  ['cut', { systemCode: 'UND_ERR_SOCKET' }, 'retryable/interrupted'],
  ['cut without a code', {}, 'retryable/interrupted'],
];

describe('an error instead of an answer', () => {
  it.each(instead)('%s', (_what, error, verdict) => {
    const found = classify({ causes: [], ...error }, false);
    expect(`${found.class}/${found.code}`).toBe(verdict);
  });
});

describe('an error inside an answer', () => {
  it.each(inside)('%s', (_what, error, verdict) => {
    const found = classify({ causes: [], ...error }, true);
    expect(`${found.class}/${found.code}`).toBe(verdict);
  });
});

/** One name or wording of each kind that providers use, with a status that says nothing by itself where there is one. */
const wordings: [status: number, words: string[], verdict: string][] = [
  [
    400,
    [
      'Your credit balance is low',
      'Insufficient quota',
      'insufficient balance',
      'insufficient credit',
      'insufficient funds',
      'You are out of credits',
      'Billing hard limit has been reached',
      'Payment required',
    ],
    'misconfigured/quota-exhausted',
  ],
  [
    400,
    [
      'against our content policy',
      'the content management policy',
      'a usage policy',
      'our safety system',
      'stopped by moderation',
      'your input was flagged',
      'by the content filter',
    ],
    'rejected/content-policy',
  ],
  [
    400,
    [
      'the context length',
      'the context window',
      'the context size',
      'the context limit',
      'prompt is too long',
      'too many tokens',
      'too many input tokens',
      'please reduce the length',
      'the input is too long',
      'request too large',
      'the maximum length',
      'the maximum input length',
    ],
    'rejected/context-overflow',
  ],
  [
    404,
    [
      'model x not found',
      'model x does not exist',
      "model x doesn't exist",
      'model x is not available',
      'model x is not loaded',
      'models/x: unknown',
      'not a valid model',
      'invalid model',
      'unknown model',
      'no such model',
      'model: x',
    ],
    'rejected/unknown-model',
  ],
  [
    400,
    ['API key not valid', 'Invalid API key', 'Incorrect API key', 'invalid x-api-key', 'API_KEY_INVALID'],
    'misconfigured/unauthorized',
  ],
];

const names: [status: number, codes: string[], verdict: string][] = [
  [
    400,
    [
      'insufficient_quota',
      'billing_error',
      'billing_hard_limit_reached',
      'insufficient_balance',
      'insufficient_credits',
      'insufficient_funds',
    ],
    'misconfigured/quota-exhausted',
  ],
  [400, ['content_policy', 'content_filter', 'ResponsibleAIPolicy', 'moderation'], 'rejected/content-policy'],
  [400, ['context_length_exceeded', 'string_above_max_length', 'request_too_large'], 'rejected/context-overflow'],
  [404, ['model_not_found', 'invalid_model', 'unknown_model', 'model_not_supported'], 'rejected/unknown-model'],
];

describe('each wording by itself', () => {
  const rows = wordings.flatMap(([status, all, verdict]) => all.map((words) => [words, status, verdict] as const));
  it.each(rows)('%s', (words, status, verdict) => {
    const found = classify({ causes: [], status, words }, false);
    expect(`${found.class}/${found.code}`).toBe(verdict);
  });
});

describe('each name by itself, as a code and as a type', () => {
  const rows = names.flatMap(([status, all, verdict]) => all.map((code) => [code, status, verdict] as const));
  it.each(rows)('%s', (name, status, verdict) => {
    for (const error of [{ code: name }, { type: name }]) {
      const found = classify({ causes: [], status, ...error }, false);
      expect(`${found.class}/${found.code}`).toBe(verdict);
    }
  });
});

describe('a name inside an answer stands for a status', () => {
  it.each([
    ['overloaded_error', 'provider-down/overloaded'],
    ['overloaded', 'provider-down/overloaded'],
    ['server_overloaded', 'provider-down/overloaded'],
    ['rate_limit_error', 'provider-down/rate-limited'],
    ['rate_limit_exceeded', 'provider-down/rate-limited'],
    ['authentication_error', 'misconfigured/unauthorized'],
    ['invalid_api_key', 'misconfigured/unauthorized'],
    ['permission_error', 'misconfigured/unauthorized'],
    ['not_found_error', 'rejected/not-found'],
    ['model_not_found', 'rejected/unknown-model'],
    ['request_too_large', 'rejected/context-overflow'],
    ['invalid_request_error', 'rejected/bad-request'],
    ['context_length_exceeded', 'rejected/context-overflow'],
    ['content_policy_violation', 'rejected/content-policy'],
    ['content_filter', 'rejected/content-policy'],
    ['Overloaded_Error', 'provider-down/overloaded'],
    ['something_else', 'retryable/server-error'],
  ])('%s', (name, verdict) => {
    for (const error of [{ code: name }, { type: name }]) {
      const found = classify({ causes: [], ...error }, true);
      expect(`${found.class}/${found.code}`).toBe(verdict);
    }
  });
});

describe('a status by itself, and where its words count', () => {
  it.each([
    [299, undefined, 'retryable/server-error'],
    [300, undefined, 'misconfigured/not-a-stream'],
    [307, undefined, 'misconfigured/not-a-stream'],
    [399, undefined, 'misconfigured/not-a-stream'],
    [400, undefined, 'rejected/bad-request'],
    [401, undefined, 'misconfigured/unauthorized'],
    [402, undefined, 'misconfigured/quota-exhausted'],
    [403, undefined, 'misconfigured/unauthorized'],
    [404, undefined, 'rejected/not-found'],
    [407, undefined, 'provider-down/connection'],
    [408, undefined, 'retryable/server-error'],
    [409, undefined, 'retryable/server-error'],
    [413, undefined, 'rejected/context-overflow'],
    [425, undefined, 'retryable/server-error'],
    [429, undefined, 'provider-down/rate-limited'],
    [499, undefined, 'rejected/bad-request'],
    [500, undefined, 'retryable/server-error'],
    [503, undefined, 'provider-down/overloaded'],
    [529, undefined, 'provider-down/overloaded'],
    // Words about one thing in an answer whose status is about another.
    [403, 'content policy', 'rejected/content-policy'],
    [422, 'content policy', 'rejected/content-policy'],
    [401, 'content policy', 'misconfigured/unauthorized'],
    [500, 'content policy', 'retryable/server-error'],
    [422, 'unknown model', 'rejected/unknown-model'],
    [405, 'unknown model', 'rejected/bad-request'],
    [500, 'unknown model', 'retryable/server-error'],
    [422, 'too many tokens', 'rejected/context-overflow'],
    [500, 'too many tokens', 'retryable/server-error'],
    [422, 'invalid api key', 'rejected/bad-request'],
    [500, 'request too large', 'retryable/server-error'],
  ])('%s %s', (status, words, verdict) => {
    const found = classify({ causes: [], status, ...(words === undefined ? {} : { words }) }, false);
    expect(`${found.class}/${found.code}`).toBe(verdict);
  });

  it('the words of a quota in what calls itself a rate limit are one', () => {
    const words = 'You exceeded your current quota';
    expect(classify({ causes: [], status: 429, code: 'rate_limit_exceeded', words }, false).code).toBe('rate-limited');
  });

  it.each(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET'])(
    '%s: a connection that was there',
    (systemCode) => {
      expect(classify({ causes: [], systemCode }, false)).toEqual({ class: 'retryable', code: 'connection' });
    },
  );
});
