/**
 * One place in the pool: it starts a worker process, watches it, and starts another one when it has crashed. The actor
 * lives as long as its place, through all the processes that hold it one after the other.
 *
 * A runtime machine: the process is invoked while the place is `alive`, delays are provided, nothing is persisted. What
 * others must hear of is emitted (`WorkerEmitted`); everything else is in the snapshot (`workerView`).
 */
import type { ActorRefFrom, SnapshotFrom } from 'xstate';
import type { WorkerState, WorkerView } from '../src/protocol/pool.ts';
import { newWorker } from './worker.context.ts';
import { unconfirmed, workerSetup } from './worker.rules.ts';

export const workerMachine = workerSetup.createMachine({
  id: 'worker',
  context: ({ input }) => newWorker(input),
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
        REPLACE: {
          target: '.replacing',
          actions: [{ type: 'noteKill', params: { why: 'was restarted by hand' } }, 'kill'],
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
            // A new process is on its way already.
            REPLACE: {},
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
            REPLACE: {},
            DRAIN: { actions: 'retire' },
            KILL: { actions: 'retire' },
            PROCESS_EXITED: {
              target: '#worker.crashed',
              actions: [{ type: 'emitLost', params: { reason: 'worker-unresponsive' } }, 'noteExit'],
            },
          },
        },
        replacing: {
          description: 'Killed because somebody wants another process in its place; waits for the exit.',
          on: {
            BEAT: {},
            UNCONFIRMED: {},
            REPLACE: {},
            DRAIN: { actions: 'retire' },
            KILL: { actions: 'retire' },
            PROCESS_EXITED: [
              { guard: 'isRetiring', target: '#worker.stopped', actions: ['emitLostInDrain', 'noteExit'] },
              {
                guard: 'leftNothing',
                target: '#worker.alive',
                reenter: true,
                actions: ['noteExit', 'noteReplaced'],
              },
              { target: '#worker.alive', reenter: true, actions: ['emitLostInDrain', 'noteExit', 'noteReplaced'] },
            ],
          },
        },
        draining: {
          description: 'Takes no more jobs and is about to end, by itself or killed.',
          on: {
            DRAIN: {},
            REPLACE: {},
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
      on: { DRAIN: 'stopped', KILL: 'stopped', REPLACE: { target: 'alive', actions: 'noteReplaced' } },
    },
    broken: {
      description: 'Restarting does not help. Stays, so that its reason is seen, until it is told to go.',
      entry: ['noteBroken', 'emitBroken'],
      on: { DRAIN: 'stopped', KILL: 'stopped', REPLACE: { target: 'alive', actions: 'noteReplaced' } },
    },
    stopped: { description: 'Its place is given up; no process runs.', type: 'final', entry: 'emitStopped' },
  },
});

export type WorkerRef = ActorRefFrom<typeof workerMachine>;
export type WorkerSnapshot = SnapshotFrom<typeof workerMachine>;

/** The state in one word, `alive` being none. */
export function workerState({ value }: WorkerSnapshot): WorkerState {
  return typeof value === 'string' ? value : value.alive;
}

/** Without its jobs, which the engine knows. */
export function workerView(snapshot: WorkerSnapshot): Omit<WorkerView, 'jobs'> {
  const { id, purpose, pid, slots, slotsUsed, restarts, lastExit, stats, readyAt, statsAt, cpuShare, exits } =
    snapshot.context;
  return {
    id,
    state: workerState(snapshot),
    purpose,
    pid,
    slots,
    slotsUsed,
    restarts,
    lastExit,
    stats,
    readyAt,
    statsAt,
    cpuShare,
    exits: [...exits],
  };
}
