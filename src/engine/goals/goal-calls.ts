/**
 * The jobs of goals: each is estimated against the goal's budget before it is enqueued, and counted when it has ended. What is
 * open counts with the most that it may still take, so a goal gets beyond a cap by no more than its estimates were too low.
 */
import type { AgentRow } from '../../../db/chat.model.ts';
import type { GoalJobRow, GoalRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import type { Store } from '../../../db/store.ts';
import type { GoalBurn, GoalJob, PauseReason } from '../../protocol/goals.ts';
import { splitModel, type TaskId } from '../../protocol/ids.ts';
import type { Lane } from '../../protocol/job.ts';
import type { AnswerFormat } from '../../protocol/request.ts';
import { costMicros } from '../cost.ts';
import type { LlmJobQueue } from '../llm-job-queue.service.ts';
import type { ProviderActors } from '../provider-actors.ts';
import { defaultAnswerTokens, defaultContextTokens, mostUsage } from '../request-builder.ts';
import { charsPerToken } from '../token-estimates.ts';
import type { Turn } from '../turn.ts';
import type { Ids } from '../ulid.ts';
import { capReached } from './budget.ts';
import type { GoalActors } from './goal-actors.ts';
import type { Prompt } from './words.ts';

export interface GoalCall {
  readonly goal: GoalRow;
  readonly taskId: TaskId | null;
  readonly purpose: GoalJob['purpose'];
  readonly agent: AgentRow;
  readonly prompt: Prompt;
  readonly lane: Lane;
  readonly format?: AnswerFormat;
}

export type CallOutcome =
  | { readonly kind: 'made'; readonly job: JobRow }
  /** What is under way may take the rest of the budget: it is tried again when some of that has ended. */
  | { readonly kind: 'held' }
  /** The goal has to pause. */
  | { readonly kind: 'cap'; readonly reason: Exclude<PauseReason, 'user'> }
  /** It would never run, and why, for people. */
  | { readonly kind: 'impossible'; readonly reason: string };

export interface GoalCallsOptions {
  store: Store;
  ids: Ids;
  actors: GoalActors;
  queue: LlmJobQueue;
  providers: ProviderActors;
}

export class GoalCalls {
  readonly #options: GoalCallsOptions;

  constructor(options: GoalCallsOptions) {
    this.#options = options;
  }

  make(turn: Turn, call: GoalCall): CallOutcome {
    const { store, ids, actors, queue, providers } = this.#options;
    const { taskId, purpose, agent, prompt, lane, format } = call;
    // As it is now: what was made for it a moment ago is in flight.
    const goal = actors.goal(call.goal.id);
    const { provider, model } = splitModel(agent.model);
    if (providers.row(provider) === undefined) {
      const reason = `${agent.name} uses the provider "${provider}", which was removed. Choose another model for this agent.`;
      return { kind: 'impossible', reason };
    }
    const usage = mostUsage({ model, ...prompt, params: agent.params });
    const estimate = {
      tokens: usage.inputTokens + usage.outputTokens,
      costMicros: costMicros(usage, providers.model(provider, model)) ?? 0,
    };
    const burn = burnOf(goal, turn.at);
    const cap = capReached(goal.options.budget, { ...burn, inFlightTokens: 0, inFlightCostMicros: 0 }, estimate);
    if (cap !== undefined) return { kind: 'cap', reason: cap };
    if (capReached(goal.options.budget, burn, estimate) !== undefined) return { kind: 'held' };

    const jobId = ids.job();
    store.goals.insertJob({ jobId, goalId: goal.id, taskId, purpose, at: turn.at, isOpen: true, ...estimate });
    actors.patchGoal(turn, goal.id, {
      inFlightTokens: goal.inFlightTokens + estimate.tokens,
      inFlightCostMicros: goal.inFlightCostMicros + estimate.costMicros,
    });
    const job = queue.enqueue(turn, {
      id: jobId,
      name: `goal ${purpose}`,
      lane,
      groupKey: `goal:${goal.id}`,
      agentId: agent.id,
      fallbacks: agent.fallbacks.length === 0 ? null : { models: agent.fallbacks, afterMs: agent.fallbackAfterMs },
      data: {
        kind: 'prompt',
        model: agent.model,
        system: prompt.system,
        messages: prompt.messages,
        params: agent.params,
        readsResults: false,
        goal: { goalId: goal.id, taskId, purpose },
        ...(format === undefined ? {} : { format }),
        ...(goal.demo === null ? {} : { demo: goal.demo }),
      },
    });
    return { kind: 'made', job };
  }

  /** It has ended: from now on what it took counts. `row` undefined: it is gone, and nobody knows. */
  close(turn: Turn, job: GoalJobRow, row: JobRow | undefined): void {
    const { store, actors } = this.#options;
    const took = row === undefined ? { tokens: 0, costMicros: 0 } : this.#took(row);
    store.goals.closeJob(job.jobId, took.tokens, took.costMicros);
    const goal = actors.goal(job.goalId);
    actors.patchGoal(turn, job.goalId, {
      inFlightTokens: goal.inFlightTokens - job.tokens,
      inFlightCostMicros: goal.inFlightCostMicros - job.costMicros,
      burnTokens: goal.burnTokens + took.tokens,
      burnCostMicros: goal.burnCostMicros + took.costMicros,
    });
  }

  /** Nobody waits for it any more: it is aborted where it runs. */
  withdraw(turn: Turn, job: GoalJobRow): void {
    const { store, queue } = this.#options;
    this.close(turn, job, store.jobs.get(job.jobId));
    if (queue.actors.row(job.jobId) !== undefined) queue.cancel(turn, job.jobId);
  }

  /** How much an agent's model takes, and how much of it is kept for the answer, in tokens. */
  roomOf(agent: AgentRow): { contextTokens: number; answerTokens: number } {
    const { provider, model } = splitModel(agent.model);
    const row = this.#options.providers.row(provider);
    const known = row === undefined ? undefined : this.#options.providers.model(provider, model)?.contextTokens;
    const contextTokens = known ?? defaultContextTokens[row?.kind ?? 'demo'];
    const answerTokens = agent.params.maxOutputTokens ?? Math.min(defaultAnswerTokens, Math.floor(contextTokens / 4));
    return { contextTokens, answerTokens };
  }

  /** An answer that broke off, or was aborted, took what was sent and what had arrived. */
  #took(row: JobRow): { tokens: number; costMicros: number } {
    const { returnvalue, data } = row;
    if (returnvalue !== null) {
      const { inputTokens, outputTokens } = returnvalue.usage;
      return { tokens: inputTokens + outputTokens, costMicros: returnvalue.costMicros ?? 0 };
    }
    if (row.progress === 0 || data.kind !== 'prompt') return { tokens: 0, costMicros: 0 };
    const { provider } = row;
    const { model } = splitModel(row.fallbackModel ?? data.model);
    const { inputTokens } = mostUsage({ ...data, model });
    const usage = { inputTokens, outputTokens: Math.ceil(row.progress / charsPerToken) };
    const cost = costMicros(usage, this.#options.providers.model(provider, model)) ?? 0;
    return { tokens: usage.inputTokens + usage.outputTokens, costMicros: cost };
  }
}

/** As of `now`. */
export function burnOf(goal: GoalRow, now: number): GoalBurn {
  const underWayMs = goal.activeSince === null ? 0 : Math.max(0, now - goal.activeSince);
  return {
    tokens: goal.burnTokens,
    costMicros: goal.burnCostMicros,
    timeMs: goal.activeMs + underWayMs,
    tasks: taskCount(goal),
    inFlightTokens: goal.inFlightTokens,
    inFlightCostMicros: goal.inFlightCostMicros,
  };
}

export function taskCount({ taskCounts }: GoalRow): number {
  return Object.values(taskCounts).reduce((sum, count) => sum + count, 0);
}
