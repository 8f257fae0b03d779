/** What the worker machine knows, hears and says: its process's commands and events, its limits, its context. */
import type { CallbackActorLogic, EventObject } from 'xstate';
import type { LostReason } from '../src/protocol/job.ts';
import type { WorkerExitView } from '../src/protocol/pool.ts';
import type { WorkerExit, WorkerStats } from '../src/protocol/worker.ts';
import { defaultRestartLimits, type RestartLimits } from './policy/restart-intensity.ts';

/** What the machine asks of its process. KILL ends it at once; PROCESS_EXITED follows in any case. */
export type ProcessCommand = { type: 'HEARTBEAT'; seq: number } | { type: 'DRAIN' } | { type: 'KILL' };
/** What the process tells. Exactly one PROCESS_EXITED, the last of all, also when it could not be started. */
export type ProcessEvent =
  | { type: 'PROCESS_READY'; pid: number }
  /** Answers the HEARTBEAT of the same number. */
  | { type: 'PROCESS_PONG'; seq: number; stats: WorkerStats }
  | { type: 'PROCESS_EXITED'; exit: WorkerExit };
export interface ProcessInput {
  readonly workerId: string;
  readonly slots: number;
}
/** A process as the machine runs it. Stopping the logic before PROCESS_EXITED must kill the process. */
export type WorkerProcessLogic = CallbackActorLogic<ProcessCommand, ProcessInput, EventObject>;

export type WorkerMachineEvent =
  | ProcessEvent
  /** Ask for a sign of life; too many without an answer end the process. */
  | { type: 'BEAT' }
  /** Forget what was not answered: whoever sends the beats was away himself. */
  | { type: 'GRACE' }
  /** So many of its slots are in use now. */
  | { type: 'SLOTS'; used: number }
  /** Finish what runs, take no more, end. */
  | { type: 'DRAIN' }
  /** End at once. */
  | { type: 'KILL' }
  /** End at once, whatever runs in it; another process takes the place. */
  | { type: 'REPLACE' }
  /** It was told to stop an attempt and did not confirm it in time: whatever it does, nothing in it can be stopped. */
  | { type: 'UNCONFIRMED' };

/** What the engine must act on, each once. Whatever the worker still had is lost with `lost`. */
export type WorkerEmitted =
  | { type: 'ready'; workerId: string; pid: number }
  | { type: 'lost'; workerId: string; reason: LostReason; exit: WorkerExit }
  | { type: 'broken'; workerId: string; reason: string }
  /** Its place is given up, and no process of it runs any more. */
  | { type: 'stopped'; workerId: string };

export interface WorkerLimits {
  /** A process that is not ready by then is killed. */
  readonly startTimeoutMs: number;
  /** Beats without an answer that are put up with; one more and the process counts as unresponsive. */
  readonly missedBeats: number;
  readonly restarts: RestartLimits;
}

/** A start takes 40 to 130 ms (FACTS.md), so 10 s mean that it hangs. Three missed beats are 6 to 8 s of silence. */
export const defaultWorkerLimits: WorkerLimits = {
  startTimeoutMs: 10_000,
  missedBeats: 3,
  restarts: defaultRestartLimits,
};

export interface WorkerInput {
  /** `worker:<n>` */
  readonly id: string;
  readonly slots: number;
  readonly purpose: 'regular' | 'quarantine';
  /** Epoch ms. */
  readonly now: () => number;
  readonly limits?: WorkerLimits;
}

export interface WorkerContext extends Required<WorkerInput> {
  /** Null while there is no process, and until it is ready. */
  readonly pid: number | null;
  /** Since when it is ready, epoch ms. */
  readonly readyAt: number | null;
  readonly slotsUsed: number;
  readonly stats: WorkerStats | null;
  /** When the stats arrived, and the share of one core that it used since those before. */
  readonly statsAt: number | null;
  readonly cpuShare: number | null;
  /** Numbers of the last beat sent and of the last one that was answered or forgiven. */
  readonly beatSent: number;
  readonly beatAnswered: number;
  /** All restarts, and the times (epoch ms) of those that may still count against the limit. */
  readonly restarts: number;
  readonly restartTimes: readonly number[];
  /** Asked to drain or killed: no other process follows this one. */
  readonly retiring: boolean;
  /** Why this machine has killed the process; null while it has not. */
  readonly killedFor: string | null;
  /** Why the last process ended, or why the worker is broken. */
  readonly lastExit: string | null;
  /** How the processes of this place have ended, the newest first. */
  readonly exits: readonly WorkerExitView[];
}

/** Ends of processes that are remembered. */
export const keptExits = 10;

export function newWorker(input: WorkerInput): WorkerContext {
  return {
    ...input,
    limits: input.limits ?? defaultWorkerLimits,
    pid: null,
    readyAt: null,
    slotsUsed: 0,
    stats: null,
    statsAt: null,
    cpuShare: null,
    beatSent: 0,
    beatAnswered: 0,
    restarts: 0,
    restartTimes: [],
    retiring: false,
    killedFor: null,
    lastExit: null,
    exits: [],
  };
}
