import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPatienceMs, impatientClaimEvery, offerOrder } from '../../../machines/policy/patience.ts';
import { lanes, type Lane } from '../../../src/protocol/job.ts';

const nothing = { high: undefined, medium: undefined, low: undefined };

describe('offerOrder', () => {
  it('goes by urgency on seven of eight claims, however long anybody has waited', () => {
    const waitedMs = { high: 1, medium: 3_600_000, low: 3_600_000 };
    for (let claimNumber = 1; claimNumber < 8; claimNumber++) {
      expect(offerOrder({ claimNumber, waitedMs })).toEqual(['high', 'medium', 'low']);
    }
  });

  it.each([
    ['nobody waits', nothing, ['high', 'medium', 'low']],
    ['nobody is impatient', { high: 60_000, medium: 30_000, low: 120_000 }, ['high', 'medium', 'low']],
    ['low is', { high: 5, medium: 5, low: 120_001 }, ['low', 'high', 'medium']],
    ['medium is', { high: 5, medium: 30_001, low: 100_000 }, ['medium', 'high', 'low']],
    ['both are, medium more', { high: 5, medium: 90_000, low: 240_000 }, ['medium', 'low', 'high']],
    ['both are, low more', { high: 5, medium: 31_000, low: 240_000 }, ['low', 'medium', 'high']],
  ] as const)('on the eighth claim, when %s', (_, waitedMs, order) => {
    expect(offerOrder({ claimNumber: 8, waitedMs })).toEqual(order);
    expect(offerOrder({ claimNumber: 8_000, waitedMs })).toEqual(order);
  });

  it('always names every lane once', () => {
    const wait = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(), fc.record({ high: wait, medium: wait, low: wait }), (claimNumber, waitedMs) => {
        expect(offerOrder({ claimNumber, waitedMs }).toSorted()).toEqual(lanes.toSorted());
      }),
    );
  });

  it('bounds the wait of every lane under an endless flow of urgent jobs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 500 }), fc.boolean(), (claimEveryMs, mediumFloods) => {
        // High always has a job, and medium too when it floods; one low job waits from the beginning.
        let now = 0;
        const waitingSince: Record<Lane, number | undefined> = {
          high: 0,
          medium: mediumFloods ? 0 : undefined,
          low: 0,
        };
        const counts = { high: 0, medium: 0, low: 0 };
        const limitMs = 2 * defaultPatienceMs.low + 3 * impatientClaimEvery * claimEveryMs;
        for (let claimNumber = 1; waitingSince.low !== undefined; claimNumber++) {
          now += claimEveryMs;
          const waited = (lane: Lane) => {
            const since = waitingSince[lane];
            return since === undefined ? undefined : now - since;
          };
          const order = offerOrder({
            claimNumber,
            waitedMs: { high: waited('high'), medium: waited('medium'), low: waited('low') },
          });
          const lane = order.find((one) => waitingSince[one] !== undefined) ?? 'high';
          counts[lane] += 1;
          waitingSince[lane] = lane === 'low' ? undefined : now;
          expect(now, 'the low job starts').toBeLessThanOrEqual(limitMs);
        }
        // The others lose at most one claim in eight to it.
        expect(counts.high).toBeGreaterThanOrEqual(Math.floor((counts.high + counts.medium + counts.low) * (7 / 8)));
      }),
      { numRuns: 50 },
    );
  });
});
