/** Whether one more call of a goal may be made. */
import type { GoalBurn } from '../../protocol/goal-views.ts';
import type { GoalBudget, PauseReason } from '../../protocol/goals.ts';

/** The most that is about to be taken. `tasks`: those about to be added; a call for a task that is there adds none. */
export interface Estimate {
  readonly tokens: number;
  readonly costMicros: number;
  readonly tasks?: number;
}

/**
 * Which cap stands in the way, the first of tokens, cost, time and tasks; undefined: none. Calls under way count with the most
 * that they may still take, so all of them together stay below a cap as long as estimates are not too low: beyond it a goal
 * gets by no more than the calls in flight.
 */
export function capReached(
  budget: GoalBudget,
  burn: GoalBurn,
  estimate: Estimate,
): Exclude<PauseReason, 'user'> | undefined {
  if (isBeyond(budget.tokens, burn.tokens + burn.inFlightTokens, estimate.tokens)) return 'tokens';
  if (isBeyond(budget.costMicros, burn.costMicros + burn.inFlightCostMicros, estimate.costMicros)) return 'cost';
  if (budget.timeMs !== null && burn.timeMs >= budget.timeMs) return 'time';
  // All the tasks that a budget allows may be there; it is one more that it forbids.
  if (budget.tasks !== null && burn.tasks + (estimate.tasks ?? 0) > budget.tasks) return 'tasks';
  return undefined;
}

/** What was taken, and what is under way and in the queue may still take, is more than a cap allows. */
export function isOverspent({ tokens, costMicros }: GoalBudget, burn: GoalBurn): boolean {
  return (
    (tokens !== null && burn.tokens + burn.inFlightTokens > tokens) ||
    (costMicros !== null && burn.costMicros + burn.inFlightCostMicros > costMicros)
  );
}

/** Also when the cap is used up and the next call's price is not known, or nothing. */
function isBeyond(cap: number | null, taken: number, more: number): boolean {
  return cap !== null && (taken >= cap || taken + more > cap);
}
