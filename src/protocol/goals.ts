/**
 * Goals: an intention is planned as a graph of tasks, which agents carry out in parallel; what they made is reviewed and
 * composed into one deliverable. Inputs and views of `goals.*`, and what is asked of the models.
 */
import { z } from 'zod';
import { AgentId, ConversationId, GoalId, JobId, MessageId, RequestId, TaskId } from './ids.ts';
import { DemoOptions } from './request.ts';

export const goalStates = [
  'planning',
  'awaitingApproval',
  'working',
  'delivering',
  'delivered',
  'paused',
  'failed',
  'cancelled',
] as const;
export const GoalState = z.enum(goalStates);
export type GoalState = z.infer<typeof GoalState>;

export const taskStates = [
  'waiting',
  'working',
  'inReview',
  'accepted',
  'needsInput',
  'sentBack',
  'failed',
  'skipped',
  'cancelled',
] as const;
export const TaskState = z.enum(taskStates);
export type TaskState = z.infer<typeof TaskState>;

/** What becomes of a goal when one of its tasks has failed for good: the user is asked, the task is left out and the gap is stated, or the goal ends. */
export const FailurePolicy = z.enum(['ask', 'skip', 'stop']);
export type FailurePolicy = z.infer<typeof FailurePolicy>;

/** What a task is to come back with. It tells the agent what to write; nothing else depends on it. */
export const ResultKind = z.enum(['document', 'code', 'data', 'analysis']);
export type ResultKind = z.infer<typeof ResultKind>;

/** A planner's plan has at most so many tasks. */
export const maxPlannedTasks = 60;
/** A plan that a program hands in may have more. */
export const maxGivenTasks = 500;
/** Sub-tasks of sub-tasks are as deep as it goes. */
export const maxTaskDepth = 2;

/** Null: no cap. */
export const GoalBudget = z.object({
  /** Input and output of all its calls. */
  tokens: z.number().int().min(1).max(1_000_000_000_000).nullable(),
  /** Millionths of a US dollar; calls of models without a price count nothing. */
  costMicros: z.number().int().min(1).max(1_000_000_000_000).nullable(),
  /** Time under way, without pauses, in milliseconds. */
  timeMs: z
    .number()
    .int()
    .min(1_000)
    .max(365 * 86_400_000)
    .nullable(),
  /** Tasks, with those that were added and sub-tasks. */
  tasks: z.number().int().min(1).max(maxGivenTasks).nullable(),
});
export type GoalBudget = z.infer<typeof GoalBudget>;
export const noBudget: GoalBudget = { tokens: null, costMicros: null, timeMs: null, tasks: null };

export const GoalOptions = z.object({
  /** The plan is carried out without asking. */
  automatic: z.boolean(),
  onTaskFailure: FailurePolicy,
  /** A reviewer looks at every result. */
  review: z.boolean(),
  /** How often a reviewer may send one result back. */
  maxSendBacks: z.number().int().min(0).max(10),
  budget: GoalBudget,
});
export type GoalOptions = z.infer<typeof GoalOptions>;
export const defaultGoalOptions: GoalOptions = {
  automatic: false,
  onTaskFailure: 'ask',
  review: true,
  maxSendBacks: 2,
  budget: noBudget,
};

/** A task's name within its plan. */
const TaskKey = z.string().trim().min(1).max(60);

/** A task as planners and programs write it. `needs`: what it cannot do without and agents do not have; then the plan is refused. */
export const PlannedTask = z.object({
  id: TaskKey,
  title: z.string().trim().min(1).max(200),
  instructions: z.string().trim().min(1).max(20_000),
  acceptance: z.array(z.string().trim().min(1).max(2_000)).min(1).max(20),
  /** The agent's name, as the planner was told it. */
  agent: z.string().trim().min(1).max(100),
  /** Ids of tasks of the same plan. */
  dependsOn: z.array(TaskKey).max(maxGivenTasks),
  result: ResultKind,
  needs: z.array(z.enum(['files', 'tools', 'internet', 'people'])).max(4),
});
export type PlannedTask = z.infer<typeof PlannedTask>;

/** What a planner answers with. */
export const Plan = z.object({ title: z.string().trim().min(1).max(200), tasks: z.array(PlannedTask) });
export type Plan = z.infer<typeof Plan>;

