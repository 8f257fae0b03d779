/** Reads how long a provider asks to be left alone. */

/**
 * Milliseconds from `now` (epoch ms) by `retry-after-ms` (a number), or by `retry-after` (seconds, or an HTTP date as in
 * RFC 9110, 10.2.3), of any length; undefined where neither says anything sensible. A date in the past is 0.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const exact = nonNegative(headers.get('retry-after-ms'));
  if (exact !== undefined) return exact;
  const value = headers.get('retry-after');
  const seconds = nonNegative(value);
  if (seconds !== undefined) return seconds * 1_000;
  // All three forms of an HTTP date begin with the day's name; Date.parse alone takes almost anything for a date.
  const at = value !== null && /^\s*[A-Z][a-z]{2}/u.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function nonNegative(value: string | null): number | undefined {
  if (value === null || !/^\s*\d+(\.\d+)?\s*$/u.test(value)) return undefined;
  return Number(value);
}
