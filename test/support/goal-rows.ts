/** Rows of goals and tasks as they come from nowhere, for tests of the tables themselves. */
import type { GoalRow, TaskRow } from '../../db/goals.model.ts';
import type { Store } from '../../db/store.ts';
import { blankGoal } from '../../machines/goal.context.ts';
import { goalMachineVersion } from '../../machines/goal.machine.ts';
import { blankTask } from '../../machines/task.context.ts';
import { taskMachineVersion } from '../../machines/task.machine.ts';
import { defaultGoalOptions } from '../../src/protocol/goals.ts';
import type { AgentId, ConversationId, GoalId, MessageId, TaskId } from '../../src/protocol/ids.ts';

const agentId = 'agent_a' as AgentId;

/** Ids in order of `n`. */
export const goalIdOf = (n: number): GoalId => `goal_${String(n).padStart(4, '0')}` as GoalId;
export const taskIdOf = (n: number): TaskId => `task_${String(n).padStart(4, '0')}` as TaskId;
export const conversationIdOf = (n: number): ConversationId => `conv_${String(n).padStart(4, '0')}` as ConversationId;

/** What goals belong to. */
export function insertConversations(store: Store, numbers: readonly number[]): void {
  store.sqlite
    .prepare(
      `INSERT INTO agents (id, name, system_prompt, model, lane, params, created_at)
       VALUES (?, 'Ada', '', 'demo/demo', 'high', '{}', 1)`,
    )
    .run(agentId);
  for (const n of numbers) {
    const at = { createdAt: 1, updatedAt: 1 };
    store.chat.insertConversation({ id: conversationIdOf(n), title: '', titled: false, agentId, preview: '', ...at });
  }
}

export function blankGoalRow(n: number, more: Partial<GoalRow> = {}): GoalRow {
  return {
    ...blankGoal,
    id: goalIdOf(n),
    conversationId: conversationIdOf(0),
    messageId: 'msg_a' as MessageId,
    title: `Goal ${n}`,
    intention: 'Do it.',
    options: defaultGoalOptions,
    agentIds: [agentId],
    plannerId: agentId,
    reviewerId: null,
    demo: null,
    state: 'planning',
    planNote: null,
    refusedPlan: null,
    jobId: null,
    lastJobId: null,
    taskCounts: {},
    measuredMs: [],
    burnTokens: 0,
    burnCostMicros: 0,
    inFlightTokens: 0,
    inFlightCostMicros: 0,
    timeCapAt: null,
    hasDeliverable: false,
    createdAt: 1,
    updatedAt: 1,
    version: 0,
    machineVersion: goalMachineVersion,
    ...more,
  };
}

export function blankTaskRow(n: number, more: Partial<TaskRow> = {}): TaskRow {
  return {
    ...blankTask,
    id: taskIdOf(n),
    goalId: goalIdOf(0),
    key: `t${n}`,
    title: `Task ${n}`,
    instructions: 'Write it.',
    acceptance: ['It is written.'],
    agentId,
    resultKind: 'document',
    parentId: null,
    depth: 0,
    state: 'waiting',
    jobId: null,
    jobIsOpen: false,
    awaitsSummaries: false,
    result: null,
    summary: null,
    digest: null,
    readsSummaries: false,
    answers: [],
    version: 0,
    machineVersion: taskMachineVersion,
    ...more,
  };
}
