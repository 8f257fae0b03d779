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
