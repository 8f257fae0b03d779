/**
 * In which order the lanes are offered the next free slot. More urgent lanes go first; but every 8th claim is offered
 * first to a lane whose next job has waited longer than the lane's patience, so that a steady flow of urgent jobs slows
 * the others down and never stops them. Lane and rank of a job never change by waiting.
 */
import type { Lane } from '../../src/protocol/job.ts';

/** Most urgent first. */
const lanes: readonly Lane[] = ['high', 'medium', 'low'];

/** DESIGN.md, "Who goes next": while a lane is impatient, every 8th claim is offered to it first. */
export const impatientClaimEvery = 8;

/**
 * How long the next job of a lane waits before its lane is impatient. A user waits for a high job, and it goes first
 * anyway; half a minute is where people leave an analysis; two minutes is little for work in the background.
 */
export const defaultPatienceMs: Readonly<Record<Lane, number>> = {
  high: Number.POSITIVE_INFINITY,
  medium: 30_000,
  low: 120_000,
};

export interface OfferInput {
  /** The number of the coming claim, counted from 1. */
  readonly claimNumber: number;
  /** How long the next job of each lane has waited; undefined when the lane has none. */
  readonly waitedMs: Readonly<Record<Lane, number | undefined>>;
  /** Must be more than 0. */
  readonly patienceMs?: Readonly<Record<Lane, number>>;
}

/** All lanes, the one to be offered the slot first at the front. Shares are not looked at here. */
export function offerOrder({ claimNumber, waitedMs, patienceMs = defaultPatienceMs }: OfferInput): Lane[] {
  if (claimNumber % impatientClaimEvery !== 0) return [...lanes];
  // Waiting is measured in the lane's own patience: 60 s is much for medium and little for low.
  const impatience = (lane: Lane) => (waitedMs[lane] ?? 0) / patienceMs[lane];
  const impatient = lanes.filter((lane) => impatience(lane) > 1).sort((a, b) => impatience(b) - impatience(a));
  return [...impatient, ...lanes.filter((lane) => !impatient.includes(lane))];
}
