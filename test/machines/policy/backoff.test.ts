import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  providerPauseBaseMs,
  providerPauseMaxMs,
  providerPauseMs,
  retryDelayMs,
} from '../../../machines/policy/backoff.ts';
import { type Backoff, defaultBackoff } from '../../../src/protocol/job.ts';

const almostOne = 1 - Number.EPSILON;
const random = fc.double({ min: 0, max: almostOne, noNaN: true });
const retryAfterMs = fc.option(fc.double({ min: 0, max: 30 * 86_400_000, noNaN: true }), { nil: undefined });
const backoff: fc.Arbitrary<Backoff> = fc.record({
  type: fc.constantFrom('exponential' as const, 'fixed' as const),
  delayMs: fc.nat({ max: 3_600_000 }),
  maxDelayMs: fc.nat({ max: 86_400_000 }),
});

describe('retryDelayMs', () => {
  it('doubles the ceiling with each attempt, up to the cap', () => {
    const ceiling = (attemptsMade: number) =>
      retryDelayMs({ backoff: defaultBackoff, attemptsMade, random: almostOne });
    expect([1, 2, 3, 4, 5, 6, 7, 8, 1_000].map(ceiling)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('has full jitter: anything from nothing to the ceiling', () => {
    const at = (value: number) => retryDelayMs({ backoff: defaultBackoff, attemptsMade: 3, random: value });
    expect([at(0), at(0.5), at(almostOne)]).toEqual([0, 2_000, 4_000]);
  });

  it('waits the same each time when fixed', () => {
    const fixed: Backoff = { type: 'fixed', delayMs: 700, maxDelayMs: 60_000 };
    for (const attemptsMade of [1, 5, 50])
      expect(retryDelayMs({ backoff: fixed, attemptsMade, random: 0.3 })).toBe(700);
  });

  it('is a whole number that a job row can hold, whatever comes in', () => {
    fc.assert(
      fc.property(backoff, fc.nat({ max: 10_000 }), random, retryAfterMs, (options, attemptsMade, dice, retryAfter) => {
        const delay = retryDelayMs({ backoff: options, attemptsMade, random: dice, retryAfterMs: retryAfter });
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(retryAfter ?? 0);
        const own = options.type === 'fixed' ? options.delayMs : options.maxDelayMs;
        expect(delay - Math.ceil(retryAfter ?? 0)).toBeLessThanOrEqual(own);
      }),
    );
  });

  it('spreads jobs that were told the same Retry-After', () => {
    const delays = [0, 0.25, 0.5, 0.75].map((dice) =>
      retryDelayMs({ backoff: defaultBackoff, attemptsMade: 1, random: dice, retryAfterMs: 3_600_000 }),
    );
    expect(new Set(delays).size).toBe(4);
    expect(Math.min(...delays)).toBe(3_600_000);
  });
});

describe('providerPauseMs', () => {
  it('doubles from 2 s to 5 minutes', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 500].map((count) => providerPauseMs({ pauses: count, random: 0 }));
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1_000));
  });

  it('has up to a quarter of itself on top, in whole milliseconds', () => {
    expect([0, 0.5, 0.999_9].map((dice) => providerPauseMs({ pauses: 1, random: dice }))).toEqual([
      2_000, 2_250, 2_499,
    ]);
    expect(providerPauseMs({ pauses: 1, random: 0, retryAfterMs: 2_000.5 })).toBe(2_001);
  });

  it('honours a longer Retry-After of any length, and adds jitter to it, never below it', () => {
    const day = 86_400_000;
    expect(providerPauseMs({ pauses: 1, random: 0, retryAfterMs: 3 * day })).toBe(3 * day);
    expect(providerPauseMs({ pauses: 1, random: almostOne, retryAfterMs: 3 * day })).toBeGreaterThan(3 * day);
    expect(providerPauseMs({ pauses: 9, random: 0, retryAfterMs: 1_000 })).toBe(providerPauseMaxMs);
  });

  it('is never shorter than asked for or than its base, and never more than a quarter of its own part above', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, retryAfterMs, (pauses, dice, retryAfter) => {
        const pause = providerPauseMs({ pauses, random: dice, retryAfterMs: retryAfter });
        expect(Number.isSafeInteger(pause)).toBe(true);
        expect(pause).toBeGreaterThanOrEqual(Math.max(providerPauseBaseMs, retryAfter ?? 0));
        const longest = Math.max(providerPauseMaxMs, Math.ceil(retryAfter ?? 0)) + providerPauseMaxMs / 4;
        expect(pause).toBeLessThanOrEqual(longest);
      }),
    );
  });
});
