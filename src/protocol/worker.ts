/**
 * The messages between engine and worker process. Both sides send arrays of messages: one IPC write for all that is
 * ready at the same time.
 */
import { z } from 'zod';
import { JobId } from './ids.ts';
import { Failure, JobResult } from './job.ts';
import { LocalAddress, LocalServer, ModelInfo, ProviderConnection, ProviderLimits, TrialAnswer } from './provider.ts';
import { LlmRequest } from './request.ts';

const attemptKey = { jobId: JobId, attempt: z.number().int().positive() };

/** Part of an answer as it streams; thinking is kept apart from the answer. */
export const StreamPart = z.object({ kind: z.enum(['text', 'thinking']), text: z.string() });
export type StreamPart = z.infer<typeof StreamPart>;

export const EngineToWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), ...attemptKey, provider: ProviderConnection, request: LlmRequest }),
  /** Aborts the HTTP request; the worker answers `failed` with class `cancelled` unless the job had just ended. */
  z.object({ type: z.literal('cancel'), ...attemptKey }),
  z.object({ type: z.literal('heartbeat'), seq: z.number().int() }),
  /** Take no more jobs, finish those that run, say `drained`, exit 0. */
  z.object({ type: z.literal('drain') }),
  /**
   * One cheap authenticated call (the model list), and where a model is named a short question to it; answered by
   * `provider-report` with the same `callId`.
   */
  z.object({
    type: z.literal('inspect-provider'),
    callId: z.string(),
    provider: ProviderConnection,
    model: z.string().optional(),
  }),
  /** Who of these is there on this machine; answered by `servers-found`. */
  z.object({ type: z.literal('find-servers'), callId: z.string(), addresses: z.array(LocalAddress) }),
]);
export type EngineToWorker = z.infer<typeof EngineToWorker>;

export const WorkerStats = z.object({
  slotsUsed: z.number().int().nonnegative(),
  rssBytes: z.number().nonnegative(),
  /** CPU time (user and system) used since the process began. */
  cpuMs: z.number().nonnegative(),
  /** p99 of the event-loop delay since the last heartbeat. */
  eventLoopDelayMs: z.number().nonnegative(),
});
export type WorkerStats = z.infer<typeof WorkerStats>;

export const WorkerToEngine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), pid: z.number().int(), slots: z.number().int().positive() }),
  /** Coalesced: at most one about every 30 ms for each job. The first one is sent at once. */
  z.object({ type: z.literal('delta'), ...attemptKey, parts: z.array(StreamPart).min(1) }),
  z.object({ type: z.literal('done'), ...attemptKey, result: JobResult, limits: ProviderLimits.optional() }),
  /** Ends the attempt. Text that came before stays with the attempt as its partial answer. */
  z.object({ type: z.literal('failed'), ...attemptKey, failure: Failure, limits: ProviderLimits.optional() }),
  z.object({ type: z.literal('heartbeat'), seq: z.number().int(), stats: WorkerStats }),
  /** The last message of a worker that was asked to drain: nothing runs in it any more. */
  z.object({ type: z.literal('drained') }),
  z.object({
    type: z.literal('provider-report'),
    callId: z.string(),
    models: z.array(ModelInfo).optional(),
    answer: TrialAnswer.optional(),
    failure: Failure.optional(),
  }),
  z.object({ type: z.literal('servers-found'), callId: z.string(), servers: z.array(LocalServer) }),
  z.object({ type: z.literal('log'), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() }),
]);
export type WorkerToEngine = z.infer<typeof WorkerToEngine>;

/** How a worker process ended. `exited`: by itself with code 0. `crashed`: any other way; `reason` says which. */
export type WorkerExit =
  | { kind: 'exited' }
  | { kind: 'crashed'; code: number | null; signal: string | null; reason: string };
