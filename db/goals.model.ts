/**
 * Goals, their tasks, and what belongs to them. A goal and a task are machines whose state is columns, as with jobs; they
 * belong to a conversation and go with it. Jobs are named and not referred to: their rows go with time, results stay here.
 * Times are epoch milliseconds.
 */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { GoalEventView, TaskView } from '../src/protocol/goal-views.ts';
import type { GoalJob, GoalOptions, GoalState, PauseReason, ResultKind, TaskState } from '../src/protocol/goals.ts';
import type { AgentId, ConversationId, GoalId, JobId, MessageId, TaskId } from '../src/protocol/ids.ts';
import type { DemoOptions } from '../src/protocol/request.ts';
import { conversations } from './chat.model.ts';

/** How many tasks are in each state; one that is absent has none. */
export type TaskCounts = Partial<Record<TaskState, number>>;

export const goals = sqliteTable(
  'goals',
  {
    id: text().$type<GoalId>().primaryKey(),
    conversationId: text()
      .$type<ConversationId>()
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    /** The message that it began with; reports stand below it. */
    messageId: text().$type<MessageId>().notNull(),
    title: text().notNull(),
    /** With the text of the message that was handed over. */
    intention: text().notNull(),
    options: text({ mode: 'json' }).$type<GoalOptions>().notNull(),
    /** Who may be given tasks. */
    agentIds: text({ mode: 'json' }).$type<AgentId[]>().notNull(),
    plannerId: text().$type<AgentId>().notNull(),
    /** Null: for each result one that has not made it, where there is one. */
    reviewerId: text().$type<AgentId>(),
    demo: text({ mode: 'json' }).$type<DemoOptions>(),

    // The machine's.
    state: text().$type<GoalState>().notNull(),
    /** Where a paused one goes on; where one that has failed can be tried again. */
    resumesTo: text().$type<GoalState>(),
    pauseReason: text().$type<PauseReason>(),
    failure: text(),
    /** Answers of the planner, and of the composer, that could not be used, in a row. */
    planTries: integer().notNull(),
    deliverTries: integer().notNull(),
    /** What was wrong with the last of them, for the next try. */
    problem: text(),
    /** Since when it is under way, and how long it was before that. */
    activeSince: integer(),
    activeMs: integer().notNull(),
    endedAt: integer(),

    /** What the user wants changed of the plan that is there, or of the one that was refused. */
    planNote: text(),
    /** The planner's last answer, where that was refused: it is shown what it wrote. */
    refusedPlan: text(),
    /** The planner's or composer's job that is open. */
    jobId: text().$type<JobId>(),
    /** The same when it has ended: for who looks. */
    lastJobId: text().$type<JobId>(),
    taskCounts: text({ mode: 'json' }).$type<TaskCounts>().notNull(),
    /** How long its last tasks took; the oldest goes first. */
    measuredMs: text({ mode: 'json' }).$type<number[]>().notNull(),
    burnTokens: integer().notNull(),
    burnCostMicros: integer().notNull(),
    /** The most that its open jobs may still take. */
    inFlightTokens: integer().notNull(),
    inFlightCostMicros: integer().notNull(),
    /** When its time is used up, as long as nothing interrupts it; null: not under way, or no such cap. */
    timeCapAt: integer(),
    hasDeliverable: integer({ mode: 'boolean' }).notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    /** Raised by every write; a write names the version it saw. */
    version: integer().notNull(),
    machineVersion: integer().notNull(),
  },
  (goal) => [
    index('goals_conversation').on(goal.conversationId, goal.id),
    index('goals_open')
      .on(goal.id)
      .where(sql`state IN ('planning', 'awaitingApproval', 'working', 'delivering', 'paused')`),
    index('goals_time')
      .on(goal.timeCapAt)
      .where(sql`time_cap_at IS NOT NULL`),
  ],
);
export type GoalRow = typeof goals.$inferSelect;

