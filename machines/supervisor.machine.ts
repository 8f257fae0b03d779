/**
 * The pool: starts workers, watches them, grows and shrinks their number with the load, and ends only when the last of
 * their processes has ended. Restarting a crashed process is the worker's own affair (worker.machine.ts); how many
 * workers there should be is `policy/pool-size.ts`.
 *
 * A runtime machine. What its workers emit it emits again, so the engine listens in one place: `supervisor.on('*', …)`.
 * A listener runs in the middle of a transition, where snapshots are still the old ones: note what happened there, and
 * read snapshots later.
 */
import {
  type ActorRefFrom,
  assign,
  type DoneActorEvent,
  emit,
  enqueueActions,
  type ErrorActorEvent,
  setup,
  type SnapshotFrom,
  stopChild,
} from 'xstate';
import type { WorkerView } from '../src/protocol/views.ts';
import { type PoolMeasure, planPool } from './policy/pool-plan.ts';
import {
  defaultWorkerLimits,
  type WorkerEmitted,
  type WorkerLimits,
  workerMachine,
  type WorkerProcessLogic,
  type WorkerRef,
  workerState,
  workerView,
} from './worker.machine.ts';

export type SupervisorEvent =
  /** Jobs became runnable, or slots free: look at the size of the pool now, not at the next tick. */
  | { type: 'DEMAND_CHANGED' }
  /** New bounds; workers that are started from now on have this many slots. */
  | { type: 'RESIZE'; min: number; max: number; slotsPerWorker?: number }
  /** So many slots of this worker are in use now. */
  | { type: 'SLOTS'; workerId: string; used: number }
  /** This worker finishes what it runs and goes; another takes its place if the load asks for it. */
  | { type: 'DRAIN_WORKER'; workerId: string }
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

/** `changed`: the worker's snapshot, or its being there, is not what it was. */
export type SupervisorEmitted = WorkerEmitted | { type: 'changed'; workerId: string };

export interface SupervisorTimings {
  readonly tickMs: number;
  /** Between two beats; also how late a tick may be before the supervisor itself counts as having been away. */
  readonly heartbeatMs: number;
}

/** Eight ticks a beat: a pool reacts within a quarter of a second; beats cost one message a worker every two seconds. */
export const defaultSupervisorTimings: SupervisorTimings = { tickMs: 250, heartbeatMs: 2_000 };

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

interface SupervisorContext extends Required<SupervisorInput> {
  /** In the order they were started. */
  readonly workers: readonly WorkerRef[];
  /** Epoch ms by worker id. */
  readonly brokenAt: Readonly<Record<string, number>>;
  readonly nextNumber: number;
  /** What the sizing policy wanted last. */
  readonly wanted: number;
  readonly surplusSince: number | null;
  readonly lastTickAt: number;
  readonly lastBeatAt: number;
}

