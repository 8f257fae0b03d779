/** The guards, actions and delays of the supervisor machine, by name. */
import { assign, emit, enqueueActions, setup, stopChild } from 'xstate';
import { planPool } from './policy/pool-plan.ts';
import type { SupervisorContext, SupervisorEmitted, SupervisorEvent, SupervisorInput } from './supervisor.context.ts';
import { workerMachine, workerView } from './worker.machine.ts';

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

export const supervisorSetup = actorSetup.extend({
  actions: {
    restartOne: actorSetup.enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'RESTART_WORKER') return;
      const worker = context.workers.find(({ id }) => id === event.workerId);
      if (worker === undefined) return;
      const { state, pid, purpose } = workerView(worker.getSnapshot());
      // One that has no process has nothing to finish.
      const atOnce = event.how === 'now' || pid === null;
      enqueue.sendTo(worker, { type: atOnce ? 'REPLACE' : 'DRAIN' });
      if (!atOnce && state !== 'draining') enqueue({ type: 'startWorker', params: { purpose } });
    }),
    adjust: actorSetup.enqueueActions(({ context, enqueue }) => {
      const { min, max, slotsPerWorker, surplusSince } = context;
      const measure = context.measure();
      const plan = planPool({
        workers: context.workers.map((worker) => {
          const { id, state, purpose, slotsUsed, stats } = workerView(worker.getSnapshot());
          return { id, state, purpose, slotsUsed, rssBytes: stats?.rssBytes, brokenAt: context.brokenAt[id] };
        }),
        measure,
        min,
        max,
        slotsPerWorker,
        surplusSince,
        now: context.now(),
        brokenForMs: context.workerLimits.restarts.windowMs,
      });
      const { present: from, wanted: to, reason } = plan;
      const { backlog } = measure;
      if (from !== to) enqueue.emit({ type: 'resized', from, to, reason, backlog });
      if (plan.startQuarantine > 0) enqueue.emit({ type: 'isolated', count: plan.startQuarantine });
      for (const worker of context.workers)
        if (plan.drain.includes(worker.id)) enqueue.sendTo(worker, { type: 'DRAIN' });
      for (let i = 0; i < plan.startRegular; i++) enqueue({ type: 'startWorker', params: { purpose: 'regular' } });
      for (let i = 0; i < plan.startQuarantine; i++) {
        enqueue({ type: 'startWorker', params: { purpose: 'quarantine' } });
      }
      enqueue.assign({ wanted: to, reason, backlog, surplusSince: plan.surplusSince });
    }),
  },
});
