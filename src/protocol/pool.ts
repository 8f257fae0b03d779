/** The pool of worker processes as the page sees it: each worker, why there are so many, and what happened to them. */
import { z } from 'zod';
import { JobId, ProviderId, WorkerId } from './ids.ts';
import { Lane, LostReason } from './job.ts';
import { WorkerStats } from './worker.ts';

/** How one process of a worker has ended. */
export const WorkerExitView = z.object({
  at: z.number(),
  /** In words, as the system or the worker's machine has them. */
  why: z.string(),
  code: z.number().int().nullable(),
  signal: z.string().nullable(),
  pid: z.number().int().nullable(),
  /** Since it was ready; null when it never was. */
  ranMs: z.number().nullable(),
  /** Slots in use at its end. */
  slotsUsed: z.number().int(),
});
export type WorkerExitView = z.infer<typeof WorkerExitView>;

/** The worker machine's state in one word; `crashed` is passed through at once. */
export const WorkerState = z.enum([
  'starting',
  'ready',
  'saturated',
  'unresponsive',
  'replacing',
  'draining',
  'crashed',
  'backingOff',
  'broken',
  'stopped',
]);
export type WorkerState = z.infer<typeof WorkerState>;

export const WorkerView = z.object({
  id: z.string(),
  state: WorkerState,
  /** `quarantine` workers run one job at a time, each caught in worker crashes before. */
  purpose: z.enum(['regular', 'quarantine']),
  pid: z.number().int().nullable(),
  /** Since when its process is ready; null while there is none. */
  readyAt: z.number().nullable(),
  slots: z.number().int(),
  slotsUsed: z.number().int(),
  /** What it runs or has not confirmed to have stopped. */
  jobs: z.array(z.object({ id: JobId, attempt: z.number().int() })),
  restarts: z.number().int(),
  /** Why the last process ended, or why the worker is broken. */
  lastExit: z.string().nullable(),
  /** Of the processes in its place, the newest first, at most ten. */
  exits: z.array(WorkerExitView),
  stats: WorkerStats.nullable(),
  /** When the stats arrived. */
  statsAt: z.number().nullable(),
  /** Of one core, between the last two stats. */
  cpuShare: z.number().nullable(),
});
export type WorkerView = z.infer<typeof WorkerView>;

/**
 * Why the pool is as large as it is.
 * - `steady`: its slots hold the load.
 * - `minimum`, `maximum`: the bounds ask for more or fewer.
 * - `backlog`: jobs wait for slots, so it grows.
 * - `at-maximum`, `low-memory`, `busy-host`: jobs wait for slots, and this keeps it from growing.
 * - `surplus`: one worker less has been enough for half a minute, so it shrinks; `surplus-soon`: for less than that.
 */
export const PoolReason = z.enum([
  'steady',
  'minimum',
  'maximum',
  'backlog',
  'at-maximum',
  'low-memory',
  'busy-host',
  'surplus',
  'surplus-soon',
]);
export type PoolReason = z.infer<typeof PoolReason>;

export const LaneCounts = z.object({
  blocked: z.number().int(),
  delayed: z.number().int(),
  waiting: z.number().int(),
  active: z.number().int(),
});
export type LaneCounts = z.infer<typeof LaneCounts>;

export const PoolView = z.object({
  state: z.string(),
  min: z.number().int(),
  max: z.number().int(),
  /** What the sizing policy wants now, and why. */
  wanted: z.number().int(),
  reason: PoolReason,
  /** Jobs that could start now if there were slots. */
  backlog: z.number().int(),
  /** Raised by every note in the pool's history: it has to be read again. */
  notes: z.number().int(),
  slots: z.number().int(),
  slotsUsed: z.number().int(),
  workers: z.array(WorkerView),
  lanes: z.record(Lane, LaneCounts),
  /** They give no jobs to workers, because the user wants it so. */
  pausedLanes: z.array(Lane),
  pausedProviders: z.array(ProviderId),
  /** Jobs at rest, all lanes. */
  finished: z.object({ completed: z.number().int(), failed: z.number().int(), cancelled: z.number().int() }),
});
export type PoolView = z.infer<typeof PoolView>;

const noted = { at: z.number() };

/** Something that happened to the pool. */
export const PoolNote = z.discriminatedUnion('type', [
  /** The supervisor starts regular workers, or lets idle ones go. */
  z.object({
    type: z.literal('resized'),
    ...noted,
    from: z.number().int(),
    to: z.number().int(),
    reason: PoolReason,
    /** Jobs that waited for a slot then. */
    backlog: z.number().int(),
  }),
  /** Workers for jobs that were caught in crashes were started. */
  z.object({ type: z.literal('quarantine'), ...noted, count: z.number().int() }),
  /** A process has ended, and what it ran is back in the queue. */
  z.object({
    type: z.literal('lost'),
    ...noted,
    workerId: z.string(),
    reason: LostReason,
    why: z.string(),
  }),
  z.object({ type: z.literal('broken'), ...noted, workerId: z.string(), why: z.string() }),
  /** It finished what it ran, and its place is given up. */
  z.object({ type: z.literal('stopped'), ...noted, workerId: z.string() }),
  /** What people asked for. */
  z.object({ type: z.literal('resize-asked'), ...noted, min: z.number().int(), max: z.number().int() }),
  z.object({ type: z.literal('drain-asked'), ...noted, workerId: z.string() }),
  z.object({
    type: z.literal('restart-asked'),
    ...noted,
    workerId: z.string(),
    how: z.enum(['when-done', 'now']),
  }),
]);
export type PoolNote = z.infer<typeof PoolNote>;

/** One heartbeat's figures. */
export const WorkerSample = z.object({
  at: z.number(),
  cpuShare: z.number().nullable(),
  rssBytes: z.number(),
  eventLoopDelayMs: z.number(),
  slotsUsed: z.number().int(),
});
export type WorkerSample = z.infer<typeof WorkerSample>;

export const PoolHistory = z.object({
  /** By worker id, oldest first: the last five minutes. */
  samples: z.record(z.string(), z.array(WorkerSample)),
  /** Newest first, since the start of the service, at most 200. */
  notes: z.array(PoolNote),
});
export type PoolHistory = z.infer<typeof PoolHistory>;

export const RestartWorker = z.object({
  workerId: WorkerId,
  /** `when-done`: another worker starts, and this one finishes what it runs. `now`: what it runs goes back to the queue. */
  how: z.enum(['when-done', 'now']),
});
