/** Everything about one job: what it asks, its attempts, what it waits for. Times are epoch milliseconds. */
import { z } from 'zod';
import { ConversationId, JobId, MessageId, ProviderId } from './ids.ts';
import { Backoff, Failure, JobState, JobTimeouts, Lane, LostReason, OnFailure } from './job.ts';
import { ModelParams } from './request.ts';

/**
 * How an attempt ended.
 * - `completed`: a whole answer. `failed`: it failed, and the job with it or not (`next`).
 * - `paused`: the provider asked to wait; it used up nothing. `lost`: its worker is gone; it used up nothing.
 * - `stopped`: cancelled, or it ran for too long.
 */
export const AttemptOutcome = z.enum(['running', 'completed', 'failed', 'paused', 'lost', 'stopped']);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

export const AttemptView = z.object({
  attempt: z.number().int(),
  outcome: AttemptOutcome,
  workerId: z.string(),
  startedAt: z.number(),
  /** From entering the line to the claim; null where the events do not say. */
  waitMs: z.number().nullable(),
  /** From the claim to the first text or thinking. */
  firstContentMs: z.number().nullable(),
  endedAt: z.number().nullable(),
  failure: Failure.nullable(),
  lost: LostReason.nullable(),
  /** Where the job went. */
  next: JobState.nullable(),
});
export type AttemptView = z.infer<typeof AttemptView>;

/** What `JobView` does not say. */
export const JobDetails = z.object({
  id: JobId,
  kind: z.enum(['chat', 'prompt']),
  group: z.string(),
  backoff: Backoff,
  timeouts: JobTimeouts,
  deadlineAt: z.number().nullable(),
  delayMs: z.number(),
  quarantined: z.boolean(),
  fallbacks: z.array(z.string()),
  parentId: JobId.nullable(),
  /** The question that it answers; null outside conversations. */
  messageId: MessageId.nullable(),
  /** Newest first. */
  attempts: z.array(AttemptView),
  /** One line for each failed attempt, oldest first, at most 20; kept longer than the events. */
  failures: z.array(z.string()),
});
export type JobDetails = z.infer<typeof JobDetails>;

/** One message of a request; pictures only by their size, long texts cut. */
export const RequestMessageView = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  /** Characters that were cut off. */
  cutChars: z.number().int(),
  images: z.array(z.object({ mediaType: z.string(), bytes: z.number().int() })),
});
export type RequestMessageView = z.infer<typeof RequestMessageView>;

/** What the job asks, built from the rows as they are now. Keys are no part of a request. */
export const JobRequestView = z.object({
  model: z.string(),
  system: z.string().nullable(),
  params: ModelParams,
  /** Oldest first; the newest 200 at most. */
  messages: z.array(RequestMessageView),
  /** How many older ones are not listed here, though they are sent. */
  unlisted: z.number().int(),
  /** Older messages that do not fit the model's context and are left out of the request. */
  omittedMessages: z.number().int(),
  /**
   * Whether it is what the last attempt was sent. `changed`: the conversation or its settings are not what they were.
   * `unknown`: that attempt's request has left no trace. `not-sent`: there was none yet.
   */
  since: z.enum(['same', 'changed', 'unknown', 'not-sent']),
});
export type JobRequestView = z.infer<typeof JobRequestView>;

export const GraphNode = z.object({
  id: JobId,
  name: z.string(),
  state: JobState,
  lane: Lane,
  provider: ProviderId,
  /** Jobs that it waits for, and that wait for it, and that are not in the graph. */
  moreAbove: z.number().int(),
  moreBelow: z.number().int(),
});
export type GraphNode = z.infer<typeof GraphNode>;

/** `to` waits for `from`. */
export const GraphEdge = z.object({
  from: JobId,
  to: JobId,
  onFailure: OnFailure,
  state: z.enum(['open', 'held', 'met', 'failed']),
});
export type GraphEdge = z.infer<typeof GraphEdge>;

/** The job and what is around it, the nearest first. */
export const JobGraph = z.object({ nodes: z.array(GraphNode), edges: z.array(GraphEdge) });
export type JobGraph = z.infer<typeof JobGraph>;
export const GetJobGraph = z.object({ id: JobId, limit: z.number().int().min(1).max(500).default(200) });

/** What is left of a job that is kept no longer. */
export const JobRemains = z.object({
  conversationId: ConversationId.nullable(),
  messageId: MessageId.nullable(),
  answers: z.array(
    z.object({
      attempt: z.number().int(),
      at: z.number(),
      model: z.string(),
      provider: ProviderId,
      inputTokens: z.number().int(),
      outputTokens: z.number().int(),
      costMicros: z.number().int().nullable(),
    }),
  ),
});
export type JobRemains = z.infer<typeof JobRemains>;
