import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultRestartLimits,
  recentRestarts,
  restartAllowed,
  restartDelayMs,
} from '../../../machines/policy/restart-intensity.ts';

describe('restartAllowed', () => {
  const limits = { maxRestarts: 3, windowMs: 1_000 };

  it('refuses the restart that would be one too many in the window', () => {
    expect(restartAllowed([], 0, limits)).toBe(true);
    expect(restartAllowed([100, 200], 300, limits)).toBe(true);
    expect(restartAllowed([100, 200, 300], 400, limits)).toBe(false);
    expect(restartAllowed([100, 200, 300], 1_099, limits)).toBe(false);
    expect(restartAllowed([100, 200, 300], 1_100, limits)).toBe(true);
  });

  it('never lets more than the limit happen within any window', () => {
    const crashes = fc.array(fc.nat({ max: 400 }), { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(crashes, fc.integer({ min: 0, max: 6 }), (gaps, maxRestarts) => {
        const some = { maxRestarts, windowMs: 1_000 };
        const restarts: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (restartAllowed(restarts, now, some)) restarts.push(now);
          else expect(recentRestarts(restarts, now, some.windowMs)).toHaveLength(maxRestarts);
        }
        for (const start of restarts) {
          const within = restarts.filter((at) => at >= start && at < start + some.windowMs);
          expect(within.length).toBeLessThanOrEqual(maxRestarts);
        }
      }),
    );
  });

  it('gives up a worker that can never start within the window', () => {
    const restarts: number[] = [];
    let now = 0;
    while (restartAllowed(restarts, now, defaultRestartLimits)) {
      now += restartDelayMs(recentRestarts(restarts, now, defaultRestartLimits.windowMs).length);
      restarts.push(now);
      expect(now).toBeLessThan(defaultRestartLimits.windowMs);
    }
    expect(restarts).toHaveLength(defaultRestartLimits.maxRestarts);
  });
});

describe('restartDelayMs', () => {
  it('doubles from 100 ms to 10 s', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 5_000].map(restartDelayMs)).toEqual([
      100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000,
    ]);
  });
});
