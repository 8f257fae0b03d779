/**
 * One place in the pool: it starts a worker process, watches it, and starts another one when it has crashed. The actor
 * lives as long as its place, through all the processes that hold it one after the other.
 *
 * A runtime machine: the process is invoked while the place is `alive`, delays are provided, nothing is persisted. What
 * others must hear of is emitted (`WorkerEmitted`); everything else is in the snapshot (`workerView`).
 */
import {
  type ActorRefFrom,
  assign,
  type CallbackActorLogic,
  emit,
  type ErrorActorEvent,
  type EventObject,
  fromCallback,
  sendTo,
  setup,
  type SnapshotFrom,
} from 'xstate';
import type { LostReason } from '../src/protocol/job.ts';
import type { WorkerView } from '../src/protocol/views.ts';
import type { WorkerExit, WorkerStats } from '../src/protocol/worker.ts';
import {
  defaultRestartLimits,
  recentRestarts,
  restartAllowed,
  restartDelayMs,
  type RestartLimits,
} from './policy/restart-intensity.ts';

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

interface WorkerContext extends Required<WorkerInput> {
  /** Null while there is no process, and until it is ready. */
  readonly pid: number | null;
  readonly slotsUsed: number;
  readonly stats: WorkerStats | null;
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
}

const processNotProvided: WorkerProcessLogic = fromCallback<ProcessCommand, ProcessInput>(({ input }) => {
  throw new Error(`${input.workerId} has no process logic: provide the actor "process"`);
});

const unconfirmed = 'did not confirm that it had stopped a request, and was killed';

function textOf(exit: WorkerExit): string {
  return exit.kind === 'exited' ? 'ended by itself with exit code 0' : exit.reason;
}

/** The exit that a PROCESS_EXITED carries; an error of the process logic itself counts as a crash. */
function exitOf(event: WorkerMachineEvent | ErrorActorEvent): WorkerExit {
  if (event.type === 'PROCESS_EXITED') return event.exit;
  const error = 'error' in event ? event.error : event.type;
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'crashed', code: null, signal: null, reason };
}

