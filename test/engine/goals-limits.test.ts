import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capReached, isOverspent } from '../../src/engine/goals/budget.ts';
import { cutToFit, resultRoom, summaryTokens, tooLong } from '../../src/engine/goals/fit.ts';
import { timeLeft, type TimedTask } from '../../src/engine/goals/time-left.ts';
import { charsPerToken, estimateTokens } from '../../src/engine/token-estimates.ts';
import type { GoalBurn } from '../../src/protocol/goal-views.ts';
import { noBudget } from '../../src/protocol/goals.ts';

const nothing: GoalBurn = { tokens: 0, costMicros: 0, timeMs: 0, tasks: 0, inFlightTokens: 0, inFlightCostMicros: 0 };

describe('capReached', () => {
  it('forbids nothing without a budget', () => {
    const burn = { ...nothing, tokens: 1e9, costMicros: 1e9, timeMs: 1e9, tasks: 1e3 };
    expect(capReached(noBudget, burn, { tokens: 1e9, costMicros: 1e9, tasks: 9 })).toBeUndefined();
  });

  it('counts what is taken, what is under way and what is to come', () => {
    const budget = { ...noBudget, tokens: 100 };
    const burn = { ...nothing, tokens: 50, inFlightTokens: 30 };
    expect(capReached(budget, burn, { tokens: 20, costMicros: 0 })).toBeUndefined();
    expect(capReached(budget, burn, { tokens: 21, costMicros: 0 })).toBe('tokens');
    const spend = { ...nothing, costMicros: 50, inFlightCostMicros: 30 };
    expect(capReached({ ...noBudget, costMicros: 100 }, spend, { tokens: 0, costMicros: 21 })).toBe('cost');
  });

  it('is reached by a cap that is used up, also for a call whose price nobody knows', () => {
    const budget = { ...noBudget, costMicros: 100 };
    expect(capReached(budget, { ...nothing, costMicros: 100 }, { tokens: 1, costMicros: 0 })).toBe('cost');
    expect(capReached({ ...noBudget, timeMs: 5 }, { ...nothing, timeMs: 5 }, { tokens: 0, costMicros: 0 })).toBe(
      'time',
    );
  });

  it('forbids the task beyond the last one, not work on those that are there', () => {
    const budget = { ...noBudget, tasks: 3 };
    const burn = { ...nothing, tasks: 3 };
    expect(capReached(budget, burn, { tokens: 1, costMicros: 1 })).toBeUndefined();
    expect(capReached(budget, burn, { tokens: 1, costMicros: 1, tasks: 1 })).toBe('tasks');
  });

  it('keeps a goal below its cap when each call takes no more than was estimated', () => {
    const calls = fc.array(
      fc.record({ most: fc.integer({ min: 1, max: 50 }), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), calls, fc.infiniteStream(fc.boolean()), (cap, wanted, ends) => {
        const budget = { ...noBudget, tokens: cap };
        const inFlight: { most: number; part: number }[] = [];
        let tokens = 0;
        for (const call of wanted) {
          const inFlightTokens = inFlight.reduce((sum, { most }) => sum + most, 0);
          if (
            capReached(budget, { ...nothing, tokens, inFlightTokens }, { tokens: call.most, costMicros: 0 }) ===
            undefined
          ) {
            inFlight.push(call);
          }
          const ended = ends.next().value === true ? inFlight.shift() : undefined;
          if (ended !== undefined) tokens += Math.floor(ended.most * ended.part);
        }
        expect(tokens + inFlight.reduce((sum, { most }) => sum + most, 0)).toBeLessThanOrEqual(cap);
      }),
    );
  });
});

describe('isOverspent', () => {
  it('is more than a cap, of tokens or of money, with what is under way', () => {
    const burn = { ...nothing, tokens: 60, inFlightTokens: 40, costMicros: 6, inFlightCostMicros: 4 };
    const over = (caps: { tokens?: number; costMicros?: number }) => isOverspent({ ...noBudget, ...caps }, burn);
    expect(over({})).toBe(false);
    expect([over({ tokens: 100 }), over({ tokens: 99 })]).toEqual([false, true]);
    expect([over({ costMicros: 10 }), over({ costMicros: 9 })]).toEqual([false, true]);
    expect(over({ tokens: 99, costMicros: 10 })).toBe(true);
  });
});

/** What the room is for: each result with the words around it. */
const taken = (results: readonly { text: string }[]): number =>
  results.reduce((sum, { text }) => sum + estimateTokens(text) + 60, 0);
