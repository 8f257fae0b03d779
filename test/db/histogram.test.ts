import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../db/statistics/histogram.ts';

const durations = fc.array(fc.integer({ min: 1, max: 7 * 86_400_000 }), { minLength: 1, maxLength: 200 });

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

/** The smallest value that the share `q` of all does not exceed. */
function exact(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? NaN;
}

describe('a histogram of durations', () => {
  it('gives quantiles that are at most 4.5 % off', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.95, 1), (values, q) => {
        const found = of(values).quantile(q);
        const wanted = exact(values, q);
        expect(Math.abs((found ?? NaN) / wanted - 1)).toBeLessThan(0.0451);
      }),
    );
  });

  it('of parts adds up to that of the whole, also after it was stored', () => {
    fc.assert(
      fc.property(durations, durations, (first, second) => {
        const sum = Histogram.from(of(first).toPairs());
        sum.merge(JSON.parse(JSON.stringify(of(second).toPairs())) as number[]);
        expect(sum.toPairs()).toEqual(of([...first, ...second]).toPairs());
        expect(sum.count).toBe(first.length + second.length);
      }),
    );
  });

  it('takes anything that a clock can make of a duration', () => {
    const histogram = of([0, 0.3, -5, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(histogram.count).toBe(5);
    expect(histogram.quantile(0.5)).toBe(0);
    expect(histogram.quantile(1)).toBeGreaterThan(86_400_000);
    expect(new Histogram().quantile(0.5)).toBeNull();
  });
});
