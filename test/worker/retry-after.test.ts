import { expect, it } from 'vitest';
import { retryAfterMs } from '../../src/worker/retry-after.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

it.each([
  [{ 'retry-after': '30' }, 30_000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1_500],
  [{ 'retry-after': '86400' }, 86_400_000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 12:02:00 GMT' }, 120_000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250', 'retry-after': '30' }, 250],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': ' 7 ' }, 7_000],
  [{ 'retry-after': '7 s' }, undefined],
  [{ 'retry-after': 'x7' }, undefined],
  [{ 'retry-after': '.5' }, undefined],
  // A date without its day's name is none, whatever Date.parse makes of it.
  [{ 'retry-after': '2026-03-01T12:02:00Z' }, undefined],
  [{ 'retry-after': 'Mar 1, 2026 12:02:00 GMT' }, 120_000],
  [{ 'retry-after': 'Sunday, 01-Mar-26 12:02:00 GMT' }, 120_000],
  [{ 'retry-after': 'Sun, 99 Foo 2026' }, undefined],
  [{ 'retry-after-ms': 'soon', 'retry-after': '30' }, 30_000],
  [{}, undefined],
])('%j is %s ms', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
});
