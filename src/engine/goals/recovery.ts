/**
 * Goals after a start. What happens to a goal is written in the turns of its jobs, so a crash leaves nothing half done: what is
 * under way has its open jobs, or gets them here. Nobody has worked while no process ran: that time counts for no goal.
 */
import type { GoalId } from '../../protocol/ids.ts';
import type { Inputs } from '../inputs.ts';
import type { LlmJobQueue } from '../llm-job-queue.service.ts';
import { isAtRest } from '../../protocol/job.ts';
import type { Turn } from '../turn.ts';
import type { GoalParts } from './goal-parts.ts';
import type { Goals } from './goals.ts';

export interface GoalRecoveryOptions {
  parts: GoalParts;
  goals: Goals;
  queue: LlmJobQueue;
  inputs: Inputs;
}

/** Puts each goal into an input of its own, so that one that cannot be handled does not keep the others. */
export function recoverGoals({ parts, goals, queue, inputs }: GoalRecoveryOptions): void {
  const { store, actors } = parts;
  const recover = (turn: Turn, id: GoalId): void => {
    const { activeSince, activeMs, updatedAt } = actors.goal(id);
    if (activeSince !== null) {
      actors.patchGoal(turn, id, { activeSince: turn.at, activeMs: activeMs + Math.max(0, updatedAt - activeSince) });
    }
    for (const job of store.goals.openJobs(id)) {
      const row = queue.actors.row(job.jobId);
      if (row === undefined || isAtRest(row.state)) goals.takeBack(turn, job);
    }
    goals.advance(turn, id);
  };
  for (const id of store.goals.openIds()) inputs.post('recover goal', (turn) => recover(turn, id));
}
