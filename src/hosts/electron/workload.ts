/** What is under way, from the pool's own counters: for the tray, the badge, and the question at the end. */
import type { PoolView } from '../../protocol/pool.ts';

export interface Workload {
  readonly running: number;
  /** Of all jobs that are not at rest, those that do not run. */
  readonly waiting: number;
}

export const noWork: Workload = { running: 0, waiting: 0 };

export function workloadOf({ lanes }: Pick<PoolView, 'lanes'>): Workload {
  let running = 0;
  let waiting = 0;
  for (const lane of Object.values(lanes)) {
    running += lane.active;
    waiting += lane.waiting + lane.delayed + lane.blocked;
  }
  return { running, waiting };
}

export function isBusy({ running, waiting }: Workload): boolean {
  return running + waiting > 0;
}
