/**
 * What an error means for the queue: the one table that turns the facts of a provider's error into a class and a code.
 * The rules are tried in order, and the first that holds decides.
 */
import type { FailureClass, FailureCode } from '../protocol/job.ts';
import type { WireError } from './wire-error.ts';

export interface Verdict {
  class: FailureClass;
  code: FailureCode;
}

interface Rule {
  when: (error: Judged) => boolean;
  verdict: Verdict;
}

/** `names`: the provider's type and code together; `words`: its message. Both in lower case. */
interface Judged {
  status: number | undefined;
  names: string;
  words: string;
  asksToWait: boolean;
}

/** OpenAI's `insufficient_quota`, Anthropic's `billing_error` and the like: names that leave no doubt. */
const quotaNames = /insufficient_quota|billing_error|billing_hard_limit|insufficient_(?:balance|credits|funds)/u;
/** Words for the same. Not "billing" alone: OpenAI's plain rate limit points to the billing page, too. */
const quotaWords =
  /exceeded your current quota|credit balance|insufficient (?:quota|balance|credits?|funds)|out of credits|billing hard limit|payment required/u;
const policyNames = /content_policy|content_filter|responsibleai|moderation/u;
const policyWords =
  /content (?:management )?polic|usage polic|safety system|moderation|input was flagged|content filter/u;
const overflowNames = /context_length_exceeded|string_above_max_length|request_too_large/u;
const overflowWords =
  /context (?:length|window|size|limit)|prompt is too long|too many (?:input )?tokens|reduce the length|input is too long|request too large|maximum (?:input )?length/u;
const modelNames = /model_not_found|invalid_model|unknown_model|model_not_supported/u;
const modelWords =
  /models?\b.{0,120}(?:not found|does not exist|doesn't exist|not available|not exist|not loaded|unknown)|(?:not a valid|invalid|unknown|no such) model|^model: /su;
const keyWords = /api key not valid|invalid api key|incorrect api key|invalid x-api-key|api_key_invalid/u;

const is =
  (...statuses: number[]): Rule['when'] =>
  ({ status }) =>
    status !== undefined && statuses.includes(status);

const rules: readonly Rule[] = [
  // Quota: final until somebody pays. Some (Google) use its words for a limit per minute, but then say how long to wait.
  {
    when: ({ status, names, words, asksToWait }) =>
      status === 402 || quotaNames.test(names) || (!asksToWait && !/rate_limit/u.test(names) && quotaWords.test(words)),
    verdict: { class: 'misconfigured', code: 'quota-exhausted' },
  },
  // No API redirects: the base URL is wrong, or something stands in between. See `wireFetch` for why it is not followed.
  {
    when: ({ status }) => status !== undefined && status >= 300 && status < 400,
    verdict: { class: 'misconfigured', code: 'not-a-stream' },
  },
  // OpenAI says 429 to a request that is larger than what the account may send in a minute: waiting never helps.
  {
    when: ({ status, words }) => status === 429 && /request too large/u.test(words),
    verdict: { class: 'rejected', code: 'context-overflow' },
  },
  { when: is(429), verdict: { class: 'provider-down', code: 'rate-limited' } },
  { when: is(529, 503), verdict: { class: 'provider-down', code: 'overloaded' } },
  {
    when: ({ status, names, words }) =>
      (status === 400 || status === 403 || status === 422) && (policyNames.test(names) || policyWords.test(words)),
    verdict: { class: 'rejected', code: 'content-policy' },
  },
  { when: is(401, 403), verdict: { class: 'misconfigured', code: 'unauthorized' } },
  {
    when: ({ status, words }) => status === 400 && keyWords.test(words),
    verdict: { class: 'misconfigured', code: 'unauthorized' },
  },
  // The proxy between us and the provider wants to know who we are.
  { when: is(407), verdict: { class: 'provider-down', code: 'connection' } },
  {
    when: ({ status, names, words }) =>
      status === 413 || (isClientError(status) && (overflowNames.test(names) || overflowWords.test(words))),
    verdict: { class: 'rejected', code: 'context-overflow' },
  },
  {
    when: ({ status, names, words }) =>
      (status === 404 || status === 400 || status === 422) && (modelNames.test(names) || modelWords.test(words)),
    verdict: { class: 'rejected', code: 'unknown-model' },
  },
  { when: is(404), verdict: { class: 'rejected', code: 'not-found' } },
  { when: is(408, 409, 425), verdict: { class: 'retryable', code: 'server-error' } },
  { when: ({ status }) => isClientError(status), verdict: { class: 'rejected', code: 'bad-request' } },
];

/** Errors inside a 200 carry a name instead of a status. */
const statusOfName: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  overloaded: 529,
  server_overloaded: 529,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  authentication_error: 401,
  invalid_api_key: 401,
  permission_error: 403,
  not_found_error: 404,
  model_not_found: 404,
  request_too_large: 413,
  invalid_request_error: 400,
  context_length_exceeded: 400,
  content_policy_violation: 400,
  content_filter: 400,
};

/** A connection that never came about: the provider, or the way to it, is down for everybody. */
const unreachable = { class: 'provider-down', code: 'connection' } as const;
/** A connection that came about and was lost before the answer: often one that the server closed while it was idle. */
const dropped = { class: 'retryable', code: 'connection' } as const;
const droppedCodes = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET']);

/**
 * Judges an error that came instead of an answer, or in the middle of one (`answering`: the response had begun). A status
 * of 500 and more, and an error inside a 200 that has no known name, may go away by itself.
 */
export function classify(error: WireError, answering: boolean): Verdict {
  const names = `${error.type ?? ''} ${error.code ?? ''}`.toLowerCase();
  const known = [error.code, error.type].map((name) => statusOfName[name?.toLowerCase() ?? '']);
  const status = error.status ?? known.find((value) => value !== undefined);
  const hasBody = error.words !== undefined || error.type !== undefined || error.code !== undefined;
  if (status === undefined && !hasBody) {
    if (answering) return { class: 'retryable', code: 'interrupted' };
    return droppedCodes.has(error.systemCode ?? '') ? dropped : unreachable;
  }
  const judged = {
    status,
    names,
    words: (error.words ?? '').toLowerCase(),
    asksToWait: error.retryAfterMs !== undefined,
  };
  const rule = rules.find(({ when }) => when(judged));
  return rule?.verdict ?? { class: 'retryable', code: 'server-error' };
}

function isClientError(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500;
}
