/** What the supervisor machine knows, hears and says. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { PoolReason } from '../src/protocol/pool.ts';
import type { PoolMeasure } from './policy/pool-plan.ts';
import { defaultWorkerLimits, type WorkerEmitted, type WorkerLimits } from './worker.context.ts';
import type { WorkerRef } from './worker.machine.ts';

export type SupervisorEvent =
  /** Jobs became runnable, or slots free: look at the size of the pool now, not at the next tick. */
  | { type: 'DEMAND_CHANGED' }
  /** New bounds; workers that are started from now on have this many slots. */
  | { type: 'RESIZE'; min: number; max: number; slotsPerWorker?: number }
  /** So many slots of this worker are in use now. */
  | { type: 'SLOTS'; workerId: string; used: number }
  /** This worker finishes what it runs and goes; another takes its place if the load asks for it. */
  | { type: 'DRAIN_WORKER'; workerId: string }
  /**
   * `now`: its process is killed, and another one takes the place. `when-done`: another worker is started, and this one
   * finishes what it runs and goes.
   */
  | { type: 'RESTART_WORKER'; workerId: string; how: 'when-done' | 'now' }
  /** This worker did not confirm in time that it had stopped an attempt; its process is killed. */
  | { type: 'UNCONFIRMED'; workerId: string }
  /** Drain all. */
  | { type: 'STOP' }
  /** Kill all; also while they drain. */
  | { type: 'STOP_NOW' }
  | { type: 'WORKER_EMITTED'; emitted: WorkerEmitted }
  | { type: 'WORKER_CHANGED'; workerId: string }
  | DoneActorEvent
  | ErrorActorEvent;

export type SupervisorEmitted =
  | WorkerEmitted
  /** The worker's snapshot, or its being there, is not what it was. */
  | { type: 'changed'; workerId: string }
  /** Regular workers are started or let go: so many there were, and so many are wanted. */
  | { type: 'resized'; from: number; to: number; reason: PoolReason; backlog: number }
  /** So many workers for suspects are started. */
  | { type: 'isolated'; count: number };

export interface SupervisorTimings {
  readonly tickMs: number;
  /** Between two beats; also how late a tick may be before the supervisor itself counts as having been away. */
  readonly heartbeatMs: number;
}

/** Eight ticks a beat: a pool reacts within a quarter of a second; beats cost one message a worker every two seconds. */
const defaultSupervisorTimings: SupervisorTimings = { tickMs: 250, heartbeatMs: 2_000 };

export interface SupervisorInput {
  readonly min: number;
  readonly max: number;
  readonly slotsPerWorker: number;
  /** Called for every decision about the size; must be quick and must not throw. */
  readonly measure: () => PoolMeasure;
  /** Epoch ms. */
  readonly now: () => number;
  readonly timings?: SupervisorTimings;
  readonly workerLimits?: WorkerLimits;
}

export interface SupervisorContext extends Required<SupervisorInput> {
  /** In the order they were started. */
  readonly workers: readonly WorkerRef[];
  /** Epoch ms by worker id. */
  readonly brokenAt: Readonly<Record<string, number>>;
  readonly nextNumber: number;
  /** What the sizing policy wanted last. */
  readonly wanted: number;
  /** Why, and how many jobs waited for slots then. */
  readonly reason: PoolReason;
  readonly backlog: number;
  readonly surplusSince: number | null;
  readonly lastTickAt: number;
  readonly lastBeatAt: number;
}

export function newSupervisor(input: SupervisorInput): SupervisorContext {
  return {
    ...input,
    timings: input.timings ?? defaultSupervisorTimings,
    workerLimits: input.workerLimits ?? defaultWorkerLimits,
    workers: [],
    brokenAt: {},
    nextNumber: 1,
    wanted: input.min,
    reason: 'minimum',
    backlog: 0,
    surplusSince: null,
    lastTickAt: input.now(),
    lastBeatAt: input.now(),
  };
}
