import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneCaps, mayStill, mayTake, mayTakeAmount } from '../../../machines/policy/lane-shares.ts';
import { lanes, type Lane } from '../../../src/protocol/job.ts';

const none: Record<Lane, number> = { high: 0, medium: 0, low: 0 };

/** Fills the slots greedily in the order the jobs arrive, and returns how many of each lane run. */
function fill(arrivals: readonly Lane[], slots: number): Record<Lane, number> {
  const used = { ...none };
  for (const lane of arrivals) if (mayTake(lane, used, slots)) used[lane] += 1;
  return used;
}

describe('laneCaps', () => {
  it.each([
    [0, { low: 0, background: 0, total: 0 }],
    [1, { low: 1, background: 1, total: 1 }],
    [2, { low: 1, background: 1, total: 2 }],
    [3, { low: 1, background: 2, total: 3 }],
    [4, { low: 2, background: 3, total: 4 }],
    [5, { low: 2, background: 4, total: 5 }],
    [32, { low: 16, background: 25, total: 32 }],
    [100, { low: 50, background: 80, total: 100 }],
    [Number.POSITIVE_INFINITY, { low: Infinity, background: Infinity, total: Infinity }],
  ])('of %d slots', (slots, caps) => {
    expect(laneCaps(slots)).toEqual(caps);
  });

  it('never takes a slot away when there is one more', () => {
    for (let slots = 0; slots < 2_000; slots++) {
      const [caps, more] = [laneCaps(slots), laneCaps(slots + 1)];
      expect(more.low).toBeGreaterThanOrEqual(caps.low);
      expect(more.background).toBeGreaterThanOrEqual(caps.background);
    }
  });
});

describe('mayTake', () => {
  it('gives nothing when there are no slots', () => {
    for (const lane of lanes) expect(mayTake(lane, none, 0)).toBe(false);
  });

  it('gives the only slot to any lane', () => {
    for (const lane of lanes) expect(mayTake(lane, none, 1)).toBe(true);
    expect(mayTake('high', { ...none, low: 1 }, 1)).toBe(false);
  });

  it('holds while slots shrink under running jobs', () => {
    const used = fill(['low', 'low', 'low', 'low', 'medium', 'medium'], 8);
    expect(used).toEqual({ high: 0, medium: 2, low: 4 });
    for (const lane of ['medium', 'low'] as const) expect(mayTake(lane, used, 4)).toBe(false);
    expect(mayTake('high', used, 4)).toBe(false);
    expect(mayTake('high', used, 7)).toBe(true);
  });

  it('keeps the shares and a slot for high, whatever arrives in whatever order', () => {
    const arrivals = fc.array(fc.constantFrom(...lanes), { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 2, max: 200 }), (order, slots) => {
        const used = fill(order, slots);
        const background = used.low + used.medium;
        expect(used.high + background).toBeLessThanOrEqual(slots);
        expect(used.low).toBeLessThanOrEqual(Math.max(1, slots / 2));
        expect(background).toBeLessThanOrEqual(Math.max(1, slots * 0.8));
        expect(background).toBeLessThan(slots);
      }),
    );
  });

  it('starts a user message at once on slots that are full of background jobs', () => {
    const background = fc.array(fc.constantFrom<Lane>('medium', 'low'), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(background, fc.integer({ min: 2, max: 200 }), (order, slots) => {
        expect(mayTake('high', fill(order, slots), slots)).toBe(true);
      }),
    );
  });

  it('lets each lane have at least one slot when the others leave it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.constantFrom(...lanes), (slots, lane) => {
        expect(mayTake(lane, none, slots)).toBe(true);
      }),
    );
  });
});

describe('mayTakeAmount', () => {
  const may = (lane: Lane, used: Partial<Record<Lane, number>>, amount: number): boolean =>
    mayTakeAmount(lane, { ...none, ...used }, 1_000, amount);

  it('gives each lane its share to the last one, and not one more', () => {
    expect([may('low', {}, 500), may('low', { low: 100 }, 400), may('low', { low: 101 }, 400)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([may('medium', { low: 300 }, 500), may('medium', { low: 301 }, 500)]).toEqual([true, false]);
    expect([may('low', { medium: 400 }, 400), may('low', { medium: 401 }, 400)]).toEqual([true, false]);
    expect([may('high', { medium: 700 }, 300), may('high', { medium: 701 }, 300)]).toEqual([true, false]);
    expect(may('low', { high: 900 }, 200)).toBe(false);
  });

  it('gives one that asks for more than its whole share what it asks for, when nothing of the share is taken', () => {
    for (const lane of ['high', 'medium', 'low'] as const) {
      expect(may(lane, {}, 5_000), lane).toBe(true);
      expect(may(lane, { [lane]: 1 }, 5_000), lane).toBe(false);
    }
  });
});

describe('mayStill', () => {
  it('is how often mayTake would say yes', () => {
    const use = fc.record({ high: fc.nat({ max: 20 }), medium: fc.nat({ max: 20 }), low: fc.nat({ max: 20 }) });
    fc.assert(
      fc.property(fc.constantFrom(...lanes), use, fc.nat({ max: 50 }), (lane, used, slots) => {
        let more = 0;
        while (mayTake(lane, { ...used, [lane]: used[lane] + more }, slots)) more += 1;
        expect(mayStill(lane, used, slots)).toBe(more);
      }),
    );
  });
});
