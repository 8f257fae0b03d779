/** What workers say, and what becomes of their processes, as inputs of turns. */
import type { SupervisorEmitted } from '../../machines/supervisor.context.ts';
import type { JobId } from '../protocol/ids.ts';
import type { FailureClass, LostReason } from '../protocol/job.ts';
import type { ProviderLimits } from '../protocol/provider.ts';
import type { WorkerToEngine } from '../protocol/worker.ts';
import type { Inputs } from './inputs.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Pool } from './pool.ts';
import type { Log } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { ProviderCalls } from './provider-calls.ts';
import type { ProviderTrials } from './provider-trials.ts';
import type { Signals } from './signals.ts';
import type { Slots } from './slots.ts';
import type { Streams } from './streams.ts';
import type { Turn } from './turn.ts';

/** Failures of a request that no model has worked on. */
const refused: ReadonlySet<FailureClass> = new Set(['provider-down', 'misconfigured', 'rejected']);

export interface WorkerEventsOptions {
  inputs: Inputs;
  queue: LlmJobQueue;
  slots: Slots;
  streams: Streams;
  providers: ProviderActors;
  signals: Signals;
  log: Log;
  /** Asked for late: they know this. */
  pool: () => Pool;
  calls: () => ProviderCalls;
  trials: () => ProviderTrials;
}

export interface WorkerEvents {
  onMessages(workerId: string, messages: readonly WorkerToEngine[]): void;
  onEmitted(emitted: SupervisorEmitted): void;
  /** The worker did not confirm a stop in time. */
  giveUp(turn: Turn, workerId: string, jobId: JobId, attempt: number): void;
}

export function createWorkerEvents(options: WorkerEventsOptions): WorkerEvents {
  const { inputs, queue, slots, streams, providers, signals, log, pool, calls, trials } = options;
  let modelsAsked = false;
  return { onMessages, onEmitted, giveUp };

  function onMessages(workerId: string, messages: readonly WorkerToEngine[]): void {
    for (const message of messages) onMessage(workerId, message);
  }

  function onMessage(workerId: string, message: WorkerToEngine): void {
    switch (message.type) {
      case 'delta': {
        const { jobId, attempt, parts } = message;
        if (streams.append(jobId, attempt, parts)) {
          inputs.postFor(jobId, 'first content', (turn) => queue.firstContent(turn, jobId, attempt));
        }
        return;
      }
      case 'done': {
        const { jobId, attempt, result, limits } = message;
        const tokens = result.usage.inputTokens + result.usage.outputTokens;
        const settle = (turn: Turn): void => {
          noteLimits(workerId, jobId, attempt, limits);
          freeSlot(turn, workerId, jobId, attempt, tokens);
          if (queue.actors.runningAttempt(jobId) === attempt) queue.complete(turn, jobId, attempt, result);
          else queue.stopped(turn, jobId, attempt);
        };
        inputs.postFor(jobId, 'done', settle, () => freeAlone(workerId, jobId, attempt));
        return;
      }
      case 'failed': {
        const { jobId, attempt, failure, limits } = message;
        const tokens = refused.has(failure.class) ? 0 : undefined;
        const settle = (turn: Turn): void => {
          noteLimits(workerId, jobId, attempt, limits, failure.retryAfterMs);
          freeSlot(turn, workerId, jobId, attempt, tokens);
          if (queue.actors.runningAttempt(jobId) === attempt) queue.fail(turn, jobId, attempt, failure);
          else queue.stopped(turn, jobId, attempt);
        };
        inputs.postFor(jobId, 'failed', settle, () => freeAlone(workerId, jobId, attempt));
        return;
      }
      case 'provider-report':
      case 'servers-found':
        calls().onReport(message);
        return;
      case 'log':
        log(message.level, message.message, { worker: workerId });
        return;
      case 'ready':
      case 'heartbeat':
      case 'drained':
        // For the worker's own machine.
        return;
    }
  }

  function noteLimits(
    workerId: string,
    jobId: JobId,
    attempt: number,
    limits: ProviderLimits | undefined,
    retryAfterMs?: number,
  ): void {
    const provider = slots.providerOf(workerId, jobId, attempt);
    const row = provider === undefined ? undefined : providers.row(provider);
    if (row !== undefined && limits !== undefined) providers.rates.observe(row, limits, retryAfterMs);
  }

  /** `tokens`: what the attempt took; undefined when nobody knows. */
  function freeSlot(turn: Turn, workerId: string, jobId: JobId, attempt: number, tokens?: number): void {
    providers.rates.settle(turn, jobId, attempt, tokens);
    if (slots.free(turn, workerId, jobId, attempt)) signals.bell = true;
  }

  /** The slot of an attempt whose end could not be written as it came. */
  function freeAlone(workerId: string, jobId: JobId, attempt: number): void {
    inputs.post('free slot', (turn) => freeSlot(turn, workerId, jobId, attempt));
  }

  function onEmitted(emitted: SupervisorEmitted): void {
    signals.pulseDue = true;
    signals.workersChanged = true;
    switch (emitted.type) {
      case 'ready': {
        const { workerId } = emitted;
        inputs.post('worker ready', (turn) => workerReady(turn, workerId));
        return;
      }
      case 'lost': {
        const { workerId, reason } = emitted;
        log('warn', 'a worker process ended', { worker: workerId, reason, exit: emitted.exit });
        inputs.post('worker lost', (turn) => release(turn, workerId, reason));
        return;
      }
      case 'broken':
        log('error', 'a worker is broken and was given up', { worker: emitted.workerId, reason: emitted.reason });
        return;
      case 'stopped': {
        const { workerId } = emitted;
        const settle = (turn: Turn): void => release(turn, workerId, 'worker-drained');
        inputs.post('worker stopped', settle);
        return;
      }
      case 'resized':
      case 'isolated':
      case 'changed':
        return;
    }
  }

  /** The worker's process is gone: its slots are no more, and what it held goes back to the queue, each job by itself. */
  function release(turn: Turn, workerId: string, reason: LostReason): void {
    const held = slots.remove(turn, workerId);
    for (const { jobId, attempt } of held) providers.rates.settle(turn, jobId, attempt, undefined);
    turn.after(() => {
      for (const { jobId, attempt } of held) {
        const settle = (next: Turn): void => {
          queue.requeue(next, jobId, attempt, reason);
          queue.stopped(next, jobId, attempt);
        };
        inputs.postFor(jobId, 'requeue', settle);
      }
    });
  }

  /** The worker did not stop this attempt when it was told to: its other jobs are moved, and its process is killed. */
  function giveUp(turn: Turn, workerId: string, jobId: JobId, attempt: number): void {
    if (!slots.holds(workerId, jobId, attempt)) return;
    release(turn, workerId, 'worker-unconfirmed');
    turn.after(() => {
      log('warn', 'a worker did not confirm a stop and is killed', { worker: workerId, job: jobId, attempt });
      pool().unconfirmed(workerId);
    });
  }

  function workerReady(turn: Turn, workerId: string): void {
    const worker = pool().workers.find(({ id }) => id === workerId);
    if (worker === undefined) return;
    slots.add(turn, workerId, worker.slots, worker.purpose === 'quarantine');
    signals.workersChanged = true;
    signals.bell = true;
    turn.after(() => calls().workerReady());
    if (!modelsAsked) trials().refreshModels();
    modelsAsked = true;
  }
}
