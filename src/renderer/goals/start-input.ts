import type { AgentId } from '../../protocol/ids.ts';
import type { GoalOptions } from '../../protocol/goals.ts';
import type { GoalStart } from './goal-options.ts';

interface StartInput {
  readonly options: GoalOptions;
  readonly agentIds?: AgentId[];
  readonly plannerId?: AgentId;
  readonly reviewerId?: AgentId;
}

/** How it is started, as `goals.start` takes it: what was not chosen is left out. */
export function startInput({ options, agentIds, plannerId, reviewerId }: GoalStart): StartInput {
  return {
    options,
    ...(agentIds === null || agentIds.length === 0 ? {} : { agentIds: [...agentIds] }),
    ...(plannerId === null ? {} : { plannerId }),
    ...(reviewerId === null ? {} : { reviewerId }),
  };
}
