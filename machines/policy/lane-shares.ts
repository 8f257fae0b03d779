/**
 * How many of some slots each lane may hold, so that a user's message finds a free one whatever runs in the background.
 * The same shares hold for the slots of the whole pool, and for the concurrency, the requests and the tokens of a provider.
 *
 * The shares (DESIGN.md, "Who goes next"): low at most 50 %, low and medium together at most 80 %, each at least one,
 * and with two or more slots one stays free for high.
 */
import type { Lane } from '../../src/protocol/job.ts';

const lowPercent = 50;
const backgroundPercent = 80;

export interface LaneCaps {
  /** Most slots that low may hold. */
  readonly low: number;
  /** Most slots that low and medium may hold together. */
  readonly background: number;
  /** All slots; high may hold every one of them. */
  readonly total: number;
}

/**
 * Shares round down: so high never gets less than its part, and of two or more slots 80 % always leave it one. "At least
 * one" lifts a cap to one, not the sum of both: with two slots low and medium share the one that is not kept for high.
 * @param slots a whole number, or `Infinity` for a provider without a limit of its own.
 */
export function laneCaps(slots: number): LaneCaps {
  if (slots < 1) return { low: 0, background: 0, total: 0 };
  return {
    low: Math.max(1, percentOf(slots, lowPercent)),
    background: Math.max(1, percentOf(slots, backgroundPercent)),
    total: slots,
  };
}

/** May one more job of this lane start, with `used` slots taken by the jobs that run? */
export function mayTake(lane: Lane, used: Readonly<Record<Lane, number>>, slots: number): boolean {
  const caps = laneCaps(slots);
  const background = used.low + used.medium;
  if (used.high + background >= caps.total) return false;
  switch (lane) {
    case 'high':
      return true;
    case 'medium':
      return background < caps.background;
    case 'low':
      return background < caps.background && used.low < caps.low;
  }
}

/** How many more jobs of this lane may start, one after the other. */
export function mayStill(lane: Lane, used: Readonly<Record<Lane, number>>, slots: number): number {
  const caps = laneCaps(slots);
  const background = used.low + used.medium;
  const room = [caps.total - used.high - background];
  if (lane !== 'high') room.push(caps.background - background);
  if (lane === 'low') room.push(caps.low - used.low);
  return Math.max(0, Math.min(...room));
}

/**
 * The same for a limit on an amount, such as tokens in a minute: may a job of this lane take `amount` of it? One that asks for
 * more than its lane's whole share gets it when nothing of that share is taken.
 */
export function mayTakeAmount(
  lane: Lane,
  used: Readonly<Record<Lane, number>>,
  limit: number,
  amount: number,
): boolean {
  const caps = laneCaps(limit);
  const fits = (taken: number, cap: number): boolean => taken + Math.min(amount, cap) <= cap;
  const background = used.low + used.medium;
  if (!fits(used.high + background, caps.total)) return false;
  switch (lane) {
    case 'high':
      return true;
    case 'medium':
      return fits(background, caps.background);
    case 'low':
      return fits(background, caps.background) && fits(used.low, caps.low);
  }
}

/** Rounded down; multiplied before it is divided, so that no share is lost to a binary fraction. */
function percentOf(slots: number, percent: number): number {
  return Math.floor((slots * percent) / 100);
}
