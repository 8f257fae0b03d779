/**
 * How long to wait before the next try: of one job, and of a whole provider. Randomness comes in as a number in [0, 1),
 * so the same event always gives the same row. All results are whole milliseconds.
 */
import type { Backoff } from '../../src/protocol/job.ts';

/** Doubling stops mattering long before: 2^30 ms are twelve days. Keeps `0 * Infinity` out of the sum. */
const maxDoublings = 30;

export interface RetryDelayInput {
  readonly backoff: Backoff;
  /** Attempts that the job has used up, this failure included: 1 after the first failure. */
  readonly attemptsMade: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** What the provider asked for. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The wait before a job's next attempt. Exponential with full jitter: uniform between 0 and
 * `min(maxDelayMs, delayMs * 2^(n-1))` ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015); `fixed` waits
 * `delayMs`. Retry-After is a floor of any length that the backoff is added to: jobs that were told the same time do
 * not come back at the same moment.
 */
export function retryDelayMs({ backoff, attemptsMade, random, retryAfterMs }: RetryDelayInput): number {
  return Math.ceil(retryAfterMs ?? 0) + backoffMs(backoff, attemptsMade, random);
}

function backoffMs({ type, delayMs, maxDelayMs }: Backoff, attemptsMade: number, random: number): number {
  switch (type) {
    case 'fixed':
      return delayMs;
    case 'exponential':
      return Math.floor(random * (doubled(delayMs, attemptsMade, maxDelayMs) + 1));
  }
}

/** A provider that is down is left alone for 2 s at first, and for 5 minutes at most unless it asks for more. */
export const providerPauseBaseMs = 2_000;
export const providerPauseMaxMs = 300_000;
/** Added to a pause: other installations that share the provider do not all come back with us. */
const providerPauseJitter = 0.25;

export interface ProviderPauseInput {
  /** Pauses in a row, this one included: 1 for the first. */
  readonly pauses: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  readonly retryAfterMs?: number | undefined;
}

/**
 * How long a whole provider takes no jobs: 2 s, doubled with every pause in a row up to 5 minutes, or as long as the
 * provider asked for when that is longer; then up to a quarter of the doubled part on top, never less.
 */
export function providerPauseMs({ pauses, random, retryAfterMs }: ProviderPauseInput): number {
  const own = doubled(providerPauseBaseMs, pauses, providerPauseMaxMs);
  return Math.ceil(Math.max(own, retryAfterMs ?? 0)) + Math.floor(random * own * providerPauseJitter);
}

/** `min(maxMs, baseMs * 2^(nth-1))`. */
function doubled(baseMs: number, nth: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(0, nth - 1), maxDoublings));
}