const results = fc
  .array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 20 })
  .map((lengths) => lengths.map((length, index) => ({ key: `t${index}`, text: 'x'.repeat(length) })));

describe('results that have to fit', () => {
  it('stay as they are when they do', () => {
    fc.assert(
      fc.property(results, (all) => {
        expect(tooLong(all, taken(all))).toEqual([]);
        expect(cutToFit(all, taken(all))).toEqual(all);
      }),
    );
  });

  it('fit when those that are too long are summarised, and no more are than it takes', () => {
    fc.assert(
      fc.property(results, fc.integer({ min: 0, max: 100_000 }), (all, extra) => {
        const room = all.length * 160 + extra;
        const summary = 'x'.repeat(summaryTokens(all.length, room) * charsPerToken);
        const chosen = tooLong(all, room);
        const shortened = (keys: readonly string[]) =>
          all.map((result) => (keys.includes(result.key) ? { ...result, text: summary } : result));
        expect(taken(shortened(chosen))).toBeLessThanOrEqual(room);
        if (chosen.length > 0) expect(taken(shortened(chosen.slice(0, -1)))).toBeGreaterThan(room);
      }),
    );
  });

  it('are cut as a last resort, say so, and leave short ones alone', () => {
    const all = [
      { key: 'a', text: 'short' },
      { key: 'b', text: 'y'.repeat(50_000) },
    ];
    const cut = cutToFit(all, 1_000);
    expect(cut[0]).toEqual(all[0]);
    expect(cut[1]?.text).toMatch(/^y+\n\n\[… \d+ characters were left out here/u);
    expect(taken(cut)).toBeLessThanOrEqual(1_000);
    fc.assert(
      fc.property(results, fc.integer({ min: 0, max: 100_000 }), (many, extra) => {
        const room = many.length * 100 + extra;
        expect(taken(cutToFit(many, room))).toBeLessThanOrEqual(room);
      }),
    );
  });

  it('are summarised from the longest on, to at most a page and at least a few sentences', () => {
    expect([summaryTokens(0, 500), summaryTokens(1, 9_999), summaryTokens(4, 2_003)]).toEqual([440, 1_000, 440]);
    expect([summaryTokens(10, 1_609), summaryTokens(10, 1_610), summaryTokens(10, 0)]).toEqual([100, 101, 100]);
    const sized = [3_000, 9_000, 6_000].map((chars, index) => ({ key: `t${index}`, text: 'x'.repeat(chars) }));
    // 1,060, 3,060 and 2,060 tokens, each 1,060 when it is summarised.
    expect(tooLong(sized, 6_180)).toEqual([]);
    expect(tooLong(sized, 6_179)).toEqual(['t1']);
    expect(tooLong(sized, 4_180)).toEqual(['t1']);
    expect(tooLong(sized, 4_179)).toEqual(['t1', 't2']);
    expect(tooLong(sized, 3_180)).toEqual(['t1', 't2']);
  });

  it('leave to others what they do not need, and say to the character what is missing', () => {
    const all = [
      { key: 'a', text: 'y'.repeat(30_000) },
      { key: 'b', text: 'short'.repeat(6) },
      { key: 'c', text: 'z'.repeat(30_000) },
    ];
    // 70 of 3,000 tokens are taken by the short one; 1,465 for each of the others, 60 of them for what stands around it.
    const [first, short, last] = cutToFit(all, 3_000).map(({ text }) => text);
    expect(short).toBe(all[1]?.text);
    expect([first?.length, last?.length]).toEqual([1_405 * charsPerToken, 1_405 * charsPerToken]);
    const kept = /^y+/u.exec(first ?? '')?.[0].length ?? 0;
    expect(first?.slice(kept)).toBe(`\n\n[… ${30_000 - kept} characters were left out here for want of room]`);
    // One token too many.
    const one = [{ key: 'a', text: 'x'.repeat(300) }];
    expect(cutToFit(one, 160)).toEqual(one);
    // The note is one shorter than it could have become.
    expect(cutToFit(one, 159)[0]?.text.length).toBe(99 * charsPerToken - 1);
    expect(cutToFit(one, 0)[0]?.text).toBe('\n\n[… 300 characters were left out here for want of room]');
  });

  it('are not cut in the middle of a character', () => {
    for (const text of ['😀'.repeat(500), `x${'😀'.repeat(500)}`]) {
      expect(cutToFit([{ key: 'a', text }], 200)[0]?.text.isWellFormed()).toBe(true);
    }
  });

  it('have the room that answer and instructions leave', () => {
    expect(resultRoom(32_000, 4_000, 1_200)).toBe(24_000);
    expect(resultRoom(4_000, 4_000, 500)).toBe(0);
  });
});

describe('timeLeft', () => {
  const task = (id: string, more: Partial<TimedTask> = {}): TimedTask => ({
    id,
    dependsOn: [],
    state: 'waiting',
    startedAt: null,
    ...more,
  });

  it('says nothing before something was measured, and when nothing is left', () => {
    expect(timeLeft([task('a')], [], 4, 0)).toBeNull();
    expect(timeLeft([task('a', { state: 'accepted' })], [10], 4, 0)).toBeNull();
  });

  it('is the longest way, and longer where places are few', () => {
    const chain = [task('a'), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['b'] })];
    expect(timeLeft(chain, [10], 4, 0)).toBe(30);
    const wide = Array.from({ length: 7 }, (_, index) => task(`t${index}`));
    expect(timeLeft(wide, [5, 15], 3, 0)).toBe(30);
    expect(timeLeft(wide, [10], 100, 0)).toBe(10);
  });

  it('counts what is under way by what is left of it', () => {
    const running = task('a', { state: 'working', startedAt: 0 });
    expect(timeLeft([running], [10, 30], 1, 5)).toBe(15);
    expect(timeLeft([running], [10, 30], 1, 20)).toBe(10);
    expect(timeLeft([running], [10, 30], 1, 100)).toBe(5);
  });

  it('knows what is under way by its state, and takes no time that has not begun', () => {
    const left = (state: TimedTask['state'], startedAt: number | null) =>
      timeLeft([task('a', { state, startedAt })], [10, 30], 1, 15);
    expect((['working', 'inReview', 'sentBack'] as const).map((state) => left(state, 0))).toEqual([15, 15, 15]);
    expect((['waiting', 'needsInput'] as const).map((state) => left(state, 0))).toEqual([20, 20]);
    expect((['accepted', 'skipped', 'cancelled', 'failed'] as const).map((state) => left(state, 0))).toEqual(
      Array.from({ length: 4 }, () => null),
    );
    expect([left('working', null), left('working', 20)]).toEqual([20, 20]);
    // One that took as long as this one so far was over by now.
    expect(left('working', 5)).toBe(20);
  });

  it('frees one place at a time, and first of what is under way', () => {
    const running = { state: 'working', startedAt: 0 } as const;
    // 70 of 90 are left of it, and each of the others takes 50.
    const tasks = [task('a'), task('b'), task('w', running)];
    expect(timeLeft(tasks, [10, 90], 2, 20)).toBe(100);
    expect(timeLeft(tasks, [10, 90], 2.9, 20)).toBe(100);
    expect(timeLeft(tasks, [10, 90], 0, 20)).toBe(170);
    // `c` waits for the one that ends last, and is there once although it says so twice.
    expect(timeLeft([...tasks, task('c', { dependsOn: ['w', 'w', 'a'] })], [10, 90], 3, 20)).toBe(120);
  });

  it('does not wait for what is done or left out', () => {
    const tasks = [task('a', { state: 'skipped' }), task('b', { dependsOn: ['a'] })];
    expect(timeLeft(tasks, [10], 1, 0)).toBe(10);
  });

  it('lies between the longest way and one after the other', () => {
    const graph = fc
      .array(fc.array(fc.nat({ max: 59 }), { maxLength: 3 }), { minLength: 1, maxLength: 60 })
      .map((rows) =>
        rows.map((needs, index) =>
          task(`t${index}`, { dependsOn: index === 0 ? [] : needs.map((need) => `t${need % index}`) }),
        ),
      );
    fc.assert(
      fc.property(graph, fc.integer({ min: 1, max: 8 }), (tasks, parallel) => {
        const depths = new Map<string, number>();
        for (const { id, dependsOn } of tasks) {
          depths.set(id, 1 + Math.max(0, ...dependsOn.map((other) => depths.get(other) ?? 0)));
        }
        const left = timeLeft(tasks, [10], parallel, 0) ?? 0;
        expect(left).toBeGreaterThanOrEqual(10 * Math.max(...depths.values(), Math.ceil(tasks.length / parallel)));
        expect(left).toBeLessThanOrEqual(10 * tasks.length);
      }),
    );
  });
});
