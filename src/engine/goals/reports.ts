/**
 * What agents report of a goal: messages below its intention, each by the agent that it is about, in the order in which they
 * were made. They are short, and mostly what models have written; only the deliverable is shown whole. What a person has to
 * act on, or has waited for, arrives as something unread.
 */
import { hiddenBits } from '../../../db/chat.model.ts';
import type { GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { Store } from '../../../db/store.ts';
import type { ArrivalKind } from '../../protocol/conversations.ts';
import { maxGivenTasks, maxPlannedTasks, type MessageGoal, type PauseReason } from '../../protocol/goals.ts';
import type { AgentId, TaskId } from '../../protocol/ids.ts';
import { preview } from '../conversation-words.ts';
import type { Turn } from '../turn.ts';
import type { Ids } from '../ulid.ts';
import type { Cast } from './cast.ts';
import { taskCount } from './goal-calls.ts';

/** So many titles give an idea of a plan. */
const shownTitles = 8;

const arrivals: Readonly<Partial<Record<MessageGoal['kind'], ArrivalKind>>> = {
  plan: 'plan',
  question: 'question',
  failure: 'failure',
  paused: 'paused',
  delivered: 'delivered',
};

export class Reports {
  readonly #store: Store;
  readonly #ids: Ids;
  readonly #cast: Cast;

  constructor(store: Store, ids: Ids, cast: Cast) {
    this.#store = store;
    this.#ids = ids;
    this.#cast = cast;
  }

  /** It awaits approval. */
  planned(turn: Turn, goal: GoalRow, tasks: readonly TaskRow[]): void {
    this.#say(turn, goal, { kind: 'plan', taskId: null, agentId: this.#planner(goal), text: planLine(goal, tasks) });
  }

  started(turn: Turn, goal: GoalRow, tasks: readonly TaskRow[]): void {
    this.#say(turn, goal, { kind: 'started', taskId: null, agentId: this.#planner(goal), text: planLine(goal, tasks) });
  }

  /** Not of sub-tasks, and not of each of hundreds: that would be a flood. */
  accepted(turn: Turn, goal: GoalRow, task: TaskRow): void {
    if (task.parentId !== null || taskCount(goal) > maxPlannedTasks) return;
    const text = `**${task.title}**: ${task.summary ?? ''}`;
    this.#say(turn, goal, { kind: 'result', taskId: task.id, agentId: this.#cast.worker(goal, task).id, text });
  }

  asked(turn: Turn, goal: GoalRow, task: TaskRow): void {
    const text = `**${task.title}**: ${task.question ?? ''}`;
    this.#say(turn, goal, { kind: 'question', taskId: task.id, agentId: this.#cast.worker(goal, task).id, text });
  }

  taskFailed(turn: Turn, goal: GoalRow, task: TaskRow): void {
    const text = `**${task.title}**: ${task.failure ?? ''}`;
    this.#say(turn, goal, { kind: 'failure', taskId: task.id, agentId: this.#cast.worker(goal, task).id, text });
  }

  goalFailed(turn: Turn, goal: GoalRow): void {
    const text = goal.failure ?? '';
    this.#say(turn, goal, { kind: 'failure', taskId: null, agentId: this.#planner(goal), text });
  }

  paused(turn: Turn, goal: GoalRow, reason: Exclude<PauseReason, 'user'>): void {
    const text = `${capWords(goal, reason)} Raise it to go on, or cancel the goal.`;
    this.#say(turn, goal, { kind: 'paused', taskId: null, agentId: this.#planner(goal), text });
  }

  delivered(turn: Turn, goal: GoalRow, document: string): void {
    this.#say(turn, goal, { kind: 'delivered', taskId: null, agentId: this.#planner(goal), text: document });
  }

  #planner(goal: GoalRow): AgentId {
    return this.#cast.planner(goal).id;
  }

  #say(
    turn: Turn,
    { id: goalId, conversationId, messageId }: GoalRow,
    {
      kind,
      taskId,
      agentId,
      text,
    }: { kind: MessageGoal['kind']; taskId: TaskId | null; agentId: AgentId; text: string },
  ): void {
    const { chat } = this.#store;
    const intention = chat.message(messageId);
    // Its conversation is being purged.
    if (intention === undefined) return;
    const id = this.#ids.message();
    chat.insertMessage({
      id,
      conversationId,
      role: 'assistant',
      text,
      status: 'complete',
      createdAt: turn.at,
      position: `${intention.position}~${id}`,
      parentId: messageId,
      agentId,
      hidden: intention.hidden === 0 ? 0 : hiddenBits.inherited,
      goal: { goalId, taskId, kind },
    });
    turn.ring(`conversation:${conversationId}`, id);
    const arrival = arrivals[kind];
    if (arrival === undefined) return;
    chat.updateConversation(conversationId, { updatedAt: turn.at, preview: preview(text) });
    chat.arrived(conversationId, { kind: arrival, messageId: id, agentId, at: turn.at });
    turn.ring('conversations', conversationId);
  }
}

/** Its title and what its tasks are called, in a line or two. */
function planLine({ title }: GoalRow, tasks: readonly TaskRow[]): string {
  const titles = tasks.slice(0, shownTitles).map((task) => task.title);
  const more = tasks.length - titles.length;
  return `**${title}**: ${titles.join(' · ')}${more > 0 ? ` · +${more}` : ''}`;
}

function capWords({ options: { budget } }: GoalRow, reason: Exclude<PauseReason, 'user'>): string {
  switch (reason) {
    case 'tokens':
      return `The goal's budget of ${(budget.tokens ?? 0).toLocaleString('en')} tokens does not allow another call.`;
    case 'cost': {
      const dollars = (budget.costMicros ?? 0) / 1_000_000;
      const cap = dollars.toLocaleString('en', { style: 'currency', currency: 'USD', maximumFractionDigits: 6 });
      return `The goal's budget of ${cap} does not allow another call.`;
    }
    case 'time':
      return `The goal's time of ${Math.round((budget.timeMs ?? 0) / 60_000).toLocaleString('en')} minutes is used up.`;
    case 'tasks':
      return `The goal's ${(budget.tasks ?? maxGivenTasks).toLocaleString('en')} tasks leave no room for the sub-tasks that are proposed.`;
    default:
      return reason satisfies never;
  }
}
