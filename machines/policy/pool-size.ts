/**
 * How many worker processes the pool should have. LLM calls are I/O, so one process runs many jobs at once and another
 * is started only when the slots of those that are there do not hold the load.
 *
 * Hysteresis: the pool grows as soon as the load exceeds its slots; it shrinks by one when the load has left room in a
 * smaller pool for half a minute. Between the two lies a quarter of the smaller pool's slots, so a steady load, or one
 * that swings a little, changes nothing.
 */
import type { PoolReason } from '../../src/protocol/pool.ts';

/** Shrink only to a pool that the load fills to 75 % or less: the gap between growing and shrinking. */
const shrinkFill = 0.75;
/** Load must leave a worker over for this long; starting one again costs a user about 100 ms (FACTS.md). */
export const shrinkAfterMs = 30_000;
/** A p99 of the host's event-loop delay above this means that the host itself is the bottleneck: workers only add to it. */
export const maxEventLoopDelayMs = 100;
/** A fresh worker takes about 45 MB (FACTS.md); with clients loaded and answers in flight about twice that. */
export const minWorkerMemoryBytes = 96 * 1024 * 1024;

export interface PoolLoad {
  /** Jobs that could start now if there were slots: waiting, and their provider takes jobs. */
  readonly backlog: number;
  /** Slots in use in the regular workers. */
  readonly slotsUsed: number;
  /** At least 1. */
  readonly slotsPerWorker: number;
  /** Regular workers that run or are about to: starting, ready, saturated, backing off, unresponsive. */
  readonly current: number;
}

export interface PoolSizeInput extends PoolLoad {
  readonly min: number;
  /** Not less than `min`. */
  readonly max: number;
  readonly cpuCount: number;
  readonly freeMemoryBytes: number;
  /** What another worker will need; see `workerMemoryBytes`. */
  readonly workerMemoryBytes: number;
  readonly eventLoopDelayMs: number;
  /** For how long `hasSurplus` has been true without a break; 0 when it is not. */
  readonly surplusForMs: number;
}

/** Would a pool with one worker less hold this load with room to spare? */
export function hasSurplus({ backlog, slotsUsed, slotsPerWorker, current }: PoolLoad): boolean {
  return current > 0 && backlog + slotsUsed <= shrinkFill * (current - 1) * slotsPerWorker;
}

export interface PoolSizeDecision {
  /** The wanted number of regular workers, from `min` to `max`. */
  readonly wanted: number;
  readonly reason: PoolReason;
}

/**
 * The wanted number of regular workers, and why it is that. Memory and event-loop delay hold back growth above `min`
 * only: a pool without workers answers nobody.
 */
export function decidePoolSize(input: PoolSizeInput): PoolSizeDecision {
  const { current, min, max } = input;
  const needed = Math.ceil((input.backlog + input.slotsUsed) / input.slotsPerWorker);
  if (needed > current) {
    const wanted = clamp(current + Math.min(needed - current, growthRoom(input)), min, max);
    if (wanted > current) return { wanted, reason: growthRoom(input) > 0 ? 'backlog' : 'minimum' };
    return { wanted, reason: wanted < current ? 'maximum' : obstacle(input) };
  }
  const surplus = hasSurplus(input);
  const shrinks = surplus && input.surplusForMs >= shrinkAfterMs;
  const wanted = clamp(shrinks ? current - 1 : current, min, max);
  if (wanted > current) return { wanted, reason: 'minimum' };
  if (wanted < current) return { wanted, reason: current > max ? 'maximum' : 'surplus' };
  return { wanted, reason: surplus && current > min ? 'surplus-soon' : 'steady' };
}

/** What keeps a pool from growing that should. */
function obstacle({ current, max, eventLoopDelayMs }: PoolSizeInput): PoolReason {
  if (current >= max) return 'at-maximum';
  return eventLoopDelayMs > maxEventLoopDelayMs ? 'busy-host' : 'low-memory';
}

/** The memory to expect of another worker: that of the largest one, never less than a fresh one's. */
export function workerMemoryBytes(rssBytes: readonly number[]): number {
  return Math.max(minWorkerMemoryBytes, ...rssBytes);
}

/** How many workers may be started now. More than one a core at a time only makes each of them start later. */
function growthRoom({ eventLoopDelayMs, freeMemoryBytes, workerMemoryBytes: each, cpuCount }: PoolSizeInput): number {
  if (eventLoopDelayMs > maxEventLoopDelayMs) return 0;
  return Math.min(Math.max(1, cpuCount), Math.max(0, Math.floor(freeMemoryBytes / each)));
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
