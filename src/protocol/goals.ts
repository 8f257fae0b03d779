/**
 * Goals: an intention is planned as a graph of tasks, which agents carry out in parallel; what they made is reviewed and
 * composed into one deliverable. The terms: states, options, and what is asked of the models. What the API takes is in
 * `goal-inputs.ts`, what it tells in `goal-views.ts`.
 */
import { z } from 'zod';
import { GoalId, TaskId } from './ids.ts';

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

export const PauseReason = z.enum(['user', 'tokens', 'cost', 'time', 'tasks']);
export type PauseReason = z.infer<typeof PauseReason>;

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