/** What a reviewer answers with. `summary`: the result in one line, for the channel. */
export const Review = z.object({
  verdict: z.enum(['accept', 'send-back']),
  /** Why it is sent back: what has to change. */
  reasons: z.array(z.string().trim().min(1).max(4_000)).max(20),
  summary: z.string().trim().max(500),
});
export type Review = z.infer<typeof Review>;

// Inputs

export const StartGoal = z.object({
  requestId: RequestId,
  conversationId: ConversationId,
  /** The intention. */
  text: z.string().trim().min(1, 'say what is to be reached').max(100_000),
  /** A message that is handed over: its text is put behind the intention. */
  messageId: MessageId.optional(),
  options: GoalOptions.partial().optional(),
  /** Who may be given tasks; absent: all who take part in the conversation. */
  agentIds: z.array(AgentId).min(1).max(50).optional(),
  /** Absent: the conversation's lead. */
  plannerId: AgentId.optional(),
  reviewerId: AgentId.optional(),
  /** A plan that is there already: no planner is asked. Up to 500 tasks. */
  plan: Plan.optional(),
  demo: DemoOptions.optional(),
});
export const GoalRef = z.object({ id: GoalId });
export const TaskRef = z.object({ taskId: TaskId });
export const ListGoals = z.object({
  conversationId: ConversationId.optional(),
  /** Only those that are not at rest. */
  open: z.boolean().default(false),
  limit: z.number().int().min(1).max(200).default(50),
  before: GoalId.optional(),
});
/** `planVersion`: of the plan that was looked at. */
export const ApproveGoal = z.object({ id: GoalId, planVersion: z.number().int().min(0) });
export const ReplanGoal = z.object({
  requestId: RequestId,
  id: GoalId,
  note: z.string().trim().min(1, 'say what to change').max(20_000),
});
const TaskFields = z.object({
  title: PlannedTask.shape.title,
  instructions: PlannedTask.shape.instructions,
  acceptance: PlannedTask.shape.acceptance,
  agentId: AgentId,
  dependsOn: z.array(TaskId).max(maxGivenTasks),
  result: ResultKind,
});
/** While the plan awaits approval; later only tasks that wait. */
export const EditTask = z.object({ taskId: TaskId, task: TaskFields.partial() });
export const AddTask = z.object({ requestId: RequestId, id: GoalId, task: TaskFields });
/** `options`: for example a larger budget, with the resumption. */
export const ResumeGoal = z.object({ requestId: RequestId, id: GoalId, options: GoalOptions.partial().optional() });
export const SetGoalOptions = z.object({ id: GoalId, options: GoalOptions.partial() });
export const RetryTask = z.object({ requestId: RequestId, taskId: TaskId });
export const AnswerTask = z.object({
  requestId: RequestId,
  taskId: TaskId,
  text: z.string().trim().min(1).max(100_000),
  /** What is answered, as the task asks it: one that asks something else by now does not take the answer. */
  question: z.string().max(10_000).optional(),
});
export const SkipTask = z.object({
  requestId: RequestId,
  taskId: TaskId,
  reason: z.string().trim().max(2_000).default(''),
});
export const DownloadGoal = z.object({ id: GoalId, format: z.enum(['md', 'zip']) });
export const GoalTimeline = z.object({
  id: GoalId,
  /** Older than this event; absent: the newest. */
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(500).default(100),
});

// Views

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

export const PauseReason = z.enum(['user', 'tokens', 'cost', 'time', 'tasks']);
export type PauseReason = z.infer<typeof PauseReason>;

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

/** What a message has to do with a goal: the intention that began one, or what an agent reports of it. */
export const MessageGoal = z.object({
  goalId: GoalId,
  taskId: TaskId.nullable(),
  kind: z.enum(['intention', 'plan', 'started', 'result', 'question', 'failure', 'paused', 'delivered']),
});
export type MessageGoal = z.infer<typeof MessageGoal>;

/** What a job does for a goal; jobs without one are not a goal's. */
export const GoalJob = z.object({
  goalId: GoalId,
  taskId: TaskId.nullable(),
  purpose: z.enum(['plan', 'work', 'review', 'summary', 'deliver']),
});
export type GoalJob = z.infer<typeof GoalJob>;

/** Base64 of the file. */
export const GoalFile = z.object({ fileName: z.string(), mediaType: z.string(), base64: z.string() });
export type GoalFile = z.infer<typeof GoalFile>;
