/**
 * The job tables. A job means the same here as on a BullMQ queue: `name`, `data`, `opts`, `delay`, `attempts_*`, `backoff`,
 * `progress`, `returnvalue`, `failed_reason`, `stacktrace`, `parent_id`, `processed_by`, `timestamp`, `processed_on`,
 * `finished_on` are BullMQ's; its `priority` is `lane` and `rank` here.
 *
 * No foreign keys lead out of these tables: conversation, agent and goal are plain references in `data`.
 * Times are epoch milliseconds.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { JobEventType } from '../machines/job.context.ts';
import type {
  Backoff,
  Failure,
  FinishReason,
  JobPhase,
  JobState,
  JobTimeouts,
  Lane,
  OnFailure,
  Usage,
} from '../src/protocol/job.ts';
import type { GoalJob } from '../src/protocol/goals.ts';
import type { AgentId, ConversationId, JobId, MessageId, ProviderId } from '../src/protocol/ids.ts';
import type { AnswerFormat, DemoOptions, ModelParams, TextMessage } from '../src/protocol/request.ts';

/** Answers a user's message; the request is built from the conversation when the job is claimed. */
export interface ChatJobData {
  kind: 'chat';
  conversationId: ConversationId;
  /** The user's message. */
  messageId: MessageId;
  agentId: AgentId;
  model: string;
  demo?: DemoOptions | undefined;
  /** It goes on with the answer of another job, which the token limit has cut. */
  continues?: Continued | undefined;
}

/** The answer that is gone on with, and how much of it there was: what is behind that came from the continuation. */
export interface Continued {
  /** The job whose answer it is. */
  jobId: JobId;
  textChars: number;
  thinkingChars: number;
}

/** A request of its own, outside any conversation. */
export interface PromptJobData {
  kind: 'prompt';
  model: string;
  system?: string | undefined;
  messages: TextMessage[];
  params: ModelParams;
  /** Results of the jobs it depended on are put before the messages. */
  readsResults: boolean;
  /** Its answer becomes the title of this conversation. */
  titleOf?: ConversationId | undefined;
  /** The answer is JSON of this shape. */
  format?: AnswerFormat | undefined;
  /** What it does for a goal. */
  goal?: GoalJob | undefined;
  demo?: DemoOptions | undefined;
}

/** Models that may answer in place of the one asked for, when its provider has been in trouble for longer than `afterMs`. */
export interface JobFallbacks {
  /** `provider/model`, the first one first. */
  models: string[];
  afterMs: number;
}

export type JobData = ChatJobData | PromptJobData;

/** A completed job's result. A chat job's text is its message's; other jobs, and one that continues an answer, keep it here. */
export interface JobReturnValue {
  text?: string;
  thinking?: string;
  finishReason: FinishReason;
  usage: Usage;
  model: string;
  omittedMessages: number;
  /** Millionths of a US dollar at the price of then; null: no price was known. Absent in rows from before it was kept. */
  costMicros?: number | null;
}

export const llmJobs = sqliteTable(
  'llm_jobs',
  {
    id: text().$type<JobId>().primaryKey(),
    name: text().notNull(),
    data: text({ mode: 'json' }).$type<JobData>().notNull(),
    /** The machine's state and, while active, its inner one. */
    state: text().$type<JobState>().notNull(),
    phase: text().$type<JobPhase>(),
    lane: text().$type<Lane>().notNull(),
    provider: text().$type<ProviderId>().notNull(),
    /** Whose turn it is: jobs of one group take turns with other groups. A conversation is a group. */
    groupKey: text().notNull(),
    /** Start-time fair-queueing tag; 0 unless waiting or active. */
    rank: integer().notNull(),
    delay: integer().notNull(),
    maxAttempts: integer().notNull(),
    backoff: text({ mode: 'json' }).$type<Backoff>().notNull(),
    attemptsStarted: integer().notNull(),
    attemptsMade: integer().notNull(),
    stalledCounter: integer().notNull(),
    quarantined: integer({ mode: 'boolean' }).notNull(),
    quarantineDeaths: integer().notNull(),
    openDependencies: integer().notNull(),
    heldDependencies: integer().notNull(),
    runAt: integer(),
    deadlineAt: integer(),
    waitingSince: integer(),
    /** Characters streamed by the running or last attempt. */
    progress: integer().notNull(),
    returnvalue: text({ mode: 'json' }).$type<JobReturnValue>(),
    failedReason: text(),
    failure: text({ mode: 'json' }).$type<Failure>(),
    /** One line for each failed attempt, newest last, at most 20. */
    stacktrace: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** Older messages left out of the last request, because they did not fit the model's context. */
    omittedMessages: integer().notNull(),
    parentId: text().$type<JobId>(),
    processedBy: text(),
    timestamp: integer().notNull(),
    processedOn: integer(),
    firstContentAt: integer(),
    finishedOn: integer(),
    /** Raised by every write; a write names the version it saw. */
    version: integer().notNull(),
    machineVersion: integer().notNull(),
    timeouts: text({ mode: 'json' }).$type<JobTimeouts>().notNull().default({}),
    queueDeadlineAt: integer(),
    runDeadlineAt: integer(),
    /** When the worker confirmed the end of an attempt that was stopped; until then `processedBy` names it. */
    stoppedOn: integer(),
    fallbacks: text({ mode: 'json' }).$type<JobFallbacks>(),
    /** The model that answers in place of `data.model`; `provider` is always where it runs. */
    fallbackModel: text(),
    /** Whose limits and statistics it counts on; null: no agent's. Agents have lines of their own in the claim. */
    agentId: text().$type<AgentId>(),
  },
  (job) => [
    index('llm_jobs_claim')
      .on(job.lane, job.provider, job.agentId, job.rank, job.id)
      .where(sql`state = 'waiting' AND quarantined = 0`),
    index('llm_jobs_quarantine')
      .on(job.lane, job.rank, job.id)
      .where(sql`state = 'waiting' AND quarantined = 1`),
    index('llm_jobs_group')
      .on(job.groupKey, job.lane, job.rank)
      .where(sql`state IN ('blocked', 'delayed', 'waiting', 'active')`),
    index('llm_jobs_due')
      .on(job.runAt)
      .where(sql`state = 'delayed'`),
    index('llm_jobs_deadline')
      .on(job.deadlineAt)
      .where(sql`state IN ('delayed', 'waiting') AND deadline_at IS NOT NULL`),
    index('llm_jobs_queue_deadline')
      .on(job.queueDeadlineAt)
      .where(sql`state = 'waiting' AND queue_deadline_at IS NOT NULL`),
    index('llm_jobs_fallback')
      .on(job.provider, job.id)
      .where(sql`state = 'waiting' AND fallbacks IS NOT NULL`),
    index('llm_jobs_stopping')
      .on(job.id)
      .where(sql`state IN ('failed', 'cancelled') AND processed_by IS NOT NULL`),
    index('llm_jobs_parent')
      .on(job.parentId)
      .where(sql`parent_id IS NOT NULL`),
    index('llm_jobs_blocked')
      .on(job.id)
      .where(sql`state = 'blocked'`),
    index('llm_jobs_active')
      .on(job.id)
      .where(sql`state = 'active'`),
    index('llm_jobs_completed')
      .on(job.id)
      .where(sql`state = 'completed'`),
    index('llm_jobs_failed')
      .on(job.id)
      .where(sql`state = 'failed'`),
    index('llm_jobs_cancelled')
      .on(job.id)
      .where(sql`state = 'cancelled'`),
  ],
);
export type JobRow = typeof llmJobs.$inferSelect;

