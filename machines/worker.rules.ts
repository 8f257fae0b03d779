/** The guards, actions and delays of the worker machine, by name. */
import { assign, emit, type ErrorActorEvent, fromCallback, sendTo, setup } from 'xstate';
import type { LostReason } from '../src/protocol/job.ts';
import type { WorkerExitView } from '../src/protocol/pool.ts';
import type { WorkerExit, WorkerStats } from '../src/protocol/worker.ts';
import { recentRestarts, restartAllowed, restartDelayMs } from './policy/restart-intensity.ts';
import {
  keptExits,
  type ProcessCommand,
  type ProcessInput,
  type WorkerContext,
  type WorkerEmitted,
  type WorkerInput,
  type WorkerMachineEvent,
  type WorkerProcessLogic,
} from './worker.context.ts';

const processNotProvided: WorkerProcessLogic = fromCallback<ProcessCommand, ProcessInput>(({ input }) => {
  throw new Error(`${input.workerId} has no process logic: provide the actor "process"`);
});

export const unconfirmed = 'did not confirm that it had stopped a request, and was killed';

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

function exitView({ now, pid, readyAt, slotsUsed }: WorkerContext, exit: WorkerExit, why: string): WorkerExitView {
  const at = now();
  const how = exit.kind === 'crashed' ? { code: exit.code, signal: exit.signal } : { code: 0, signal: null };
  return { at, why, ...how, pid, ranMs: readyAt === null ? null : Math.max(0, at - readyAt), slotsUsed };
}

/** Of one core, since the stats before; null for the first ones, and when the clock went back. */
function cpuShareOf({ stats, statsAt, now }: WorkerContext, next: WorkerStats): number | null {
  if (stats === null || statsAt === null) return null;
  const passedMs = now() - statsAt;
  return passedMs <= 0 ? null : Math.max(0, next.cpuMs - stats.cpuMs) / passedMs;
}

export const workerSetup = setup({
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
      event.type === 'PROCESS_READY' ? { pid: event.pid, readyAt: context.now(), beatAnswered: context.beatSent } : {},
    ),
    emitReady: emit(({ context }) => ({ type: 'ready', workerId: context.id, pid: context.pid ?? 0 })),
    noteSlots: assign(({ event }) => (event.type === 'SLOTS' ? { slotsUsed: event.used } : {})),
    notePong: assign(({ context, event }) =>
      event.type === 'PROCESS_PONG'
        ? {
            stats: event.stats,
            statsAt: context.now(),
            cpuShare: cpuShareOf(context, event.stats),
            beatAnswered: Math.max(context.beatAnswered, event.seq),
          }
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
    noteExit: assign(({ context, event }) => {
      const exit = exitOf(event);
      const why = context.killedFor ?? textOf(exit);
      return {
        lastExit: why,
        exits: [exitView(context, exit, why), ...context.exits].slice(0, keptExits),
        killedFor: null,
        pid: null,
        readyAt: null,
        stats: null,
        statsAt: null,
        cpuShare: null,
        slotsUsed: 0,
      };
    }),
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
    /** Asked for by hand: it does not count against the limit, and what crashed before is forgiven. */
    noteReplaced: assign({ restarts: ({ context }) => context.restarts + 1, restartTimes: [] }),
    noteBroken: assign(({ context }) => {
      const { maxRestarts, windowMs } = context.limits.restarts;
      const times = maxRestarts === 1 ? 'once' : `${maxRestarts} times`;
      return { lastExit: `restarted ${times} within ${windowMs / 1_000} s; the last process: ${context.lastExit}` };
    }),
    emitBroken: emit(({ context }) => ({ type: 'broken', workerId: context.id, reason: context.lastExit ?? '' })),
    emitStopped: emit(({ context }) => ({ type: 'stopped', workerId: context.id })),
  },
});
