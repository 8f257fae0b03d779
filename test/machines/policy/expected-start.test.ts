import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedWaitMs, nextMeanMs, roundedStart } from '../../../machines/policy/expected-start.ts';

const input = { slots: 4, freeSlots: 0, ahead: [], runMs: 8_000, startsPerMinute: undefined };

describe('the expected wait', () => {
  it.each([
    ['next in line, all slots busy: one comes free after a quarter of a run', {}, 2_000],
    ['a free slot', { freeSlots: 1 }, 0],
    ['as many before it as there are slots', { ahead: [{ jobs: 3, runMs: 8_000 }] }, 8_000],
    ['short jobs before it', { ahead: [{ jobs: 3, runMs: 0 }] }, 2_000],
    [
      'several lines before it',
      {
        ahead: [
          { jobs: 2, runMs: 8_000 },
          { jobs: 1, runMs: 8_000 },
        ],
      },
      8_000,
    ],
    ['free slots for those before it, and for it', { ahead: [{ jobs: 3, runMs: 8_000 }], freeSlots: 4 }, 0],
    ['free slots for some of them', { ahead: [{ jobs: 3, runMs: 8_000 }], freeSlots: 2 }, 4_000],
    ['a limit that is slower than the slots', { ahead: [{ jobs: 10, runMs: 1 }], startsPerMinute: 6 }, 100_000],
    ['one slot alone', { slots: 1 }, 8_000],
    ['no slots at all', { slots: 0 }, undefined],
    ['no starts at all', { startsPerMinute: 0 }, undefined],
  ])('%s', (_, change, wait) => {
    expect(expectedWaitMs({ ...input, ...change })).toBe(wait);
  });

  it('is never negative, and never shorter when more stands before it', () => {
    const part = fc.record({ jobs: fc.nat({ max: 999 }), runMs: fc.nat({ max: 1e6 }) });
    const any = fc.record({
      slots: fc.integer({ min: 1, max: 2_048 }),
      freeSlots: fc.integer({ min: -3, max: 2_048 }),
      ahead: fc.array(part, { maxLength: 4 }),
      runMs: fc.nat({ max: 1e6 }),
      startsPerMinute: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(any, part, (before, more) => {
        const wait = expectedWaitMs(before) ?? NaN;
        expect(wait).toBeGreaterThanOrEqual(0);
        // Those that are added run as long as the longest: a short one changes the mean, and with it what free slots are worth.
        const runMs = Math.max(more.runMs, before.runMs, ...before.ahead.map((line) => line.runMs));
        const longer = expectedWaitMs({ ...before, ahead: [...before.ahead, { ...more, runMs }] }) ?? NaN;
        expect(longer).toBeGreaterThanOrEqual(wait - 1e-6);
      }),
    );
  });
});

describe('the mean run time', () => {
  it('begins with the first, and follows a change in about twenty jobs', () => {
    expect(nextMeanMs(undefined, 5_000)).toBe(5_000);
    expect(nextMeanMs(1_000, 11_000)).toBe(2_000);
    let mean = 1_000;
    for (let n = 0; n < 22; n += 1) mean = nextMeanMs(mean, 11_000);
    expect(mean).toBeGreaterThan(9_900);
    expect(mean).toBeLessThan(11_000);
  });
});

describe('the time that is shown', () => {
  it('goes in steps that people count in, each from five of its own length on', () => {
    const seconds = [1, 5, 10, 30, 60, 300, 900, 3_600];
    for (const stepMs of seconds.map((second) => second * 1_000)) {
      expect(roundedStart(1, 5 * stepMs)).toBe(6 * stepMs);
    }
    // Less than five of the next step: still the one before.
    expect(roundedStart(1, 24_999)).toBe(25_000);
    expect(roundedStart(0, 300)).toBe(1_000);
    expect(roundedStart(2_000, 0)).toBe(2_000);
  });

  it('is never before the estimate, and later by a fifth of the wait at most, or a second', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2e12 }), fc.nat({ max: 1e9 }), (now, waitMs) => {
        const shown = roundedStart(now, waitMs);
        expect(shown).toBeGreaterThanOrEqual(now + waitMs);
        expect(shown - now - waitMs).toBeLessThanOrEqual(Math.max(1_000, waitMs / 5));
      }),
    );
  });
});
