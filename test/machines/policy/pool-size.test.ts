import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasSurplus,
  maxEventLoopDelayMs,
  minWorkerMemoryBytes,
  type PoolSizeInput,
  shrinkAfterMs,
  decidePoolSize,
  workerMemoryBytes,
} from '../../../machines/policy/pool-size.ts';

const gib = 1024 ** 3;
const calm: PoolSizeInput = {
  backlog: 0,
  slotsUsed: 0,
  slotsPerWorker: 32,
  current: 1,
  min: 1,
  max: 8,
  cpuCount: 4,
  freeMemoryBytes: 8 * gib,
  workerMemoryBytes: minWorkerMemoryBytes,
  eventLoopDelayMs: 5,
  surplusForMs: 0,
};

const anyInput: fc.Arbitrary<PoolSizeInput> = fc
  .record({
    backlog: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 1_000_000 })),
    slotsUsed: fc.nat({ max: 2_048 }),
    slotsPerWorker: fc.integer({ min: 1, max: 512 }),
    current: fc.nat({ max: 70 }),
    min: fc.integer({ min: 1, max: 64 }),
    extra: fc.nat({ max: 63 }),
    cpuCount: fc.integer({ min: 1, max: 128 }),
    freeMemoryBytes: fc.nat({ max: 16 * gib }),
    workerMemoryBytes: fc.integer({ min: minWorkerMemoryBytes, max: gib }),
    eventLoopDelayMs: fc.nat({ max: 1_000 }),
    surplusForMs: fc.nat({ max: 2 * shrinkAfterMs }),
  })
  .map(({ extra, ...input }) => ({ ...input, max: input.min + extra }));

const wantedPoolSize = (input: PoolSizeInput): number => decidePoolSize(input).wanted;

describe('wantedPoolSize', () => {
  it('grows to what the load needs at once, at most one worker a core at a time', () => {
    expect(wantedPoolSize({ ...calm, backlog: 33 })).toBe(2);
    expect(wantedPoolSize({ ...calm, backlog: 32 })).toBe(1);
    expect(wantedPoolSize({ ...calm, backlog: 1_000_000 })).toBe(5);
    expect(wantedPoolSize({ ...calm, backlog: 1_000_000, current: 5 })).toBe(8);
    expect(wantedPoolSize({ ...calm, backlog: 1_000_000, cpuCount: 1 })).toBe(2);
    expect(wantedPoolSize({ ...calm, backlog: 1_000_000, cpuCount: 0 })).toBe(2);
  });

  it('shrinks by one, only after the surplus has lasted', () => {
    expect(wantedPoolSize({ ...calm, current: 4, surplusForMs: 29_999 })).toBe(4);
    expect(wantedPoolSize({ ...calm, current: 4, surplusForMs: 30_000 })).toBe(3);
    expect(wantedPoolSize({ ...calm, current: 2, slotsUsed: 25, surplusForMs: shrinkAfterMs })).toBe(2);
    expect(wantedPoolSize({ ...calm, current: 2, slotsUsed: 24, surplusForMs: shrinkAfterMs })).toBe(1);
  });

  it('goes to new bounds at once', () => {
    expect(wantedPoolSize({ ...calm, current: 8, max: 2, slotsUsed: 256 })).toBe(2);
    expect(wantedPoolSize({ ...calm, current: 1, min: 3 })).toBe(3);
  });

  it('always stays between min and max, and is a whole number', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const wanted = wantedPoolSize(input);
        expect(Number.isInteger(wanted)).toBe(true);
        expect(wanted).toBeGreaterThanOrEqual(input.min);
        expect(wanted).toBeLessThanOrEqual(input.max);
      }),
    );
  });

  it('never wants fewer workers for more backlog', () => {
    fc.assert(
      fc.property(anyInput, fc.nat({ max: 100_000 }), (input, more) => {
        const wanted = wantedPoolSize(input);
        expect(wantedPoolSize({ ...input, backlog: input.backlog + more })).toBeGreaterThanOrEqual(wanted);
      }),
    );
  });

  it('does not grow above min without the memory for one more worker, or while the host itself is late', () => {
    fc.assert(
      fc.property(anyInput, fc.boolean(), (input, lowMemory) => {
        const held = lowMemory
          ? { ...input, freeMemoryBytes: input.workerMemoryBytes - 1 }
          : { ...input, eventLoopDelayMs: maxEventLoopDelayMs + 1 };
        expect(wantedPoolSize(held)).toBeLessThanOrEqual(Math.max(input.current, input.min));
      }),
    );
  });

  it('never starts more workers than the free memory holds', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const grown = wantedPoolSize(input) - Math.max(input.current, input.min);
        expect(grown * input.workerMemoryBytes).toBeLessThanOrEqual(input.freeMemoryBytes);
      }),
    );
  });

  it('gives up at most one worker at a time within its bounds', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        fc.pre(input.current <= input.max);
        expect(wantedPoolSize(input)).toBeGreaterThanOrEqual(input.current - 1);
      }),
    );
  });

  it('settles under a steady load and then stays, however long it lasts', () => {
    fc.assert(
      fc.property(anyInput, fc.nat({ max: 3_000 }), (input, jobs) => {
        const { sizes } = simulate({ ...input, backlog: jobs, slotsUsed: 0 }, () => jobs);
        // Each worker takes at most one full surplus period to retire, and growth takes far less.
        const settled = sizes.slice(72 * (shrinkAfterMs / 1_000 + 1));
        expect(new Set(settled).size).toBe(1);
      }),
      { numRuns: 30 },
    );
  });

  it('does not follow a load that swings by a fifth of the smaller pool', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 5, max: 64 }), (workers, slotsPerWorker) => {
        const high = (workers - 1) * slotsPerWorker + 1;
        const low = Math.ceil(high - 0.2 * (workers - 1) * slotsPerWorker);
        const { sizes } = simulate({ ...calm, slotsPerWorker, backlog: high }, (second) =>
          second % 2 === 0 ? high : low,
        );
        expect(new Set(sizes.slice(20))).toEqual(new Set([workers]));
      }),
    );
  });
});