const actorSetup = setup({
  types: {
    context: {} as SupervisorContext,
    events: {} as SupervisorEvent,
    input: {} as SupervisorInput,
    emitted: {} as SupervisorEmitted,
  },
  actors: { worker: workerMachine },
  delays: { tick: ({ context }) => context.timings.tickMs },
  guards: {
    isEmpty: ({ context }) => context.workers.length === 0,
  },
  actions: {
    startWorker: assign(({ context, spawn, self }, { purpose }: { purpose: 'regular' | 'quarantine' }) => {
      const id = `worker:${context.nextNumber}`;
      const worker = spawn('worker', {
        id,
        input: {
          id,
          purpose,
          slots: purpose === 'quarantine' ? 1 : context.slotsPerWorker,
          now: context.now,
          limits: context.workerLimits,
        },
      });
      worker.on('*', (emitted) => self.send({ type: 'WORKER_EMITTED', emitted }));
      worker.subscribe({
        next: () => self.send({ type: 'WORKER_CHANGED', workerId: id }),
        // Arrives as xstate.error.actor.<id> too, which is where it is handled.
        error: () => undefined,
      });
      return { workers: [...context.workers, worker], nextNumber: context.nextNumber + 1 };
    }),
    /** Beats, unless this very tick shows that the supervisor was away: then it is not for it to judge who was silent. */
    watch: enqueueActions(({ context, enqueue }) => {
      const now = context.now();
      const { tickMs, heartbeatMs } = context.timings;
      const wasAway = now - context.lastTickAt - tickMs > heartbeatMs || now < context.lastTickAt;
      const isBeat = now - context.lastBeatAt >= heartbeatMs;
      if (wasAway || isBeat) {
        const type = wasAway ? 'GRACE' : 'BEAT';
        for (const worker of context.workers) enqueue.sendTo(worker, { type });
        enqueue.assign({ lastBeatAt: now });
      }
      if (wasAway) enqueue.assign({ surplusSince: null });
      enqueue.assign({ lastTickAt: now });
    }),
    resize: assign(({ context, event }) =>
      event.type === 'RESIZE'
        ? { min: event.min, max: event.max, slotsPerWorker: event.slotsPerWorker ?? context.slotsPerWorker }
        : {},
    ),
    tellSlots: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'SLOTS') return;
      const worker = context.workers.find(({ id }) => id === event.workerId);
      if (worker !== undefined) enqueue.sendTo(worker, { type: 'SLOTS', used: event.used });
    }),
    drainOne: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'DRAIN_WORKER') return;
      const worker = context.workers.find(({ id }) => id === event.workerId);
      if (worker !== undefined) enqueue.sendTo(worker, { type: 'DRAIN' });
    }),
    killUnconfirmed: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'UNCONFIRMED') return;
      const worker = context.workers.find(({ id }) => id === event.workerId);
      if (worker !== undefined) enqueue.sendTo(worker, { type: 'UNCONFIRMED' });
    }),
    tellAll: enqueueActions(({ context, enqueue }, { type }: { type: 'DRAIN' | 'KILL' }) => {
      for (const worker of context.workers) enqueue.sendTo(worker, { type });
    }),
    emitAgain: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'WORKER_EMITTED') return;
      const { emitted } = event;
      if (emitted.type === 'broken') {
        enqueue.assign({ brokenAt: { ...context.brokenAt, [emitted.workerId]: context.now() } });
      }
      enqueue.emit(emitted);
    }),
    emitChanged: emit(({ event }) => ({
      type: 'changed',
      workerId: event.type === 'WORKER_CHANGED' ? event.workerId : '',
    })),
    /** XState leaves a finished child among the children until it is told to let go. */
    removeWorker: enqueueActions(({ context, event, enqueue }) => {
      if (!('actorId' in event)) return;
      const { [event.actorId]: _, ...brokenAt } = context.brokenAt;
      enqueue(stopChild(event.actorId));
      enqueue.assign({ workers: context.workers.filter(({ id }) => id !== event.actorId), brokenAt });
      enqueue.emit({ type: 'changed', workerId: event.actorId });
    }),
    /** A defect of ours in one worker's actor must not cost the pool, nor leave its process behind. */
    reportFault: enqueueActions(({ context, event, enqueue }) => {
      if (!('error' in event)) return;
      const worker = context.workers.find(({ id }) => id === event.actorId);
      const process = worker?.getSnapshot().children.process;
      if (process !== undefined) enqueue.sendTo(process, { type: 'KILL' });
      const reason = `internal error in the worker's actor: ${String(event.error)}`;
      const exit = { kind: 'crashed', code: null, signal: null, reason } as const;
      enqueue.emit({ type: 'lost', workerId: event.actorId, reason: 'worker-crashed', exit });
      enqueue.emit({ type: 'stopped', workerId: event.actorId });
    }),
  },
});

const machineSetup = actorSetup.extend({
  actions: {
    adjust: actorSetup.enqueueActions(({ context, enqueue }) => {
      const { min, max, slotsPerWorker, surplusSince } = context;
      const plan = planPool({
        workers: context.workers.map((worker) => {
          const { id, state, purpose, slotsUsed, stats } = workerView(worker.getSnapshot());
          return { id, state, purpose, slotsUsed, rssBytes: stats?.rssBytes, brokenAt: context.brokenAt[id] };
        }),
        measure: context.measure(),
        min,
        max,
        slotsPerWorker,
        surplusSince,
        now: context.now(),
        brokenForMs: context.workerLimits.restarts.windowMs,
      });
      for (const worker of context.workers)
        if (plan.drain.includes(worker.id)) enqueue.sendTo(worker, { type: 'DRAIN' });
      for (let i = 0; i < plan.startRegular; i++) enqueue({ type: 'startWorker', params: { purpose: 'regular' } });
      for (let i = 0; i < plan.startQuarantine; i++) {
        enqueue({ type: 'startWorker', params: { purpose: 'quarantine' } });
      }
      enqueue.assign({ wanted: plan.wanted, surplusSince: plan.surplusSince });
    }),
  },
});

export const supervisorMachine = machineSetup.createMachine({
  id: 'supervisor',
  context: ({ input }) => ({
    ...input,
    timings: input.timings ?? defaultSupervisorTimings,
    workerLimits: input.workerLimits ?? defaultWorkerLimits,
    workers: [],
    brokenAt: {},
    nextNumber: 1,
    wanted: input.min,
    surplusSince: null,
    lastTickAt: input.now(),
    lastBeatAt: input.now(),
  }),
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

export type SupervisorRef = ActorRefFrom<typeof supervisorMachine>;
export type SupervisorSnapshot = SnapshotFrom<typeof supervisorMachine>;

/** The supervisor with this logic as the process of each of its workers. */
export function supervisorWith(process: WorkerProcessLogic): typeof supervisorMachine {
  return supervisorMachine.provide({ actors: { worker: workerMachine.provide({ actors: { process } }) } });
}

/** All workers in the order they were started, broken and draining ones too. */
export function workerViews({ context }: SupervisorSnapshot): WorkerView[] {
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