export const goalTasks = sqliteTable(
  'goal_tasks',
  {
    id: text().$type<TaskId>().primaryKey(),
    goalId: text()
      .$type<GoalId>()
      .notNull()
      .references(() => goals.id, { onDelete: 'cascade' }),
    /** Its name within the goal. */
    key: text().notNull(),
    title: text().notNull(),
    instructions: text().notNull(),
    acceptance: text({ mode: 'json' }).$type<string[]>().notNull(),
    agentId: text().$type<AgentId>().notNull(),
    resultKind: text().$type<ResultKind>().notNull(),
    /** The task that proposed it; that one waits for it. */
    parentId: text().$type<TaskId>(),
    /** 0: of the plan; a sub-task is one deeper than what proposed it. */
    depth: integer().notNull(),

    // The machine's.
    state: text().$type<TaskState>().notNull(),
    /** What it depends on and what is neither accepted nor skipped. */
    openDependencies: integer().notNull(),
    /** How often a reviewer sent it back since it was started anew. */
    sendBacks: integer().notNull(),
    /** Answers in a row that could not be used, of its agent or of its reviewer. */
    tries: integer().notNull(),
    /** How often it was tried again by itself after a failure. */
    retries: integer().notNull(),
    question: text(),
    /** Why the last answer could not be used, for the next try. */
    problem: text(),
    /** Why results were sent back since it was started anew, the newest last. */
    reviewReasons: text({ mode: 'json' }).$type<string[][]>().notNull(),
    failure: text(),
    startedAt: integer(),
    endedAt: integer(),

    /** The job that works on it now, reviews it, or did so last. */
    jobId: text().$type<JobId>(),
    /** That job is open. */
    jobIsOpen: integer({ mode: 'boolean' }).notNull(),
    /** It could start, but for summaries of results that are too long; their jobs are under way. */
    awaitsSummaries: integer({ mode: 'boolean' }).notNull(),
    result: text(),
    /** The result in one line. */
    summary: text(),
    /** The result, shortened by a job of its own for readers that have no room for all of it. */
    digest: text(),
    readsSummaries: integer({ mode: 'boolean' }).notNull(),
    answers: text({ mode: 'json' }).$type<TaskView['answers']>().notNull(),
    /** Raised by every write; a write names the version it saw. */
    version: integer().notNull(),
    machineVersion: integer().notNull(),
  },
  (task) => [
    uniqueIndex('goal_tasks_key').on(task.goalId, task.key),
    /** Those that a job is wanting for: at most all of a goal, and mostly none. */
    index('goal_tasks_ready')
      .on(task.goalId, task.id)
      .where(
        sql`job_is_open = 0 AND awaits_summaries = 0 AND open_dependencies = 0 AND state IN ('waiting', 'sentBack', 'working', 'inReview')`,
      ),
    index('goal_tasks_parent')
      .on(task.parentId)
      .where(sql`parent_id IS NOT NULL`),
  ],
);
export type TaskRow = typeof goalTasks.$inferSelect;

/** `task_id` waits until `depends_on_id` is accepted or skipped, and reads its result. */
export const goalDependencies = sqliteTable(
  'goal_dependencies',
  {
    taskId: text()
      .$type<TaskId>()
      .notNull()
      .references(() => goalTasks.id, { onDelete: 'cascade' }),
    dependsOnId: text()
      .$type<TaskId>()
      .notNull()
      .references(() => goalTasks.id, { onDelete: 'cascade' }),
  },
  (dependency) => [
    primaryKey({ columns: [dependency.taskId, dependency.dependsOnId] }),
    index('goal_dependencies_on').on(dependency.dependsOnId),
  ],
);

/** Every job of a goal, and what it counts: while it is open the most that it may take, then what it took. */
export const goalJobs = sqliteTable(
  'goal_jobs',
  {
    jobId: text().$type<JobId>().primaryKey(),
    goalId: text()
      .$type<GoalId>()
      .notNull()
      .references(() => goals.id, { onDelete: 'cascade' }),
    taskId: text().$type<TaskId>(),
    purpose: text().$type<GoalJob['purpose']>().notNull(),
    at: integer().notNull(),
    isOpen: integer({ mode: 'boolean' }).notNull(),
    tokens: integer().notNull(),
    costMicros: integer().notNull(),
  },
  (job) => [
    index('goal_jobs_goal').on(job.goalId, job.jobId),
    index('goal_jobs_task')
      .on(job.taskId, job.jobId)
      .where(sql`task_id IS NOT NULL`),
    index('goal_jobs_open')
      .on(job.goalId, job.jobId)
      .where(sql`is_open = 1`),
  ],
);
export type GoalJobRow = typeof goalJobs.$inferSelect;

/** Append-only: what happened to a goal and its tasks, for people. */
export const goalEvents = sqliteTable(
  'goal_events',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    goalId: text()
      .$type<GoalId>()
      .notNull()
      .references(() => goals.id, { onDelete: 'cascade' }),
    taskId: text().$type<TaskId>(),
    at: integer().notNull(),
    type: text().$type<GoalEventView['type']>().notNull(),
    text: text(),
  },
  (event) => [index('goal_events_goal').on(event.goalId, event.seq)],
);
export type GoalEventRow = typeof goalEvents.$inferSelect;

/** What was delivered, the document first. Apart from the goals, so that their list does not carry it. */
export const goalArtefacts = sqliteTable(
  'goal_artefacts',
  {
    goalId: text()
      .$type<GoalId>()
      .notNull()
      .references(() => goals.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    name: text().notNull(),
    text: text().notNull(),
  },
  (artefact) => [primaryKey({ columns: [artefact.goalId, artefact.position] })],
);
