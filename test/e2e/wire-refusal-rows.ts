/** Answers that are none: what a status says, with its headers and the words below it. */
import { held, once, refused, refuses, retriable, secondTry, type WireRow } from './wire-row.ts';

const serverErrors: readonly WireRow[] = [500, 502, 504, 408, 409].map((status) => ({
  ...retriable,
  name: `status-${status}`,
  serve: refuses(status, { message: 'something broke' }),
  failure: 'retryable/server-error',
  shows: [/The answer failed/u, new RegExp(`failed while it handled the request \\(HTTP ${status}\\)`, 'u')],
  words: /something broke/u,
}));

const down: readonly WireRow[] = [503, 529].flatMap((status) => [
  {
    ...held,
    name: `status-${status}`,
    serve: refuses(status, { message: 'Overloaded' }, () => ({ 'retry-after': '3600' })),
    failure: 'provider-down/overloaded',
    requests: 1,
    shows: [/Waiting for (?:60 min|59 min \d+ s|1 h)/u, new RegExp(`is overloaded \\(HTTP ${status}\\)`, 'u')],
    words: /Overloaded/u,
  },
  {
    ...secondTry,
    name: `status-${status}-once`,
    serve: once(refuses(status, { message: 'Overloaded' })),
  },
]);

const slowDown = { message: 'Slow down, please.' };
const quota = 'You exceeded your current quota, please check your plan and billing details.';
const limits: readonly WireRow[] = [
  {
    ...held,
    name: 'limit-seconds',
    serve: refuses(429, slowDown, () => ({ 'retry-after': '300' })),
    failure: 'provider-down/rate-limited',
    requests: 1,
    shows: [/Waiting for (?:5 min|4 min \d+ s)/u, /asks us to slow down \(HTTP 429\), for 5 min/u],
    words: /Slow down, please\./u,
  },
  {
    ...held,
    name: 'limit-date',
    serve: refuses(429, slowDown, () => ({ 'retry-after': new Date(Date.now() + 600_000).toUTCString() })),
    failure: 'provider-down/rate-limited',
    requests: 1,
    shows: [/Waiting for (?:10 min|[89] min \d+ s)/u, /asks us to slow down \(HTTP 429\), for (?:10|9\.\d) min/u],
  },
  {
    ...held,
    name: 'limit-hour',
    serve: refuses(429, slowDown, () => ({ 'retry-after': '3600' })),
    failure: 'provider-down/rate-limited',
    requests: 1,
    shows: [/Waiting for (?:60 min|59 min \d+ s|1 h)/u, /asks us to slow down \(HTTP 429\), for 60 min/u],
  },
  { ...secondTry, name: 'limit-absent', serve: once(refuses(429, slowDown)) },
  {
    ...refused,
    name: 'quota',
    serve: refuses(429, { message: quota, type: 'insufficient_quota', code: 'insufficient_quota' }),
    failure: 'misconfigured/quota-exhausted',
    shows: [/The provider needs other settings/u, /has no quota or credit left \(HTTP 429\)\. Top it up/u],
    words: new RegExp(quota, 'u'),
    provider: 'misconfigured',
  },
];

const refusals: readonly WireRow[] = (
  [
    [
      'overflow',
      400,
      { message: 'prompt is too long: 210000 tokens', code: 'context_length_exceeded' },
      'rejected/context-overflow',
      /too long for this model.*Start a new conversation/u,
    ],
    [
      'policy',
      400,
      { message: 'Rejected by our safety system.', code: 'content_policy_violation' },
      'rejected/content-policy',
      /by its content policy.*Change the message/u,
    ],
    [
      'no-model',
      404,
      { message: 'The model `m` does not exist', code: 'model_not_found' },
      'rejected/unknown-model',
      /has no model of that name.*Choose another model/u,
    ],
    [
      'bad-request',
      400,
      { message: 'bad temperature' },
      'rejected/bad-request',
      /refused the request.*change what they name/u,
    ],
    [
      'no-page',
      404,
      { message: 'no such page' },
      'rejected/not-found',
      /does not know the address that was asked.*Check the provider’s base URL/u,
    ],
    [
      'status-401',
      401,
      { message: 'who are you?' },
      'misconfigured/unauthorized',
      /did not accept the key.*into the settings of this provider/u,
    ],
    [
      'status-403',
      403,
      { message: 'not in your country' },
      'misconfigured/unauthorized',
      /did not accept the key.*into the settings of this provider/u,
    ],
  ] as const
).map(([name, status, error, failure, words]) => {
  const final = failure.startsWith('rejected');
  return {
    ...refused,
    name,
    serve: refuses(status, error),
    failure,
    shows: [
      final ? /The provider refused this request/u : /The provider needs other settings/u,
      new RegExp(`\\(HTTP ${status}\\)`, 'u'),
      words,
    ],
    words: new RegExp(error.message, 'u'),
    provider: final ? 'healthy' : 'misconfigured',
  };
});

export const refusalRows: readonly WireRow[] = [...limits, ...serverErrors, ...down, ...refusals];