/** `job_id` waits for `depends_on_id`. */
export const llmJobDependencies = sqliteTable(
  'llm_job_dependencies',
  {
    jobId: text().$type<JobId>().notNull(),
    dependsOnId: text().$type<JobId>().notNull(),
    onFailure: text().$type<OnFailure>().notNull(),
    /** `open`: not at rest yet. `held`: failed, and the user decides. `met`: no longer in the way. `failed`: it failed the job. */
    state: text().$type<'open' | 'held' | 'met' | 'failed'>().notNull(),
    /** Order in which a prompt reads the results. */
    position: integer().notNull(),
  },
  (dependency) => [
    primaryKey({ columns: [dependency.jobId, dependency.dependsOnId] }),
    index('llm_job_dependencies_on').on(dependency.dependsOnId),
  ],
);
export type DependencyRow = typeof llmJobDependencies.$inferSelect;

/** Append-only: every transition with its event. The creation is the row's own `timestamp`. */
export const jobEvents = sqliteTable(
  'job_events',
  {
    jobId: text().$type<JobId>().notNull(),
    /** The row's version after the event. */
    version: integer().notNull(),
    at: integer().notNull(),
    event: text().$type<JobEventType>().notNull(),
    fromState: text().$type<JobState>().notNull(),
    toState: text().$type<JobState>().notNull(),
    attempt: integer().notNull(),
    /** The event's payload without `type` and `at`; a job's first event also holds where the job began, as `initial`. */
    detail: text({ mode: 'json' }).$type<Record<string, unknown>>(),
  },
  (event) => [primaryKey({ columns: [event.jobId, event.version] })],
);
export type JobEventRow = typeof jobEvents.$inferSelect;

/** Append-only: streamed text by attempt, about every 250 ms. `offset` counts UTF-16 code units over all parts. */
export const jobChunks = sqliteTable(
  'job_chunks',
  {
    jobId: text().$type<JobId>().notNull(),
    attempt: integer().notNull(),
    offset: integer().notNull(),
    kind: text().$type<'text' | 'thinking'>().notNull(),
    text: text().notNull(),
  },
  (chunk) => [primaryKey({ columns: [chunk.jobId, chunk.attempt, chunk.offset] })],
);
export type JobChunkRow = typeof jobChunks.$inferSelect;

/** The lane's virtual time: the rank that was claimed last; and whether the lane gives its jobs to workers. */
export const laneClocks = sqliteTable('lane_clocks', {
  lane: text().$type<Lane>().primaryKey(),
  virtualTime: integer().notNull(),
  /** Since when it is paused. */
  pausedAt: integer(),
});

/** How many jobs are in each state, kept by the turns, so that no read has to count. */
export const jobCounts = sqliteTable(
  'job_counts',
  {
    lane: text().$type<Lane>().notNull(),
    state: text().$type<JobState>().notNull(),
    provider: text().$type<ProviderId>().notNull(),
    count: integer().notNull(),
  },
  (row) => [primaryKey({ columns: [row.lane, row.state, row.provider] })],
);
