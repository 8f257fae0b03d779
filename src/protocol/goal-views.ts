/** Goals, their tasks and their timelines as `goals.*` tells of them. */
import { z } from 'zod';
import { GoalOptions, GoalState, PauseReason, ResultKind, TaskState } from './goals.ts';
import { AgentId, ConversationId, GoalId, JobId, MessageId, TaskId } from './ids.ts';

/** What it took so far. `inFlight`: the most that calls under way and in the queue may still take. */
export const GoalBurn = z.object({
  tokens: z.number(),
  costMicros: z.number(),
  timeMs: z.number(),
  tasks: z.number(),
  inFlightTokens: z.number(),
  inFlightCostMicros: z.number(),
});
export type GoalBurn = z.infer<typeof GoalBurn>;

export const GoalProgress = z.object({
  total: z.number(),
  accepted: z.number(),
  /** A worker has it, or its review. */
  running: z.number(),
  /** It, or its review, could run and stands in the queue. */
  inLine: z.number(),
  waiting: z.number(),
  needsInput: z.number(),
  failed: z.number(),
  skipped: z.number(),
  cancelled: z.number(),
});
export type GoalProgress = z.infer<typeof GoalProgress>;

/** What a card shows. */
export const GoalView = z.object({
  id: GoalId,
  conversationId: ConversationId,
  /** The message that it began with. */
  messageId: MessageId,
  title: z.string(),
  intention: z.string(),
  state: GoalState,
  /** Where a paused one goes on. */
  resumesTo: GoalState.nullable(),
  pauseReason: PauseReason.nullable(),
  /** Why it failed, for people; for a plan that was refused the reasons, one a line. */
  failure: z.string().nullable(),
  progress: GoalProgress,
  /** Names the plan that awaits approval, as it is now: another one with every change. Null: none does. */
  planVersion: z.number().nullable(),
  burn: GoalBurn,
  options: GoalOptions,
  /** Estimated from measured times of its tasks, in milliseconds; null: not known yet, or nothing is under way. */
  leftMs: z.number().nullable(),
  /** Questions and failed tasks that wait for the user, and a plan that awaits approval. */
  waitsForUser: z.number(),
  /** The planner's, while it plans; the composer's, while it delivers. */
  jobId: JobId.nullable(),
  hasDeliverable: z.boolean(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
  version: z.number(),
});
export type GoalView = z.infer<typeof GoalView>;

export const TaskView = z.object({
  id: TaskId,
  key: z.string(),
  title: z.string(),
  instructions: z.string(),
  acceptance: z.array(z.string()),
  agentId: AgentId,
  agentName: z.string(),
  resultKind: ResultKind,
  dependsOn: z.array(TaskId),
  /** The task that proposed it. */
  parentId: TaskId.nullable(),
  state: TaskState,
  /** Working or in review, but no worker has its job: that stands in the queue. Read from the job, not a state of the task. */
  inLine: z.boolean(),
  /** The job that works on it or reviews it now; else the last one. */
  jobId: JobId.nullable(),
  /** All its jobs, oldest first. */
  jobs: z.array(z.object({ jobId: JobId, purpose: z.enum(['work', 'review', 'summary']), at: z.number() })),
  /** The accepted result, or the newest one that there is. Markdown. */
  result: z.string().nullable(),
  summary: z.string().nullable(),
  /** Waits for an answer. */
  question: z.string().nullable(),
  /** What was asked and answered. */
  answers: z.array(z.object({ question: z.string(), answer: z.string(), at: z.number() })),
  /** Why the newest result was sent back. */
  reviewReasons: z.array(z.string()),
  sendBacks: z.number(),
  /** Results of dependencies that were too long and given to it as summaries. */
  readsSummaries: z.boolean(),
  failure: z.string().nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
});
export type TaskView = z.infer<typeof TaskView>;

export const ArtefactView = z.object({ name: z.string(), text: z.string() });
export type ArtefactView = z.infer<typeof ArtefactView>;

/** Everything but the timeline. */
export const GoalDetails = z.object({
  goal: GoalView,
  tasks: z.array(TaskView),
  /** The first one is the document. Empty until it is delivered. */
  artefacts: z.array(ArtefactView),
});
export type GoalDetails = z.infer<typeof GoalDetails>;

export const goalEventTypes = [
  'started',
  'planned',
  'plan-refused',
  'plan-edited',
  'approved',
  'replanned',
  'task-started',
  'task-asked',
  'task-answered',
  'task-split',
  'task-sent-back',
  'task-accepted',
  'task-failed',
  'task-skipped',
  'task-retried',
  'paused',
  'resumed',
  'delivering',
  'delivered',
  'failed',
  'cancelled',
] as const;
export const GoalEventView = z.object({
  seq: z.number(),
  at: z.number(),
  type: z.enum(goalEventTypes),
  taskId: TaskId.nullable(),
  /** Reasons, a question, an answer: what a person wants to read of it. */
  text: z.string().nullable(),
});
export type GoalEventView = z.infer<typeof GoalEventView>;

/** Base64 of the file. */
export const GoalFile = z.object({ fileName: z.string(), mediaType: z.string(), base64: z.string() });
export type GoalFile = z.infer<typeof GoalFile>;
