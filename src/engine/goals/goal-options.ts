/** A goal's options, as they are changed. */
import type { z } from 'zod';
import type { SetGoalOptions } from '../../protocol/goal-inputs.ts';
import type { GoalOptions } from '../../protocol/goals.ts';

export type OptionsChange = z.infer<typeof SetGoalOptions>['options'];

/** What is not given stays as it is. */
export function withOptions(before: GoalOptions, change: OptionsChange): GoalOptions {
  return {
    automatic: change.automatic ?? before.automatic,
    onTaskFailure: change.onTaskFailure ?? before.onTaskFailure,
    review: change.review ?? before.review,
    maxSendBacks: change.maxSendBacks ?? before.maxSendBacks,
    budget: change.budget ?? before.budget,
  };
}
