/** What the page (and any other client) sees: public projections of rows and actors. Times are epoch milliseconds. */
import { z } from 'zod';
import { AttachmentView } from './attachments.ts';
import { AgentLimitKind } from './agents.ts';
import { ArrivalView } from './conversations.ts';
import { GoalJob, MessageGoal } from './goals.ts';
import { AnswerMeta } from './answers.ts';
import { HeldUp } from './held-up.ts';
import { AgentId, ConversationId, JobId, MessageId, ProjectId, ProviderId } from './ids.ts';
import { Failure, FinishReason, JobPhase, JobState, Lane, Usage } from './job.ts';
import { StreamPart } from './worker.ts';

/** The events that a user may send to a job. */
export const JobUserEvent = z.enum(['CANCEL', 'RETRY', 'PROMOTE', 'SKIP']);
export type JobUserEvent = z.infer<typeof JobUserEvent>;

export const JobView = z.object({
  id: JobId,
  name: z.string(),
  state: JobState,
  phase: JobPhase.nullable(),
  lane: Lane,
  provider: ProviderId,
  /** `provider/model` as asked for. */
  model: z.string(),
  /** The model that answers in its place, because its provider was in trouble; null: none does. */
  fallbackModel: z.string().nullable(),
  conversationId: ConversationId.nullable(),
  /** Whom it asks; null outside conversations. */
  agentId: AgentId.nullable(),
  /** The job whose answer it goes on with, because that was cut: what it streams belongs behind what is there already. */
  continues: JobId.nullable(),
  /** What it does for a goal; null for all others. */
  goal: GoalJob.nullable(),
  createdAt: z.number(),
  /** Attempts handed to a worker. */
  attemptsStarted: z.number().int(),
  /** Attempts used up by the job's own failures. */
  attemptsMade: z.number().int(),
  maxAttempts: z.number().int(),
  /** Worker crashes that this job was caught in. */
  stalledCounter: z.number().int(),
  /** When a delayed job is due. */
  runAt: z.number().nullable(),
  processedOn: z.number().nullable(),
  firstContentAt: z.number().nullable(),
  finishedOn: z.number().nullable(),
  /** When the worker confirmed that an attempt which was stopped had ended; null for one that ended by itself. */
  stoppedOn: z.number().nullable(),
  /** The worker that runs it, or that has not yet confirmed that it was stopped. */
  processedBy: z.string().nullable(),
  /** How many jobs are ahead in its lane, 0 = next; only while waiting; null when more than 999 are ahead. */
  place: z.number().int().nullable(),
  /** Why the provider takes no jobs now; only while waiting, and null when it waits for `agentLimit`. */
  heldUp: HeldUp.nullable(),
  /** The same, or what there is to say of `agentLimit`, in English words for people. */
  heldUpBy: z.string().nullable(),
  /** When that is over, as far as is known. */
  heldUpUntil: z.number().nullable(),
  /** What the user has paused, so that it waits until that is resumed. */
  pausedBy: z.enum(['lane', 'provider']).nullable(),
  /** About when it will start, from what stands before it and how long jobs have lately run; null: not known. */
  expectedStartAt: z.number().nullable(),
  /** Its agent has used up what it may use in a day: this is why it waits, until `heldUpUntil` or until the limit is raised. */
  agentLimit: z.object({ agentId: AgentId, kind: AgentLimitKind, limit: z.number().int() }).nullable(),
  /** The last failure; a job that is being retried has one too. */
  failure: Failure.nullable(),
  /** Open dependencies of a blocked job. */
  openDependencies: z.number().int(),
  /** One of the jobs it waits for has failed, with `on_failure: hold`: the user has to decide. */
  heldByFailure: z.boolean(),
  result: z
    .object({
      finishReason: FinishReason,
      usage: Usage,
      model: z.string(),
      /** Older messages that did not fit the model's context and were left out of the request. */
      omittedMessages: z.number().int(),
      /** What the answer cost, in millionths of a US dollar; null: no price was known. */
      costMicros: z.number().int().nullable(),
    })
    .nullable(),
  /** User events that the job's machine accepts now. */
  can: z.array(JobUserEvent),
  version: z.number().int(),
});
export type JobView = z.infer<typeof JobView>;

/**
 * `complete`: whole. `cut`: ended by the token limit or a filter. `cancelled`: stopped by the user. `interrupted`: the
 * job failed in mid-answer. The last three keep the partial text. An answer that is gone on with stays `cut` until it is whole.
 */
export const MessageStatus = z.enum(['complete', 'cut', 'cancelled', 'interrupted']);
export type MessageStatus = z.infer<typeof MessageStatus>;

