/** The words of a job that machines, database, workers and page share. */
import { z } from 'zod';

/** Urgency, most urgent first: a user is waiting, analysis, background. */
export const lanes = ['high', 'medium', 'low'] as const;
export const Lane = z.enum(lanes);
export type Lane = z.infer<typeof Lane>;

export const jobStates = ['blocked', 'delayed', 'waiting', 'active', 'completed', 'failed', 'cancelled'] as const;
export const JobState = z.enum(jobStates);
export type JobState = z.infer<typeof JobState>;

/** Nothing happens to it any more, unless somebody retries it. */
export function isAtRest(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

/** What an active job is doing: its request is on the way, or content arrives. */
export const jobPhases = ['starting', 'streaming'] as const;
export const JobPhase = z.enum(jobPhases);
export type JobPhase = z.infer<typeof JobPhase>;

/** What a dependant does when the job it waits for fails or is cancelled (`hold`: stays blocked until the user decides). */
export const OnFailure = z.enum(['fail', 'ignore', 'hold']);
export type OnFailure = z.infer<typeof OnFailure>;

/**
 * What an error means for the queue.
 * - `retryable`: this attempt failed, another may succeed.
 * - `provider-down`: nobody can reach the provider, or it asked everybody to wait; the job waits without using an attempt.
 * - `misconfigured`: key, base URL or account are at fault; the provider waits for new settings.
 * - `rejected`: this very request is at fault; the same request will fail again.
 * - `cancelled`: somebody asked for it.
 * - `bug`: Nightshift is at fault.
 */
export const FailureClass = z.enum(['retryable', 'provider-down', 'misconfigured', 'rejected', 'cancelled', 'bug']);
export type FailureClass = z.infer<typeof FailureClass>;

export const FailureCode = z.enum([
  'rate-limited',
  'overloaded',
  'quota-exhausted',
  'server-error',
  'connection',
  'interrupted',
  'first-content-timeout',
  'idle-timeout',
  'not-a-stream',
  'context-overflow',
  'content-policy',
  'unknown-model',
  'not-found',
  'bad-request',
  'unauthorized',
  'missing-key',
  'cut-tool-call',
  'cancelled-by-user',
  'dependency-failed',
  'poison',
  'expired',
  'queued-too-long',
  'run-timeout',
  'internal',
]);
export type FailureCode = z.infer<typeof FailureCode>;

export const Failure = z.object({
  class: FailureClass,
  code: FailureCode,
  /** For people: what happened, and what to do next. */
  message: z.string(),
  /** HTTP status, where there was one. */
  status: z.number().int().optional(),
  /** The provider's own words, cut at 2,000 characters. */
  providerMessage: z.string().optional(),
  /** The chain of `error.cause`, outermost first. */
  causes: z.array(z.string()).optional(),
  /** What the provider asked for in Retry-After, counted from `at` of the event that carries it. */
  retryAfterMs: z.number().nonnegative().optional(),
});
export type Failure = z.infer<typeof Failure>;

/** Why an active job was taken back without being at fault. */
export const LostReason = z.enum([
  'worker-crashed',
  'worker-unresponsive',
  'worker-drained',
  'host-restarted',
  /** Its worker did not confirm that it had stopped another request, and was killed. */
  'worker-unconfirmed',
]);
export type LostReason = z.infer<typeof LostReason>;

/** Delay before attempt n+1: `min(maxDelayMs, delayMs * 2^(n-1))` with full jitter, or `delayMs` each time when fixed. */
export const Backoff = z.object({
  type: z.enum(['exponential', 'fixed']),
  delayMs: z.number().int().min(0).max(3_600_000),
  maxDelayMs: z.number().int().min(0).max(86_400_000),
});
export type Backoff = z.infer<typeof Backoff>;
export const defaultBackoff: Backoff = { type: 'exponential', delayMs: 1_000, maxDelayMs: 60_000 };

/** How long a job may take, in milliseconds. A job that ran out of time is stopped, and its row says which time that was. */
export const JobTimeouts = z.object({
  /** In the queue at a stretch; absent: no limit. Then it has failed. */
  queuedMs: z
    .number()
    .int()
    .min(100)
    .max(30 * 86_400_000)
    .optional(),
  /** From the request to the first content; absent: the provider's. A failed attempt, retried as others are. */
  firstContentMs: z.number().int().min(100).max(3_600_000).optional(),
  /** One attempt, from its claim to its end; absent: an hour. A failed attempt, retried as others are. */
  runMs: z.number().int().min(100).max(86_400_000).optional(),
});
export type JobTimeouts = z.infer<typeof JobTimeouts>;
export const defaultRunMs = 3_600_000;

export const Usage = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  /** Part of `outputTokens` that was thinking, where the provider says so. */
  reasoningTokens: z.number().int().nonnegative().optional(),
  /** Part of `inputTokens` served from the provider's cache. */
  cachedTokens: z.number().int().nonnegative().optional(),
  /** True when the provider sent no usage and these are estimates (4 characters a token). */
  estimated: z.boolean(),
});
export type Usage = z.infer<typeof Usage>;

/** `stop`: whole. `length`: cut by the token limit. `tool-calls`: the model asks for tools. `filtered`: cut by a filter. */
export const FinishReason = z.enum(['stop', 'length', 'tool-calls', 'filtered']);
export type FinishReason = z.infer<typeof FinishReason>;

/** Milliseconds since the Unix epoch, taken in the worker. */
export const Timings = z.object({
  /** The run message was read. */
  receivedAt: z.number(),
  /** The HTTP request (or the demo's answer) was started. */
  sentAt: z.number(),
  /** First text or thinking; absent for an empty answer. */
  firstContentAt: z.number().optional(),
  endedAt: z.number(),
});
export type Timings = z.infer<typeof Timings>;

/** A finished answer, as the worker reports it; `text` and `thinking` are whole, whatever deltas went before. */
export const JobResult = z.object({
  text: z.string(),
  thinking: z.string().optional(),
  finishReason: FinishReason,
  usage: Usage,
  /** The model that the provider says answered. */
  model: z.string(),
  timings: Timings,
});
export type JobResult = z.infer<typeof JobResult>;
