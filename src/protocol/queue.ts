/** The queue as the control room sees it: counts, lists of jobs, changes to many jobs at once, pauses. Times are epoch ms. */
import { z } from 'zod';
import { AgentId, ConversationId, JobId, ProviderId, RequestId } from './ids.ts';
import { JobPhase, JobState, Lane } from './job.ts';
import { JobUserEvent } from './views.ts';

/** All conditions hold together; an absent one does not count. */
export const JobListFilter = z.object({
  state: JobState.optional(),
  lane: Lane.optional(),
  agentId: AgentId.optional(),
  provider: ProviderId.optional(),
  conversationId: ConversationId.optional(),
  /** In the name, the question or prompt, or the reason of a failure; upper and lower case are the same. */
  text: z.string().trim().min(1).max(200).optional(),
});
export type JobListFilter = z.infer<typeof JobListFilter>;

/** A list is a photograph: its places keep their jobs, whatever becomes of these. Places count from 0, oldest job first. */
export const JobListId = z.string().regex(/^list_\d{1,12}$/, 'expected an id like list_17');
export type JobListId = z.infer<typeof JobListId>;
export const JobListRef = z.object({ listId: JobListId });

export const JobListView = z.object({
  listId: JobListId,
  /** Jobs in it. */
  total: z.number().int().nonnegative(),
});
export type JobListView = z.infer<typeof JobListView>;

/** The most rows of one call: some screens full. */
export const maxListRows = 200;
export const ReadJobList = z.object({
  listId: JobListId,
  /** The first place to read. */
  from: z.number().int().min(0).max(100_000_000),
  limit: z.number().int().min(1).max(maxListRows),
});

/** What became of a list's filter since: jobs that match now and are not in it, and the other way round. */
export const JobListNews = z.object({ added: z.number().int(), gone: z.number().int() });
export type JobListNews = z.infer<typeof JobListNews>;

/** A job as a line of a list: enough to recognise it, and to see how it fares now. */
export const JobLine = z.object({
  id: JobId,
  name: z.string(),
  /** How the question or prompt begins; empty when it is gone. */
  words: z.string(),
  state: JobState,
  phase: JobPhase.nullable(),
  lane: Lane,
  provider: ProviderId,
  /** `provider/model` that answers, or will. */
  model: z.string(),
  agentId: AgentId.nullable(),
  /** Also of an agent that was removed since, as long as that is known. */
  agentName: z.string().nullable(),
  conversationId: ConversationId.nullable(),
  conversationTitle: z.string().nullable(),
  attemptsStarted: z.number().int(),
  attemptsMade: z.number().int(),
  maxAttempts: z.number().int(),
  createdAt: z.number(),
  /** When a delayed job is due. */
  runAt: z.number().nullable(),
  /** Since when it stands in line. */
  waitingSince: z.number().nullable(),
  /** How long the answered attempt stood in line; null until there is one. */
  waitedMs: z.number().nullable(),
  processedOn: z.number().nullable(),
  finishedOn: z.number().nullable(),
  inputTokens: z.number().int().nullable(),
  outputTokens: z.number().int().nullable(),
  /** Of the last failure; a job that is being retried has one too. */
  error: z.string().nullable(),
  openDependencies: z.number().int(),
  /** A job that it waits for has failed: the user has to decide. */
  heldByFailure: z.boolean(),
  /** User events that the job's machine accepts now. */
  can: z.array(JobUserEvent),
  canChangeLane: z.boolean(),
});
export type JobLine = z.infer<typeof JobLine>;

/** By place from `from` on; null: that job is kept no longer. */
export const JobLines = z.object({ lines: z.array(JobLine.nullable()) });
export type JobLines = z.infer<typeof JobLines>;

export const BulkAction = z.enum(['cancel', 'retry', 'setLane']);
export type BulkAction = z.infer<typeof BulkAction>;
export const BulkId = z.string().regex(/^\d{1,15}$/);

/** Places of a list, `to` not among them. */
export const PlaceRange = z
  .object({ from: z.number().int().min(0).max(100_000_000), to: z.number().int().min(1).max(100_000_000) })
  .refine(({ from, to }) => from < to, 'a range needs at least one place');
export type PlaceRange = z.infer<typeof PlaceRange>;

const target = {
  requestId: RequestId,
  listId: JobListId,
  /** Ascending, without overlaps. Absent: the whole list. */
  ranges: z
    .array(PlaceRange)
    .min(1)
    .max(1_000)
    .refine((ranges) => ranges.every(({ from }, at) => from >= (ranges[at - 1]?.to ?? 0)), 'the ranges must ascend')
    .optional(),
};
/** Changes many jobs, one after the other, each through its machine. */
export const StartBulk = z.discriminatedUnion('action', [
  z.object({ ...target, action: z.literal('cancel') }),
  z.object({ ...target, action: z.literal('retry') }),
  z.object({ ...target, action: z.literal('setLane'), lane: Lane }),
]);

/**
 * `running`: under way. `done`: all were looked at. `stopped`: by the user. `interrupted`: Nightshift ended meanwhile, or the
 * list was lost. What was changed by then stays changed, the rest is as it was.
 */
export const BulkState = z.enum(['running', 'done', 'stopped', 'interrupted']);
export type BulkState = z.infer<typeof BulkState>;
export const BulkView = z.object({
  id: BulkId,
  action: BulkAction,
  lane: Lane.nullable(),
  state: BulkState,
  total: z.number().int(),
  changed: z.number().int(),
  /** Their state does not allow it (any more), or they are gone. */
  unchanged: z.number().int(),
  /** Could not be changed because of a fault; the server log says why. */
  failed: z.number().int(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
});
export type BulkView = z.infer<typeof BulkView>;

export const JobCount = z.object({ lane: Lane, state: JobState, provider: ProviderId, count: z.number().int() });
export type JobCount = z.infer<typeof JobCount>;

export const QueueView = z.object({
  /** Those that are not 0. */
  counts: z.array(JobCount),
  /** Since when they give no jobs to workers. What runs goes on. */
  pausedLanes: z.array(z.object({ lane: Lane, since: z.number() })),
  pausedProviders: z.array(z.object({ provider: ProviderId, since: z.number() })),
  /** The last change of many jobs. */
  bulk: BulkView.nullable(),
});
export type QueueView = z.infer<typeof QueueView>;

export const LaneRef = z.object({ lane: Lane });
