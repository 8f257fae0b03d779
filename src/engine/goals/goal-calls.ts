/**
 * The jobs of goals: each is estimated against the goal's budget before it is enqueued, and counted when it has ended. What is
 * open counts with the most that it may still take, so a goal gets beyond a cap by no more than its estimates were too low.
 */
import type { AgentRow } from '../../../db/chat.model.ts';
import type { GoalJobRow, GoalRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import type { Store } from '../../../db/store.ts';
import type { GoalBurn } from '../../protocol/goal-views.ts';
import { maxGivenTasks, type GoalJob, type PauseReason } from '../../protocol/goals.ts';
import { splitModel, type TaskId } from '../../protocol/ids.ts';
import type { Lane } from '../../protocol/job.ts';
import type { AnswerFormat, ModelParams } from '../../protocol/request.ts';
import { costMicros } from '../cost.ts';
import type { LlmJobQueue } from '../llm-job-queue.service.ts';
import type { ProviderActors } from '../provider-actors.ts';
import { defaultContextTokens, mostUsage } from '../request-builder.ts';
import { charsPerToken } from '../token-estimates.ts';
import type { Turn } from '../turn.ts';
import type { Ids } from '../ulid.ts';
import { capReached } from './budget.ts';
import type { GoalActors } from './goal-actors.ts';
import type { Prompt } from './words.ts';

/** Under a budget an answer may be so long, where its agent sets no limit: large plans, and models that think before. */
const mostAnswerTokens = 16_384;
/** What an agent that is to answer briefly may need for the other parts. Of a small context it is a quarter at most. */
const leastAnswerTokens: Readonly<Record<GoalJob['purpose'], number>> = {
  plan: 8_192,
  work: 0,
  review: 1_024,
  summary: 0,
  deliver: 4_096,
};

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
    const params = this.#paramsOf(goal, agent, purpose);
    const usage = mostUsage({ model, ...prompt, params, format });
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
        params,
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
    const answerTokens = agent.params.maxOutputTokens ?? Math.min(mostAnswerTokens, Math.floor(contextTokens / 4));
    return { contextTokens, answerTokens };
  }

  /**
   * Where a budget is to hold, the model is held to what is thought of. An agent's own limit holds for its results; what else
   * it does for a goal could not be done with less than a certain length.
   */
  #paramsOf({ options: { budget } }: GoalRow, agent: AgentRow, purpose: GoalJob['purpose']): ModelParams {
    const { contextTokens } = this.roomOf(agent);
    const quarter = Math.floor(contextTokens / 4);
    const own = agent.params.maxOutputTokens;
    if (own !== undefined) {
      return { ...agent.params, maxOutputTokens: Math.max(own, Math.min(leastAnswerTokens[purpose], quarter)) };
    }
    if (budget.tokens === null && budget.costMicros === null) return agent.params;
    return { ...agent.params, maxOutputTokens: Math.min(mostAnswerTokens, quarter) };
  }

  /** Answers that broke off, or were aborted, took what was sent and what had arrived; so did attempts before the last one. */
  #took(row: JobRow): { tokens: number; costMicros: number } {
    const { returnvalue, data, provider } = row;
    const before =
      row.attemptsStarted > 1
        ? this.#options.store.log.streamedBefore(row.id, row.attemptsStarted)
        : { attempts: 0, chars: 0 };
    const isCut = returnvalue === null && row.progress > 0;
    const attempts = before.attempts + (isCut ? 1 : 0);
    const cut = { tokens: 0, costMicros: 0 };
    if (attempts > 0 && data.kind === 'prompt') {
      const { model } = splitModel(row.fallbackModel ?? data.model);
      const inputTokens = attempts * mostUsage({ ...data, model }).inputTokens;
      const outputTokens = Math.ceil((before.chars + (isCut ? row.progress : 0)) / charsPerToken);
      cut.tokens = inputTokens + outputTokens;
      cut.costMicros = costMicros({ inputTokens, outputTokens }, this.#options.providers.model(provider, model)) ?? 0;
    }
    if (returnvalue === null) return cut;
    const { inputTokens, outputTokens } = returnvalue.usage;
    return {
      tokens: cut.tokens + inputTokens + outputTokens,
      costMicros: cut.costMicros + (returnvalue.costMicros ?? 0),
    };
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

/** How many tasks it may still be given. */
export function roomForTasks(goal: GoalRow): number {
  return Math.min(goal.options.budget.tasks ?? maxGivenTasks, maxGivenTasks) - taskCount(goal);
}