describe('the reason', () => {
  const of = (more: Partial<PoolSizeInput>): string => {
    const { wanted, reason } = decidePoolSize({ ...calm, ...more });
    return `${wanted} ${reason}`;
  };

  it('of a growth is the backlog, or the minimum where nothing else would let it grow', () => {
    expect(of({ backlog: 33 })).toBe('2 backlog');
    expect(of({ current: 1, min: 3, backlog: 200 })).toBe('5 backlog');
    expect(of({ current: 1, min: 3, backlog: 200, freeMemoryBytes: 0 })).toBe('3 minimum');
    expect(of({ current: 1, min: 3, backlog: 200, eventLoopDelayMs: maxEventLoopDelayMs + 1 })).toBe('3 minimum');
    expect(of({ current: 1, min: 3 })).toBe('3 minimum');
  });

  it('of a pool that should grow and does not is what is in its way', () => {
    expect(of({ current: 8, backlog: 1_000 })).toBe('8 at-maximum');
    expect(of({ current: 9, backlog: 1_000 })).toBe('8 maximum');
    expect(of({ current: 2, backlog: 1_000, freeMemoryBytes: minWorkerMemoryBytes - 1 })).toBe('2 low-memory');
    expect(of({ current: 2, backlog: 1_000, freeMemoryBytes: minWorkerMemoryBytes })).toBe('3 backlog');
    expect(of({ current: 2, backlog: 1_000, eventLoopDelayMs: 101 })).toBe('2 busy-host');
    expect(of({ current: 2, backlog: 1_000, eventLoopDelayMs: 100 })).toBe('6 backlog');
    expect(of({ current: 2, backlog: 1_000, eventLoopDelayMs: maxEventLoopDelayMs, freeMemoryBytes: 0 })).toBe(
      '2 low-memory',
    );
  });

  it('of one that shrinks is the surplus, or the maximum; of one that stays that it soon will, or that all is well', () => {
    expect(of({ current: 4, surplusForMs: shrinkAfterMs })).toBe('3 surplus');
    expect(of({ current: 4, surplusForMs: shrinkAfterMs - 1 })).toBe('4 surplus-soon');
    expect(of({ current: 9, slotsUsed: 9 * 32 })).toBe('8 maximum');
    expect(of({ current: 8, max: 8, surplusForMs: shrinkAfterMs })).toBe('7 surplus');
    expect(of({ current: 9, surplusForMs: shrinkAfterMs })).toBe('8 maximum');
    expect(of({ current: 4, slotsUsed: 100 })).toBe('4 steady');
    expect(of({ current: 2, min: 2, surplusForMs: shrinkAfterMs })).toBe('2 steady');
    expect(of({ current: 0, min: 0 })).toBe('0 steady');
  });
});

describe('a surplus', () => {
  it('is there when three quarters of a smaller pool hold the load', () => {
    const load = { backlog: 4, slotsUsed: 20, slotsPerWorker: 32, current: 2 };
    expect(hasSurplus(load)).toBe(true);
    expect(hasSurplus({ ...load, backlog: 5 })).toBe(false);
    expect(hasSurplus({ ...load, backlog: 0, slotsUsed: 0, current: 1 })).toBe(true);
    expect(hasSurplus({ ...load, backlog: 0, slotsUsed: 0, current: 0 })).toBe(false);
  });
});

describe('workerMemoryBytes', () => {
  it('is that of the largest worker, never less than a fresh one', () => {
    expect(workerMemoryBytes([])).toBe(minWorkerMemoryBytes);
    expect(minWorkerMemoryBytes).toBe(96 * 1024 ** 2);
    expect(workerMemoryBytes([45 * 1024 ** 2])).toBe(minWorkerMemoryBytes);
    expect(workerMemoryBytes([45 * 1024 ** 2, gib])).toBe(gib);
  });
});

/** Two hours in steps of a second: jobs fill the slots there are, the rest is backlog, and the pool follows the policy. */
function simulate(start: PoolSizeInput, jobsAt: (second: number) => number): { sizes: number[] } {
  const sizes: number[] = [];
  let current = start.current;
  let surplusForMs = 0;
  for (let second = 0; second < 7_200; second++) {
    const jobs = jobsAt(second);
    const slotsUsed = Math.min(jobs, current * start.slotsPerWorker);
    const load = { backlog: jobs - slotsUsed, slotsUsed, slotsPerWorker: start.slotsPerWorker, current };
    surplusForMs = hasSurplus(load) ? surplusForMs + 1_000 : 0;
    const wanted = wantedPoolSize({ ...start, ...load, surplusForMs });
    if (wanted < current) surplusForMs = 0;
    current = wanted;
    sizes.push(current);
  }
  return { sizes };
}
