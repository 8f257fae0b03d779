/** Builds every failure that a worker reports: in words for people, with what the provider said, and never with a key. */
import type { Failure } from '../protocol/job.ts';
import type { ProviderConnection } from '../protocol/provider.ts';
import { classify, type Verdict } from './classify.ts';
import { causeChain, redact } from './error-text.ts';
import { messageOf, unsendableHeaderMessage } from './failure-message.ts';
import { type WireError, wireErrorIn, wireErrorOf } from './wire-error.ts';

const maxWordsChars = 2_000;

export const cancelledFailure: Failure = {
  class: 'cancelled',
  code: 'cancelled-by-user',
  message: 'You stopped this answer. What had arrived is kept; retry the job to ask again.',
};

/** The engine sent more than the slots that this worker announced. */
export function noSlotFailure(slots: number): Failure {
  return {
    class: 'bug',
    code: 'internal',
    message:
      `Nightshift sent this request to a worker whose slots (${slots}) were all in use. That is a defect in Nightshift: ` +
      'please report it, and retry the job.',
  };
}

/** An exception that no provider module accounts for. */
export function bugFailure(connection: ProviderConnection, error: unknown): Failure {
  const verdict: Verdict = { class: 'bug', code: 'internal' };
  return failure(verdict, connection, { causes: causeChain(error) });
}

/** Anything that an SDK threw. `answering`: the response had begun. */
export function thrownFailure(
  error: unknown,
  connection: ProviderConnection,
  { answering }: { answering: boolean },
): Failure {
  if (isUnsendableHeader(error)) {
    return { class: 'misconfigured', code: 'unauthorized', message: unsendableHeaderMessage(connection) };
  }
  const facts = wireErrorOf(error, Date.now());
  return failure(classify(facts, answering), connection, facts);
}

/** A body with status 200 that was no stream, where it is an error object; undefined when it is something else. */
export function inBandFailure(body: string, connection: ProviderConnection): Failure | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  const facts = wireErrorIn(parsed);
  return facts === undefined ? undefined : failure(classify(facts, true), connection, facts);
}

export function missingKey(connection: ProviderConnection): Failure {
  return failure({ class: 'misconfigured', code: 'missing-key' }, connection, { causes: [] });
}

/** The answer ended without its end marker. */
export function interrupted(connection: ProviderConnection): Failure {
  return failure({ class: 'retryable', code: 'interrupted' }, connection, { causes: [] });
}

/**
 * What a failure means once part of the answer is there: trouble that may go away by itself has broken the answer off, so
 * the part is kept and the try counts. The provider's words and causes stay; what is final stays as it is.
 */
export function brokenOff(cause: Failure, connection: ProviderConnection): Failure {
  if (cause.class !== 'provider-down' && cause.class !== 'retryable') return cause;
  return { ...cause, ...interrupted(connection) };
}

export function firstContentTimeout(
  connection: ProviderConnection,
  waitMs = connection.timeouts.firstContentMs,
): Failure {
  return failure({ class: 'retryable', code: 'first-content-timeout' }, connection, { causes: [] }, waitMs);
}

export function idleTimeout(connection: ProviderConnection): Failure {
  const { idleMs } = connection.timeouts;
  return failure({ class: 'retryable', code: 'idle-timeout' }, connection, { causes: [] }, idleMs);
}

/** Retryable: it may be a proxy's page for a moment, and a wrong address shows itself after the job's few attempts. */
export function notAStream(connection: ProviderConnection, body: string): Failure {
  return failure({ class: 'retryable', code: 'not-a-stream' }, connection, { causes: [], words: body });
}

/** The same limit would cut the same tool call again. */
export function cutToolCall(connection: ProviderConnection): Failure {
  return failure({ class: 'rejected', code: 'cut-tool-call' }, connection, { causes: [] });
}

/** The provider gave up in the middle and said no more than that. */
export function serverError(connection: ProviderConnection): Failure {
  return failure({ class: 'retryable', code: 'server-error' }, connection, { causes: [] });
}

function failure(verdict: Verdict, connection: ProviderConnection, facts: WireError, waitedMs?: number): Failure {
  const result: Failure = { ...verdict, message: messageOf(verdict, connection, facts, waitedMs) };
  if (facts.status !== undefined) result.status = facts.status;
  const words = facts.words?.trim();
  if (words !== undefined && words !== '') {
    result.providerMessage = redact(words, connection).slice(0, maxWordsChars);
  }
  if (facts.causes.length > 0) result.causes = facts.causes.map((text) => redact(text, connection));
  if (facts.retryAfterMs !== undefined) result.retryAfterMs = facts.retryAfterMs;
  return result;
}

/** A key or header with a line break or with letters outside Latin-1 never leaves the process. */
function isUnsendableHeader(error: unknown): boolean {
  return error instanceof TypeError && /invalid header|ByteString/u.test(error.message);
}
