/** A goal begins: the intention becomes a message of its conversation, and either a planner is asked or a plan is there. */
import type { z } from 'zod';
import { goalMachineVersion } from '../../../machines/goal.machine.ts';
import { blankGoal } from '../../../machines/goal.context.ts';
import { planProblems } from '../../../machines/policy/plan-problems.ts';
import type { ConversationRow } from '../../../db/chat.model.ts';
import type { GoalRow } from '../../../db/goals.model.ts';
import type { StartGoal } from '../../protocol/goal-inputs.ts';
import { defaultGoalOptions, maxGivenTasks, type Plan } from '../../protocol/goals.ts';
import type { AgentId, GoalId, MessageId } from '../../protocol/ids.ts';
import { firstLine, preview } from '../conversation-words.ts';
import { EngineError } from '../errors.ts';
import type { Turn } from '../turn.ts';
import type { Goals } from './goals.ts';
import { withOptions } from './goal-options.ts';
import type { GoalParts } from './goal-parts.ts';

type Start = z.infer<typeof StartGoal>;

/** Throws `NOT_FOUND` for a conversation, message or agent that is gone, `BAD_REQUEST` for a plan that cannot be carried out. */
export function startGoal(turn: Turn, parts: GoalParts, goals: Goals, input: Start): GoalId {
  const { actors, cast } = parts;
  const conversation = requireConversation(parts, input);
  const row = newGoal(turn, parts, conversation, input);
  const message = writeIntention(turn, parts, conversation, row, input.text);
  const goal = actors.insertGoal(turn, { ...row, messageId: message });
  actors.note(turn, goal.id, 'started', null, null);
  if (input.plan !== undefined) {
    const { tasks: cap } = goal.options.budget;
    const problems = planProblems(input.plan, {
      agents: cast.agents(goal).map(({ name }) => name),
      maxTasks: Math.min(maxGivenTasks, cap ?? maxGivenTasks),
    });
    if (problems.length > 0) {
      throw new EngineError('BAD_REQUEST', `This plan cannot be carried out. ${problems.join(' ')}`);
    }
    goals.planning.accept(turn, goal, input.plan satisfies Plan);
  }
  goals.advance(turn, goal.id);
  return goal.id;
}

function requireConversation({ store }: GoalParts, { conversationId }: Start): ConversationRow {
  const row = store.chat.conversation(conversationId);
  if (row === undefined) throw new EngineError('NOT_FOUND', 'This conversation was removed, or never was.');
  return row;
}

function newGoal(
  turn: Turn,
  parts: GoalParts,
  conversation: ConversationRow,
  { text, messageId, options, plannerId, reviewerId, demo, ...input }: Start,
): Omit<GoalRow, 'messageId'> {
  const { store, ids } = parts;
  const members = store.chat.members(conversation.id).map(({ agentId }) => agentId);
  const agentIds = input.agentIds ?? (members.length > 0 ? members : [conversation.agentId]);
  for (const id of new Set([...agentIds, ...[plannerId, reviewerId].filter((named) => named !== undefined)])) {
    requireAgent(parts, id);
  }
  const handed = messageId === undefined ? undefined : handedOver(parts, conversation, messageId);
  return {
    ...blankGoal,
    id: ids.goal(),
    conversationId: conversation.id,
    title: firstLine(text),
    intention: handed === undefined ? text : `${text}\n\n---\n\n${handed}`,
    options: withOptions(defaultGoalOptions, options ?? {}),
    agentIds: [...new Set(agentIds)],
    plannerId: plannerId ?? conversation.agentId,
    reviewerId: reviewerId ?? null,
    demo: demo ?? null,
    state: 'planning',
    activeSince: turn.at,
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
    createdAt: turn.at,
    updatedAt: turn.at,
    version: 0,
    machineVersion: goalMachineVersion,
  };
}

function requireAgent({ store }: GoalParts, id: AgentId): void {
  if (store.chat.agent(id) === undefined) {
    throw new EngineError('NOT_FOUND', 'One of these agents was removed. Choose others.');
  }
}

function handedOver({ store }: GoalParts, { id }: ConversationRow, messageId: MessageId): string {
  const message = store.chat.message(messageId);
  if (message?.conversationId === id) return message.text;
  throw new EngineError('NOT_FOUND', 'The message that is handed over was removed.');
}

/** At the end of the path that is shown, as a question that no job answers. */
function writeIntention(
  turn: Turn,
  { store, ids }: GoalParts,
  { id: conversationId, titled, preview: before }: ConversationRow,
  goal: Pick<GoalRow, 'id'>,
  text: string,
): MessageId {
  const { chat } = store;
  const id = ids.message();
  chat.insertMessage({
    id,
    conversationId,
    role: 'user',
    text,
    status: 'complete',
    createdAt: turn.at,
    position: id,
    parentId: chat.lastQuestion(conversationId)?.id ?? null,
    goal: { goalId: goal.id, taskId: null, kind: 'intention' },
  });
  chat.updateConversation(conversationId, {
    updatedAt: turn.at,
    preview: preview(text),
    archivedAt: null,
    ...(titled || before !== '' ? {} : { title: firstLine(text) }),
  });
  turn.ring(`conversation:${conversationId}`, id);
  turn.ring('conversations', conversationId);
  return id;
}
