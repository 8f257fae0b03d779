import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateWindowMs, RateWindow } from '../../../machines/policy/rate-limit.ts';
import { laneCaps } from '../../../machines/policy/lane-shares.ts';
import { lanes, type Lane } from '../../../src/protocol/job.ts';

const none = { requests: null, tokens: null };
const start = 1_700_000_000_000;

interface Call {
  readonly lane: Lane;
  readonly at: number;
  readonly endsAt: number;
  readonly reserved: number;
  readonly took: number;
}

/** Jobs that knock one after the other; those that fit start, and end some time later having taken some of their tokens. */
const schedules = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.nat({ max: 20_000 }), fc.nat({ max: 150_000 })),
    lane: fc.constantFrom(...lanes),
    reserved: fc.integer({ min: 1, max: 400 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    lastsMs: fc.oneof(fc.nat({ max: 5_000 }), fc.nat({ max: 200_000 })),
  }),
  { minLength: 1, maxLength: 120 },
);

type Schedule = typeof schedules extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function play(limits: { requests: number | null; tokens: number | null }, schedule: Schedule): Call[] {
  const window = new RateWindow();
  const calls: Call[] = [];
  let open: { key: string; call: Call }[] = [];
  let now = start;
  const settleUntil = (at: number): void => {
    for (const { key, call } of open
      .filter((one) => one.call.endsAt <= at)
      .toSorted((a, b) => a.call.endsAt - b.call.endsAt)) {
      window.settle(key, call.took, call.endsAt);
    }
    open = open.filter(({ call }) => call.endsAt > at);
  };
  for (const [n, { afterMs, lane, reserved, share, lastsMs }] of schedule.entries()) {
    now += afterMs;
    settleUntil(now);
    if (!window.fits(limits, lane, reserved, now)) continue;
    const call = { lane, at: now, endsAt: now + lastsMs, reserved, took: Math.floor(reserved * share) };
    window.reserve(`job-${n}`, lane, reserved, now);
    calls.push(call);
    open.push({ key: `job-${n}`, call });
  }
  return calls;
}

/** What is booked in the minute that ends with the start of each call: only then can a sum be at its highest. */
function booked(
  calls: readonly Call[],
  of: (call: Call) => number,
  isIn: (call: Call) => boolean = () => true,
): number[] {
  return calls.map(({ at }, n) =>
    calls
      .slice(0, n + 1)
      .filter((call) => isIn(call) && call.at > at - rateWindowMs)
      .reduce((sum, call) => sum + of(call), 0),
  );
}