const machineSetup = setup({
  types: {
    context: {} as WorkerContext,
    events: {} as WorkerMachineEvent,
    input: {} as WorkerInput,
    emitted: {} as WorkerEmitted,
    children: {} as { process: 'process' },
  },
  actors: { process: processNotProvided },
  delays: {
    startTimeout: ({ context }) => context.limits.startTimeoutMs,
    restartDelay: ({ context }) =>
      restartDelayMs(recentRestarts(context.restartTimes, context.now(), context.limits.restarts.windowMs).length),
  },
  guards: {
    isFull: ({ context, event }) => event.type === 'SLOTS' && event.used >= context.slots,
    isSilent: ({ context }) => context.beatSent - context.beatAnswered > context.limits.missedBeats,
    /** A clean end after the last job; or we killed it, and it had none. */
    leftNothing: ({ context, event }) =>
      context.slotsUsed === 0 && (exitOf(event).kind === 'exited' || context.killedFor !== null),
    isRetiring: ({ context }) => context.retiring,
    mayRestart: ({ context }) => restartAllowed(context.restartTimes, context.now(), context.limits.restarts),
  },
  actions: {
    noteReady: assign(({ context, event }) =>
      event.type === 'PROCESS_READY' ? { pid: event.pid, beatAnswered: context.beatSent } : {},
    ),
    emitReady: emit(({ context }) => ({ type: 'ready', workerId: context.id, pid: context.pid ?? 0 })),
    noteSlots: assign(({ event }) => (event.type === 'SLOTS' ? { slotsUsed: event.used } : {})),
    notePong: assign(({ context, event }) =>
      event.type === 'PROCESS_PONG'
        ? { stats: event.stats, beatAnswered: Math.max(context.beatAnswered, event.seq) }
        : {},
    ),
    countBeat: assign({ beatSent: ({ context }) => context.beatSent + 1 }),
    sendBeat: sendTo('process', ({ context }) => ({ type: 'HEARTBEAT', seq: context.beatSent })),
    forgive: assign({ beatAnswered: ({ context }) => context.beatSent }),
    retire: assign({ retiring: true }),
    sendDrain: sendTo('process', { type: 'DRAIN' }),
    kill: sendTo('process', { type: 'KILL' }),
    noteKill: assign((_, params: { why: string }) => ({ killedFor: params.why })),
    /** Unless it was found out at its start. */
    blameSilence: assign({ killedFor: ({ context }) => context.killedFor ?? 'answered no heartbeat and was killed' }),
    noteExit: assign(({ context, event }) => ({
      lastExit: context.killedFor ?? textOf(exitOf(event)),
      killedFor: null,
      pid: null,
      stats: null,
      slotsUsed: 0,
    })),
    emitLost: emit(({ context, event }, params: { reason: LostReason }) => ({
      type: 'lost',
      workerId: context.id,
      reason: params.reason,
      exit: exitOf(event),
    })),
    /** A process that dies by itself while it drains has crashed; one that was killed then has been drained. */
    emitLostInDrain: emit(({ context, event }) => {
      const exit = exitOf(event);
      const crashed = exit.kind === 'crashed' && context.killedFor === null;
      return { type: 'lost', workerId: context.id, reason: crashed ? 'worker-crashed' : 'worker-drained', exit };
    }),
    noteRestart: assign(({ context }) => {
      const now = context.now();
      const recent = recentRestarts(context.restartTimes, now, context.limits.restarts.windowMs);
      return { restarts: context.restarts + 1, restartTimes: [...recent, now] };
    }),
    noteBroken: assign(({ context }) => {
      const { maxRestarts, windowMs } = context.limits.restarts;
      const times = maxRestarts === 1 ? 'once' : `${maxRestarts} times`;
      return { lastExit: `restarted ${times} within ${windowMs / 1_000} s; the last process: ${context.lastExit}` };
    }),
    emitBroken: emit(({ context }) => ({ type: 'broken', workerId: context.id, reason: context.lastExit ?? '' })),
    emitStopped: emit(({ context }) => ({ type: 'stopped', workerId: context.id })),
  },
});

