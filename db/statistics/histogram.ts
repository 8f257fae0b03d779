/**
 * Durations counted in bins, from which quantiles are read: adding is cheap, histograms of many periods add up to that of
 * them all, and the size does not grow with the number of durations.
 */
import type { HistogramPairs } from '../statistics.model.ts';

/** A bin is this much wider than the one below it: a quantile is at most 4.5 % off. */
const binsPerDoubling = 8;
/** 2^30 ms, twelve days. */
const lastBin = 30 * binsPerDoubling;

/** Bin 0 is below one millisecond, bin n from 2^((n-1)/8) ms to 2^(n/8) ms. */
function binOf(durationMs: number): number {
  if (!(durationMs >= 1)) return 0;
  return Math.min(lastBin, 1 + Math.floor(Math.log2(durationMs) * binsPerDoubling));
}

/** The middle of a bin, on the scale on which bins are equally wide. */
function middleOf(bin: number): number {
  return bin === 0 ? 0 : 2 ** ((bin - 0.5) / binsPerDoubling);
}

export class Histogram {
  readonly #bins = new Map<number, number>();
  #count = 0;

  static from(pairs: HistogramPairs): Histogram {
    const histogram = new Histogram();
    histogram.merge(pairs);
    return histogram;
  }

  get count(): number {
    return this.#count;
  }

  add(durationMs: number): void {
    this.#put(binOf(durationMs), 1);
  }

  merge(pairs: HistogramPairs): void {
    for (let i = 0; i + 1 < pairs.length; i += 2) this.#put(pairs[i] ?? 0, pairs[i + 1] ?? 0);
  }

  /** The duration (ms) that the share `q` (0 to 1) of all stays below; null when there are none. */
  quantile(q: number): number | null {
    if (this.#count === 0) return null;
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (const [bin, count] of this.#sorted()) {
      left -= count;
      if (left <= 0) return middleOf(bin);
    }
    return null;
  }

  toPairs(): HistogramPairs {
    return this.#sorted().flat();
  }

  #put(bin: number, count: number): void {
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + count);
    this.#count += count;
  }

  #sorted(): [number, number][] {
    return [...this.#bins].toSorted(([a], [b]) => a - b);
  }
}
