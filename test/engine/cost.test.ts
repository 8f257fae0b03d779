import { describe, expect, it } from 'vitest';
import { costMicros } from '../../src/engine/cost.ts';

/** 2 and 8 US dollars for a million tokens. */
const prices = { inputPrice: 2_000_000, outputPrice: 8_000_000 };

describe('the cost of an answer', () => {
  it('is its tokens at their prices, in millionths of a dollar', () => {
    expect(costMicros({ inputTokens: 1_000, outputTokens: 500 }, prices)).toBe(6_000);
    expect(costMicros({ inputTokens: 1_000_000, outputTokens: 0 }, prices)).toBe(2_000_000);
  });

  it('counts what the provider had in its cache at the price for that, and as other input where there is none', () => {
    const usage = { inputTokens: 1_000, outputTokens: 0, cachedTokens: 600 };
    expect(costMicros(usage, { ...prices, cachedInputPrice: 500_000 })).toBe(1_100);
    expect(costMicros(usage, prices)).toBe(2_000);
    expect(costMicros({ ...usage, cachedTokens: 5_000 }, { ...prices, cachedInputPrice: 500_000 })).toBe(500);
  });

  it('is not known without a price, and nothing where the price is nothing', () => {
    const usage = { inputTokens: 10, outputTokens: 10 };
    expect(costMicros(usage, undefined)).toBeNull();
    expect(costMicros(usage, { inputPrice: 1_000_000 })).toBeNull();
    expect(costMicros({ inputTokens: 10, outputTokens: 0 }, { inputPrice: 1_000_000 })).toBe(10);
    expect(costMicros(usage, { inputPrice: 0, outputPrice: 0 })).toBe(0);
  });
});
