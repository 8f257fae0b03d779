/** What one goal is and when something is killed, all of it from the seed. */
import { planOf } from '../../support/goals.ts';
import type { Plan } from '../../../src/protocol/goals.ts';
import { seeded } from '../seeded.ts';

export const taskCount = 30;
/** Calls without a death: the plan, work and review of each task, the deliverable. */
export const callCount = 2 * taskCount + 2;

/** `arrived`: the request has just been read. `answering`: half of the answer has left. `answered`: all of it has. */
const moments = ['arrived', 'answering', 'answered'] as const;
export type Moment = (typeof moments)[number];

export interface PlannedKill {
  readonly what: 'worker' | 'host';
  /** The number of the call at which it happens, from 1. */
  readonly call: number;
  readonly moment: Moment;
}

export interface GoalRun {
  readonly seed: number;
  readonly plan: Plan;
  readonly kills: readonly PlannedKill[];
}

/**
 * Three kills of workers and one or two of the host. More of workers could hit one job twice in quarantine, and it would rightly
 * be given up as poison.
 */
export function planRun(seed: number, agent: string): GoalRun {
  const random = seeded(seed);
  const edges: Record<string, string[]> = {};
  for (let at = 0; at < taskCount; at += 1) {
    const before = Object.keys(edges);
    const wanted = before.length === 0 || random.chance(0.15) ? 0 : random.between(1, 3);
    edges[`t${at}`] = [...new Set(Array.from({ length: wanted }, () => random.pick(before)))];
  }
  const kill = (what: PlannedKill['what']): PlannedKill => ({
    what,
    // Of every fourth goal one hits the plan, of every fourth the deliverable: two of 62 calls would hardly ever be hit.
    call: random.chance(0.1) ? 1 : random.chance(0.1) ? callCount : random.between(1, callCount),
    moment: random.pick(moments),
  });
  const kills = [
    ...Array.from({ length: 3 }, () => kill('worker')),
    ...Array.from({ length: random.between(1, 2) }, () => kill('host')),
  ];
  return { seed, plan: planOf(edges, agent), kills };
}
