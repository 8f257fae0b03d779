/** Inputs of `goals.*`. */
import { z } from 'zod';
import { GoalOptions, Plan, PlannedTask, ResultKind, maxGivenTasks } from './goals.ts';
import { AgentId, ConversationId, GoalId, MessageId, RequestId, TaskId } from './ids.ts';
import { DemoOptions } from './request.ts';

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