export const workerMachine = machineSetup.createMachine({
  id: 'worker',
  context: ({ input }) => ({
    ...input,
    limits: input.limits ?? defaultWorkerLimits,
    pid: null,
    slotsUsed: 0,
    stats: null,
    beatSent: 0,
    beatAnswered: 0,
    restarts: 0,
    restartTimes: [],
    retiring: false,
    killedFor: null,
    lastExit: null,
  }),
  initial: 'alive',
  states: {
    alive: {
      description: 'There is a process. Left only when it has ended.',
      invoke: {
        id: 'process',
        src: 'process',
        input: ({ context }) => ({ workerId: context.id, slots: context.slots }),
        onError: {
          target: 'crashed',
          actions: [{ type: 'emitLost', params: { reason: 'worker-crashed' } }, 'noteExit'],
        },
      },
      initial: 'starting',
      on: {
        BEAT: [{ guard: 'isSilent', target: '.unresponsive' }, { actions: ['countBeat', 'sendBeat'] }],
        GRACE: { actions: 'forgive' },
        PROCESS_PONG: { actions: 'notePong' },
        SLOTS: { actions: 'noteSlots' },
        DRAIN: { target: '.draining', actions: ['retire', 'sendDrain'] },
        KILL: {
          target: '.draining',
          actions: ['retire', { type: 'noteKill', params: { why: 'was stopped' } }, 'kill'],
        },
        UNCONFIRMED: { target: '.unresponsive', actions: { type: 'noteKill', params: { why: unconfirmed } } },
        PROCESS_EXITED: {
          target: 'crashed',
          actions: [{ type: 'emitLost', params: { reason: 'worker-crashed' } }, 'noteExit'],
        },
      },
      states: {
        starting: {
          description: 'The process is not ready yet.',
          after: {
            startTimeout: {
              target: 'unresponsive',
              actions: { type: 'noteKill', params: { why: 'was not ready in time and was killed' } },
            },
          },
          on: {
            PROCESS_READY: { target: 'ready', actions: ['noteReady', 'emitReady'] },
            BEAT: {},
            // The time that the supervisor was away does not count: the process may be ready and not yet heard.
            GRACE: { target: 'starting', reenter: true },
            // It has no jobs: the attempt was its predecessor's.
            UNCONFIRMED: {},
            // It has no jobs, and may not listen yet.
            DRAIN: {
              target: 'draining',
              actions: ['retire', { type: 'noteKill', params: { why: 'was stopped before it was ready' } }, 'kill'],
            },
          },
        },
        ready: {
          description: 'Has free slots.',
          on: { SLOTS: [{ guard: 'isFull', target: 'saturated', actions: 'noteSlots' }, { actions: 'noteSlots' }] },
        },
        saturated: {
          description: 'All its slots are used.',
          on: {
            SLOTS: [
              { guard: 'isFull', actions: 'noteSlots' },
              { target: 'ready', actions: 'noteSlots' },
            ],
          },
        },
        unresponsive: {
          description: 'Silent, and killed for it; waits for the exit.',
          entry: ['blameSilence', 'kill'],
          on: {
            BEAT: {},
            UNCONFIRMED: {},
            DRAIN: { actions: 'retire' },
            KILL: { actions: 'retire' },
            PROCESS_EXITED: {
              target: '#worker.crashed',
              actions: [{ type: 'emitLost', params: { reason: 'worker-unresponsive' } }, 'noteExit'],
            },
          },
        },
        draining: {
          description: 'Takes no more jobs and is about to end, by itself or killed.',
          on: {
            DRAIN: {},
            UNCONFIRMED: { actions: [{ type: 'noteKill', params: { why: unconfirmed } }, 'kill'] },
            PROCESS_EXITED: [
              { guard: 'leftNothing', target: '#worker.stopped', actions: 'noteExit' },
              { target: '#worker.stopped', actions: ['emitLostInDrain', 'noteExit'] },
            ],
          },
        },
      },
    },
    crashed: {
      description: 'The process has ended without being asked to. Passed through at once.',
      always: [
        { guard: 'isRetiring', target: 'stopped' },
        { guard: 'mayRestart', target: 'backingOff' },
        { target: 'broken' },
      ],
    },
    backingOff: {
      description: 'Waits before it starts another process.',
      after: { restartDelay: { target: 'alive', actions: 'noteRestart' } },
      on: { DRAIN: 'stopped', KILL: 'stopped' },
    },
    broken: {
      description: 'Restarting does not help. Stays, so that its reason is seen, until it is told to go.',
      entry: ['noteBroken', 'emitBroken'],
      on: { DRAIN: 'stopped', KILL: 'stopped' },
    },
    stopped: { description: 'Its place is given up; no process runs.', type: 'final', entry: 'emitStopped' },
  },
});

export type WorkerRef = ActorRefFrom<typeof workerMachine>;
export type WorkerSnapshot = SnapshotFrom<typeof workerMachine>;

/** The state in one word: starting, ready, saturated, draining, unresponsive, backingOff, broken or stopped. */
export function workerState({ value }: WorkerSnapshot): string {
  return typeof value === 'string' ? value : value.alive;
}

export function workerView(snapshot: WorkerSnapshot): WorkerView {
  const { id, purpose, pid, slots, slotsUsed, restarts, lastExit, stats } = snapshot.context;
  return { id, state: workerState(snapshot), purpose, pid, slots, slotsUsed, restarts, lastExit, stats };
}