describe('a window of requests and tokens', () => {
  it('never lets more requests start within any minute than the limit, whatever the schedule; lanes keep their shares', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 20 }), (schedule, requests) => {
        const calls = play({ requests, tokens: null }, schedule);
        const caps = laneCaps(requests);
        const most = (isIn: (call: Call) => boolean) => Math.max(0, ...booked(calls, () => 1, isIn));
        expect(most(() => true)).toBeLessThanOrEqual(requests);
        expect(most(({ lane }) => lane !== 'high')).toBeLessThanOrEqual(caps.background);
        expect(most(({ lane }) => lane === 'low')).toBeLessThanOrEqual(caps.low);
      }),
      { numRuns: 500 },
    );
  });

  it('never lets more tokens be taken than the limit, by what has ended and by all that is under way', () => {
    fc.assert(
      fc.property(schedules, fc.integer({ min: 400, max: 3_000 }), (schedule, tokens) => {
        const calls = play({ requests: null, tokens }, schedule);
        for (const [n, { at }] of calls.entries()) {
          const before = calls.slice(0, n + 1);
          const running = before.filter(({ endsAt }) => endsAt > at).reduce((sum, { reserved }) => sum + reserved, 0);
          const ended = before
            .filter((call) => call.endsAt <= at && call !== before.at(-1) && call.at > at - rateWindowMs)
            .reduce((sum, { took }) => sum + took, 0);
          const itself = before.at(-1)?.endsAt === at ? (before.at(-1)?.reserved ?? 0) : 0;
          expect(running + ended + itself).toBeLessThanOrEqual(tokens);
        }
        for (const sum of booked(calls, ({ took }) => took)) expect(sum).toBeLessThanOrEqual(tokens);
      }),
      { numRuns: 500 },
    );
  });

  it('lets everything through without a limit, and something through with any', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        expect(play(none, schedule)).toHaveLength(schedule.length);
        expect(play({ requests: 1, tokens: 1 }, schedule).length).toBeGreaterThan(0);
      }),
    );
  });

  it('is free again a minute after the start, and gives back what was reserved and not taken', () => {
    const window = new RateWindow();
    const limits = { requests: 2, tokens: 1_000 };
    window.reserve('a', 'high', 900, start);
    expect(window.tooFew(limits, 'high', 200, start)).toBe('tokens');
    window.settle('a', 100, start + 5_000);
    expect(window.fits(limits, 'high', 900, start + 5_000)).toBe(true);
    window.reserve('b', 'high', 100, start + 5_000);
    expect(window.tooFew(limits, 'high', 1, start + 5_000)).toBe('requests');
    expect(window.nextRoomAt('requests', start + 5_000)).toBe(start + rateWindowMs);
    expect(window.fits(limits, 'high', 1, start + rateWindowMs - 1)).toBe(false);
    expect(window.fits(limits, 'high', 1, start + rateWindowMs)).toBe(true);
  });

  it('a call larger than the whole limit starts when nothing else is booked', () => {
    const window = new RateWindow();
    const limits = { requests: null, tokens: 100 };
    expect(window.fits(limits, 'low', 5_000, start)).toBe(true);
    window.reserve('a', 'high', 1, start);
    expect(window.fits(limits, 'high', 5_000, start)).toBe(false);
  });

  it('is corrected by what the provider reports: a stricter limit, and what others took with the same key', () => {
    const window = new RateWindow();
    const limits = { requests: 100, tokens: null };
    window.reserve('a', 'high', 10, start);
    window.observe('requests', { limit: 10, remaining: 9, resetMs: 6_000 }, limits, start);
    expect(window.limit(limits, 'requests')).toBe(10);
    expect(window.fits(limits, 'high', 1, start)).toBe(true);
    window.observe('requests', { limit: 10, remaining: 0, resetMs: 6_000 }, limits, start);
    expect(window.fits(limits, 'high', 1, start)).toBe(false);
    expect(window.nextRoomAt('requests', start)).toBe(start + 6_000);
    expect(window.fits(limits, 'high', 1, start + 6_000)).toBe(true);
    window.observe('tokens', { limit: 500, remaining: 500, resetMs: 1 }, limits, start);
    expect(window.limit(limits, 'tokens')).toBe(500);
    // A limit per day is not waited for all day: the next answer tells more.
    window.observe('requests', { remaining: 0, resetMs: 86_400_000 }, limits, start + 6_000);
    expect(window.nextRoomAt('requests', start + 6_000)).toBe(start + rateWindowMs);
  });

  it('takes bookings back, and puts them back as they were', () => {
    const window = new RateWindow();
    const limits = { requests: 1, tokens: 100 };
    window.reserve('a', 'low', 60, start);
    const before = window.settle('a', 10, start + 1_000);
    if (before === undefined) throw new Error('nothing was booked');
    window.restore('a', before);
    expect(window.tooFew({ requests: null, tokens: 100 }, 'high', 50, start + 1_000)).toBe('tokens');
    window.remove('a');
    window.remove('a');
    expect(window.fits(limits, 'high', 100, start + 1_000)).toBe(true);
    expect(window.settle('a', 10, start)).toBeUndefined();
  });

  it('holds nobody up for longer than a minute when the clock is set back', () => {
    const window = new RateWindow();
    const limits = { requests: 1, tokens: null };
    window.reserve('a', 'high', 1, start + 86_400_000);
    window.settle('a', 1, start + 86_400_000);
    window.observe('requests', { remaining: 0 }, limits, start + 86_400_000);
    expect(window.fits(limits, 'high', 1, start)).toBe(false);
    expect(window.fits(limits, 'high', 1, start + rateWindowMs)).toBe(true);
  });

  it('counts a request for a minute and the tokens of a call for as long as it runs', () => {
    const window = new RateWindow();
    const limits = { requests: 1, tokens: 100 };
    window.reserve('long', 'high', 80, start);
    // The request is forgotten after a minute, the tokens of what still runs are not.
    expect(window.tooFew(limits, 'high', 30, start + rateWindowMs)).toBe('tokens');
    expect(window.fits(limits, 'high', 20, start + rateWindowMs)).toBe(true);
    window.settle('long', 10, start + 2 * rateWindowMs);
    expect(window.fits(limits, 'high', 100, start + 2 * rateWindowMs)).toBe(true);
    // Taken back when nothing of it counts any more: nothing is given back twice.
    window.remove('long');
    window.reserve('next', 'high', 100, start + 2 * rateWindowMs);
    expect(window.tooFew(limits, 'high', 1, start + 2 * rateWindowMs)).toBe('requests');
    expect(window.tooFew({ requests: null, tokens: 100 }, 'high', 1, start + 2 * rateWindowMs)).toBe('tokens');
  });

  it('takes back a call whose minute is over without giving back a request that is not its own', () => {
    const window = new RateWindow();
    window.reserve('long', 'high', 10, start);
    window.reserve('new', 'high', 10, start + rateWindowMs);
    window.remove('long');
    expect(window.tooFew({ requests: 1, tokens: null }, 'high', 1, start + rateWindowMs)).toBe('requests');
    window.restore('old', { lane: 'high', tokens: 5, at: start, underWay: true, countsAsRequest: false });
    expect(window.tooFew({ requests: 2, tokens: null }, 'high', 1, start + rateWindowMs)).toBeUndefined();
  });

  it('knows when there is room next: the oldest call that still counts, or what others took', () => {
    const window = new RateWindow();
    expect(window.nextRoomAt('requests', start)).toBe(start);
    window.reserve('a', 'high', 10, start);
    window.reserve('b', 'high', 10, start + 20_000);
    expect(window.nextRoomAt('requests', start + 30_000)).toBe(start + rateWindowMs);
    // The first one runs on, but its minute is over.
    expect(window.nextRoomAt('requests', start + rateWindowMs)).toBe(start + 20_000 + rateWindowMs);
    window.observe('tokens', { limit: 100, remaining: 0, resetMs: 1_000 }, none, start + 30_000);
    expect(window.nextRoomAt('tokens', start + 30_000)).toBe(start + 31_000);
    expect(window.nextRoomAt('tokens', start + 31_000)).toBe(start + rateWindowMs);
  });

  it('believes what a provider has left, beside what is booked here and still counts', () => {
    const window = new RateWindow();
    const limits = { requests: null, tokens: 100 };
    window.reserve('gone', 'low', 30, start);
    window.settle('gone', 30, start + 1);
    window.reserve('a', 'high', 10, start + rateWindowMs - 1);
    window.reserve('b', 'medium', 10, start + rateWindowMs - 1);
    window.reserve('c', 'low', 10, start + rateWindowMs - 1);
    // 30 are booked, 50 are left: others took 20, until the provider's count begins anew.
    window.observe('tokens', { remaining: 50, resetMs: 5_000 }, limits, start + rateWindowMs);
    expect(window.fits(limits, 'high', 50, start + rateWindowMs)).toBe(true);
    expect(window.fits(limits, 'high', 51, start + rateWindowMs)).toBe(false);
    expect(window.fits(limits, 'high', 70, start + rateWindowMs + 4_999)).toBe(false);
    expect(window.fits(limits, 'high', 70, start + rateWindowMs + 5_000)).toBe(true);
    // More left than we thought is nobody's gift.
    window.observe('tokens', { remaining: 90 }, limits, start + rateWindowMs + 5_000);
    expect(window.fits(limits, 'high', 71, start + rateWindowMs + 5_000)).toBe(false);
    window.observe('tokens', { limit: 60 }, limits, start + rateWindowMs + 5_000);
    expect(window.limit(limits, 'tokens')).toBe(60);
    expect(window.limit({ requests: null, tokens: 40 }, 'tokens')).toBe(40);
  });

  it('lets what others took end within a minute of the clock that was set back', () => {
    const window = new RateWindow();
    const limits = { requests: 10, tokens: null };
    window.observe('requests', { remaining: 0, resetMs: 30_000 }, limits, start + 3_600_000);
    expect(window.fits(limits, 'high', 1, start)).toBe(false);
    expect(window.fits(limits, 'high', 1, start + rateWindowMs - 1)).toBe(false);
    expect(window.fits(limits, 'high', 1, start + rateWindowMs)).toBe(true);
    // Set back by less than is left: it ends when it was to end.
    window.observe('requests', { remaining: 0, resetMs: 30_000 }, limits, start + 7_200_000);
    expect(window.nextRoomAt('requests', start + 7_200_000 - 10_000)).toBe(start + 7_200_000 + 30_000);
  });
});
