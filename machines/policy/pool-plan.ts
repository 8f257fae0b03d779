/**
 * What the supervisor does about the size of its pool at one moment: whom it starts, whom it sends away. `pool-size.ts`
 * says how many workers are wanted; this says what that means for the workers that are there.
 */
import type { PoolReason } from '../../src/protocol/pool.ts';
import { decidePoolSize, hasSurplus, workerMemoryBytes } from './pool-size.ts';

/** What the engine measures for each decision. */
export interface PoolMeasure {
  /** Jobs that could start now if there were slots: waiting, not for quarantine, and their provider takes jobs. */
  readonly backlog: number;
  /** Slots in use in the regular workers. */
  readonly slotsUsed: number;
  /** Waiting jobs that may only run in a worker of their own (DESIGN.md, "The actors", rule 8). */
  readonly quarantineWaiting: number;
  readonly cpuCount: number;
  readonly freeMemoryBytes: number;
  /** p99 in the host's process since the last measure. */
  readonly eventLoopDelayMs: number;
}

export interface PlannedWorker {
  readonly id: string;
  /** `workerState` of machines/worker.machine.ts. */
  readonly state: string;
  readonly purpose: 'regular' | 'quarantine';
  readonly slotsUsed: number;
  readonly rssBytes: number | undefined;
  /** Epoch ms; undefined unless it is broken. */
  readonly brokenAt: number | undefined;
}

export interface PoolPlanInput {
  /** In the order they were started. */
  readonly workers: readonly PlannedWorker[];
  readonly measure: PoolMeasure;
  readonly min: number;
  readonly max: number;
  readonly slotsPerWorker: number;
  /** Since when the pool has been larger than its load, epoch ms; null when it is not. */
  readonly surplusSince: number | null;
  readonly now: number;
  /** A broken worker's place stays empty for this long. */
  readonly brokenForMs: number;
}

export interface PoolPlan {
  /** The wanted number of regular workers, why, and how many there are. */
  readonly wanted: number;
  readonly reason: PoolReason;
  readonly present: number;
  readonly startRegular: number;
  readonly startQuarantine: number;
  /** Workers to be told to drain. */
  readonly drain: readonly string[];
  readonly surplusSince: number | null;
}

export function planPool(input: PoolPlanInput): PoolPlan {
  const { measure, min, max, slotsPerWorker, now } = input;
  const regular = poolOf(input, 'regular');
  const load = {
    backlog: measure.backlog,
    slotsUsed: measure.slotsUsed,
    slotsPerWorker,
    current: regular.present.length,
  };
  // A clock that was set back must not make the surplus last for ever.
  const since = hasSurplus(load) ? Math.min(input.surplusSince ?? now, now) : null;
  const { wanted, reason } = decidePoolSize({
    ...load,
    min,
    max,
    cpuCount: measure.cpuCount,
    freeMemoryBytes: measure.freeMemoryBytes,
    workerMemoryBytes: workerMemoryBytes(input.workers.flatMap(({ rssBytes }) => rssBytes ?? [])),
    eventLoopDelayMs: measure.eventLoopDelayMs,
    surplusForMs: since === null ? 0 : now - since,
  });
  const leaving = retirees(regular.present, wanted, max);
  const startRegular = Math.max(0, wanted - regular.present.length - regular.held.length);

  const quarantine = poolOf(input, 'quarantine');
  const isolates = measure.quarantineWaiting > 0;
  // A crash can send every job of a worker here, and most of them are innocent: as many run side by side as the pool
  // may have workers.
  const wantedQuarantine = Math.min(max, measure.quarantineWaiting + quarantine.present.filter(isBusy).length);
  const mayStart = quarantine.held.length === 0;
  const startQuarantine = mayStart ? Math.max(0, wantedQuarantine - quarantine.present.length) : 0;
  const idleQuarantine = isolates ? [] : quarantine.present.filter(isIdle);

  return {
    wanted,
    reason,
    present: regular.present.length,
    startRegular,
    startQuarantine,
    drain: [
      ...leaving,
      ...idleQuarantine,
      // What takes a broken one's place also takes it off the list.
      ...regular.broken.slice(0, startRegular),
      ...quarantine.broken.slice(0, startQuarantine),
    ].map(({ id }) => id),
    // One at a time: after one has gone, the surplus has to last anew.
    surplusSince: leaving.length > 0 ? null : since,
  };
}

/** `held`: broken, and their places stay empty for now. `broken`: may be replaced. */
function poolOf({ workers, now, brokenForMs }: PoolPlanInput, purpose: PlannedWorker['purpose']) {
  const all = workers.filter((worker) => worker.purpose === purpose);
  const isHeld = ({ brokenAt }: PlannedWorker) => brokenAt !== undefined && now - brokenAt < brokenForMs;
  return {
    present: all.filter(({ state }) => state !== 'draining' && state !== 'stopped' && state !== 'broken'),
    held: all.filter((worker) => worker.state === 'broken' && isHeld(worker)),
    broken: all.filter((worker) => worker.state === 'broken' && !isHeld(worker)),
  };
}

/**
 * Who goes when fewer are wanted: those without a process first, then the youngest. A smaller load sends only idle ones
 * away; a smaller maximum, which somebody asked for, also busy ones, the emptiest first: they finish what they run.
 */
function retirees(present: readonly PlannedWorker[], wanted: number, max: number): PlannedWorker[] {
  const byEase = present.toReversed().sort((a, b) => weight(a) - weight(b));
  const must = Math.max(0, present.length - max);
  const may = Math.max(0, present.length - wanted - must);
  return [...byEase.slice(0, must), ...byEase.slice(must).filter(isIdle).slice(0, may)];
}

function isIdle({ state, slotsUsed }: PlannedWorker): boolean {
  return slotsUsed === 0 && state !== 'unresponsive';
}

function isBusy({ slotsUsed }: PlannedWorker): boolean {
  return slotsUsed > 0;
}

function weight({ state, slotsUsed }: PlannedWorker): number {
  switch (state) {
    case 'backingOff':
      return -2;
    case 'starting':
      return -1;
    default:
      return slotsUsed;
  }
}
