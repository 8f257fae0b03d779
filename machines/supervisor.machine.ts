/**
 * The pool: starts workers, watches them, grows and shrinks their number with the load, and ends only when the last of
 * their processes has ended. Restarting a crashed process is the worker's own affair (worker.machine.ts); how many
 * workers there should be is `policy/pool-size.ts`.
 *
 * A runtime machine. What its workers emit it emits again, so the engine listens in one place: `supervisor.on('*', …)`.
 * A listener runs in the middle of a transition, where snapshots are still the old ones: note what happened there, and
 * read snapshots later.
 */
import type { SnapshotFrom } from 'xstate';
import type { WorkerView } from '../src/protocol/pool.ts';
import { newSupervisor } from './supervisor.context.ts';
import { supervisorSetup } from './supervisor.rules.ts';
import type { WorkerProcessLogic } from './worker.context.ts';
import { workerMachine, workerState, workerView } from './worker.machine.ts';

export const supervisorMachine = supervisorSetup.createMachine({
  id: 'supervisor',
  context: ({ input }) => newSupervisor(input),
  initial: 'running',
  on: {
    SLOTS: { actions: 'tellSlots' },
    UNCONFIRMED: { actions: 'killUnconfirmed' },
    WORKER_EMITTED: { actions: 'emitAgain' },
    WORKER_CHANGED: { actions: 'emitChanged' },
    'xstate.done.actor.*': { actions: 'removeWorker' },
    'xstate.error.actor.*': { actions: ['reportFault', 'removeWorker'] },
  },
  states: {
    running: {
      description: 'Keeps the pool at the wanted size.',
      entry: 'adjust',
      after: { tick: { target: 'running', reenter: true, actions: 'watch' } },
      on: {
        DEMAND_CHANGED: { actions: 'adjust' },
        RESIZE: { actions: ['resize', 'adjust'] },
        DRAIN_WORKER: { actions: 'drainOne' },
        RESTART_WORKER: { actions: 'restartOne' },
        STOP: { target: 'draining', actions: { type: 'tellAll', params: { type: 'DRAIN' } } },
        STOP_NOW: { target: 'draining', actions: { type: 'tellAll', params: { type: 'KILL' } } },
      },
    },
    draining: {
      description: 'Waits for every process to end; the watch goes on, so one that hangs is found out.',
      always: { guard: 'isEmpty', target: 'stopped' },
      after: { tick: { target: 'draining', reenter: true, actions: 'watch' } },
      on: {
        STOP_NOW: { actions: { type: 'tellAll', params: { type: 'KILL' } } },
      },
    },
    stopped: { description: 'No process is left.', type: 'final' },
  },
});

export type SupervisorSnapshot = SnapshotFrom<typeof supervisorMachine>;

/** The supervisor with this logic as the process of each of its workers. */
export function supervisorWith(process: WorkerProcessLogic): typeof supervisorMachine {
  return supervisorMachine.provide({ actors: { worker: workerMachine.provide({ actors: { process } }) } });
}

/** All workers in the order they were started, broken and draining ones too. */
export function workerViews({ context }: SupervisorSnapshot): Omit<WorkerView, 'jobs'>[] {
  return context.workers.map((worker) => workerView(worker.getSnapshot()));
}

/** The workers that take jobs now, with their free slots. */
export function freeSlots({ context }: SupervisorSnapshot): { workerId: string; free: number; quarantine: boolean }[] {
  return context.workers.flatMap((worker) => {
    const snapshot = worker.getSnapshot();
    const { id, purpose, slots, slotsUsed } = snapshot.context;
    if (workerState(snapshot) !== 'ready') return [];
    return [{ workerId: id, free: slots - slotsUsed, quarantine: purpose === 'quarantine' }];
  });
}
