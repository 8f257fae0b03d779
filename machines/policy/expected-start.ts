/**
 * When a waiting job will probably start: what stands before it, at the pace at which its lane has lately gone on. Little's
 * law turned round: `c` slots, each busy with a job for `run` ms on average, take one job every `run / c` ms.
 *
 * It is an estimate and meant to be shown as one. Nothing is known of what will be enqueued in more urgent lanes, so it is
 * the earliest that can be expected.
 */

export interface ExpectedStartInput {
  /** Slots that its lane may hold for its provider: the smallest of its shares. */
  readonly slots: number;
  /** Of those, free now. */
  readonly freeSlots: number;
  /** Jobs that stand before it and run in those slots too, with how long one of them usually runs, in ms. */
  readonly ahead: readonly { readonly jobs: number; readonly runMs: number }[];
  /** How long a job of its own kind usually runs; it is what the slots are busy with now. */
  readonly runMs: number;
  /** At most so many jobs of its lane start in a minute; undefined: no limit. */
  readonly startsPerMinute: number | undefined;
}

/** In ms from now; undefined when nothing can start. Never negative. */
export function expectedWaitMs(input: ExpectedStartInput): number | undefined {
  const { slots, freeSlots, ahead, runMs, startsPerMinute } = input;
  if (slots < 1 || startsPerMinute === 0) return undefined;
  const before = ahead.reduce((sum, { jobs }) => sum + jobs, 0);
  // All that finds a free slot starts at once; of the rest, each waits for one slot to come free.
  const queued = Math.max(0, before + 1 - Math.max(0, freeSlots));
  const work = ahead.reduce((sum, part) => sum + part.jobs * part.runMs, 0);
  const meanRunMs = before === 0 ? runMs : (work + runMs) / (before + 1);
  const forSlots = (queued * meanRunMs) / slots;
  const forLimit = startsPerMinute === undefined ? 0 : (before * 60_000) / startsPerMinute;
  return Math.max(forSlots, forLimit);
}

/** How much a new run time changes the mean: after about seven it has forgotten half of what was before. */
const weight = 0.1;

/** The exponentially weighted mean of run times in ms; `mean` undefined: this is the first. */
export function nextMeanMs(mean: number | undefined, runMs: number): number {
  return mean === undefined ? runMs : mean + weight * (runMs - mean);
}

/**
 * As fine as such an estimate deserves to be shown: about a tenth of the wait, in steps that people count in. Later rather
 * than earlier.
 */
export function roundedStart(now: number, waitMs: number): number {
  const steps = [1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000];
  const step = steps.findLast((candidate) => candidate <= waitMs / 5) ?? 1_000;
  return Math.ceil((now + waitMs) / step) * step;
}
