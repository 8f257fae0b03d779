import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../src/hosts/common/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the real clock', () => {
  test("waits longer than one of Node's timers can", () => {
    const days = 86_400_000;
    const rang: string[] = [];
    realClock.after(60 * days, () => rang.push('60'));
    const takeBack = realClock.after(60 * days, () => rang.push('never'));
    vi.advanceTimersByTime(30 * days);
    takeBack();
    vi.advanceTimersByTime(30 * days - 1);
    expect(rang).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(rang).toEqual(['60']);
  });
});