export const MessageView = z.object({
  id: MessageId,
  conversationId: ConversationId,
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  thinking: z.string().nullable(),
  status: MessageStatus,
  createdAt: z.number(),
  /** Text order is the order of reading, within a conversation. */
  position: z.string(),
  /** Of a question the question before it on its branch (null: the first one), of an answer its question. */
  parentId: MessageId.nullable(),
  /** Not on the path that is shown: another version or branch is. */
  hidden: z.boolean(),
  /** What can be shown in its place, itself among them, oldest first: versions of an answer, a question as it was edited. */
  versions: z.array(MessageId),
  /** Who gave this answer; null with a question. */
  agentId: AgentId.nullable(),
  /** What this answer took; null with a question, and where nothing of it is known. */
  meta: AnswerMeta.nullable(),
  /** The first job that answers this question, or the one that gave this answer. */
  jobId: JobId.nullable(),
  /** With a question: of each agent that was asked the newest job that is still kept. */
  jobs: z.array(JobView),
  /** Files that the user sent with it, in their order. */
  attachments: z.array(AttachmentView),
  /** The intention that began a goal, or what an agent reports of one; null with all others. */
  goal: MessageGoal.nullable(),
});
export type MessageView = z.infer<typeof MessageView>;

export const ConversationView = z.object({
  id: ConversationId,
  kind: z.enum(['direct', 'channel']),
  title: z.string(),
  /** A channel's; null with a direct message. */
  projectId: ProjectId.nullable(),
  /** Whom it is with; in a channel its lead. */
  agentId: AgentId,
  /** Who takes part, the lead first. */
  agentIds: z.array(AgentId),
  /** `provider/model` of its own; null: its agent's. */
  model: z.string().nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
  pinnedAt: z.number().nullable(),
  archivedAt: z.number().nullable(),
  /** Jobs of this conversation that are not at rest. */
  openJobs: z.number().int(),
  /** A job of this conversation is active. */
  answering: z.boolean(),
  /** The start of the newest message. */
  preview: z.string(),
  /** Answers and failures that came since it was last read. */
  unread: z.number().int(),
  /** The last of them, read or not. */
  arrival: ArrivalView.nullable(),
});
export type ConversationView = z.infer<typeof ConversationView>;

/** One event of `conversations.watch`: the conversation or some of its messages changed. */
export const ConversationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('conversation'), conversation: ConversationView }),
  z.object({ type: z.literal('messages'), messages: z.array(MessageView) }),
  z.object({ type: z.literal('messages-removed'), ids: z.array(MessageId) }),
  /** Another branch is shown: what was listed before is out of date. */
  z.object({ type: z.literal('path') }),
  z.object({ type: z.literal('removed') }),
]);
export type ConversationEvent = z.infer<typeof ConversationEvent>;

/** One event of `conversations.watchAll`: the side bar. The first is `all`. */
export const ConversationListEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('all'), conversations: z.array(ConversationView) }),
  z.object({ type: z.literal('changed'), conversation: ConversationView }),
  z.object({ type: z.literal('removed'), id: ConversationId }),
]);
export type ConversationListEvent = z.infer<typeof ConversationListEvent>;

/**
 * One event of `jobs.watch`. `attempt` and `offset` (in UTF-16 code units over all parts, text and thinking together, in
 * order of arrival) make the cursor: a client that has seen up to `(attempt, offset)` asks for the rest with it.
 */
export const JobWatchEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), job: JobView }),
  /** Forget what was streamed: a new attempt began, or the text up to the cursor did not survive. */
  z.object({ type: z.literal('reset'), attempt: z.number().int() }),
  /** `parts` begin at `offset`. */
  z.object({
    type: z.literal('delta'),
    attempt: z.number().int(),
    offset: z.number().int().nonnegative(),
    parts: z.array(StreamPart),
  }),
]);
export type JobWatchEvent = z.infer<typeof JobWatchEvent>;

/** The cursor of `jobs.watch` as text, for tRPC's `tracked()`: `attempt:offset`. */
export const JobCursor = z.string().regex(/^\d{1,9}:\d{1,12}$/);

/** One line of a job's timeline. */
export const JobEventView = z.object({
  jobId: JobId,
  /** The row's version after the event; 0 is the creation. */
  version: z.number().int(),
  at: z.number(),
  /** The machine's event, e.g. `CLAIM`. */
  event: z.string(),
  from: JobState.nullable(),
  to: JobState,
  attempt: z.number().int(),
  /** The event's payload, redacted. */
  detail: z.record(z.string(), z.unknown()),
});
export type JobEventView = z.infer<typeof JobEventView>;

/** `failing`: the database takes no writes; calls that change something are refused, and what workers say waits. */
export const HealthView = z.object({
  status: z.enum(['starting', 'ok', 'failing', 'stopping', 'stopped']),
  /** While `failing`: what happened and what to do next, for people. */
  reason: z.string().nullable(),
});
export type HealthView = z.infer<typeof HealthView>;

/** A remote actor as the page sees it: enough for `matches`, `can`, tags and a redacted context. */
export const ActorView = z.object({
  /** `job:<id>`, `worker:<n>`, `provider:<id>`, `supervisor`, `dispatcher` */
  id: z.string(),
  machine: z.string(),
  /** XState's state value. */
  value: z.unknown(),
  tags: z.array(z.string()),
  status: z.enum(['active', 'done', 'error', 'stopped']),
  /** User events that it accepts now. */
  can: z.array(z.string()),
  context: z.record(z.string(), z.unknown()),
});
export type ActorView = z.infer<typeof ActorView>;
