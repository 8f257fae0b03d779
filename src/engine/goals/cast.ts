/** Who does what for a goal. An agent that was removed meanwhile is stood in for by the one whom the conversation is with. */
import type { AgentRow } from '../../../db/chat.model.ts';
import type { GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { Store } from '../../../db/store.ts';
import type { AgentId } from '../../protocol/ids.ts';
import { EngineError } from '../errors.ts';

export class Cast {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Who may be given tasks; at least one. */
  agents(goal: GoalRow): AgentRow[] {
    const present = goal.agentIds.flatMap((id) => this.#store.chat.agent(id) ?? []);
    return present.length > 0 ? present : [this.#standIn(goal)];
  }

  /** Also composes the deliverable, and speaks for the goal. */
  planner(goal: GoalRow): AgentRow {
    return this.#agent(goal, goal.plannerId);
  }

  worker(goal: GoalRow, task: Pick<TaskRow, 'agentId'>): AgentRow {
    return this.#agent(goal, task.agentId);
  }

  /** The one that was named; else rather another one than who made the result. */
  reviewer(goal: GoalRow, task: Pick<TaskRow, 'agentId'>): AgentRow {
    if (goal.reviewerId !== null) return this.#agent(goal, goal.reviewerId);
    const worker = this.worker(goal, task);
    const others = [this.planner(goal), ...this.agents(goal)];
    return others.find(({ id }) => id !== worker.id) ?? worker;
  }

  #agent(goal: GoalRow, id: AgentId): AgentRow {
    return this.#store.chat.agent(id) ?? this.#standIn(goal);
  }

  #standIn({ conversationId, id }: GoalRow): AgentRow {
    const { chat } = this.#store;
    const conversation = chat.conversationEvenRemoved(conversationId);
    const agent = conversation === undefined ? undefined : chat.agent(conversation.agentId);
    if (agent === undefined) throw new EngineError('INTERNAL', `the conversation of goal ${id} has no agent`);
    return agent;
  }
}
