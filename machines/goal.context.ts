/** What a goal machine knows of its goal, and what can happen to it. */
import type { GoalState, PauseReason } from '../src/protocol/goals.ts';

/** Where a goal is under way, or waits for its plan to be approved: what a pause interrupts. */
export type ResumableState = Extract<GoalState, 'planning' | 'awaitingApproval' | 'working' | 'delivering'>;

/** All of it lives in columns of `goals`; JSON values only. Times are epoch milliseconds. */
export interface GoalContext {
  /** Where a paused one goes on; where one that has failed can be tried again. */
  resumesTo: GoalState | null;
  pauseReason: PauseReason | null;
  failure: string | null;
  /** Answers of the planner, and of the composer, that could not be used, in a row. */
  planTries: number;
  deliverTries: number;
  /** What was wrong with the last of them, for the next try. */
  problem: string | null;
  /** Since when it is under way, and how long it was before that, in milliseconds. */
  activeSince: number | null;
  activeMs: number;
  endedAt: number | null;
}

export type GoalEvent =
  /** The plan is there. `automatic`: nobody is asked. */
  | { type: 'PLANNED'; at: number; automatic: boolean }
  /** The planner's answer cannot be carried out, or not be read. */
  | { type: 'PLAN_REFUSED'; at: number; problems: string }
  | { type: 'APPROVE'; at: number }
  | { type: 'REPLAN'; at: number }
  /** Every task is accepted or skipped. */
  | { type: 'WORK_DONE'; at: number }
  | { type: 'DELIVERED'; at: number }
  /** The composer's answer cannot be used. */
  | { type: 'DELIVERY_REFUSED'; at: number; problem: string }
  /** The planner's or composer's job has failed, or a task has and the goal is to stop then. */
  | { type: 'FAIL'; at: number; reason: string }
  | { type: 'PAUSE'; at: number; reason: PauseReason }
  | { type: 'RESUME'; at: number }
  /** There is a task to work on again. */
  | { type: 'REOPEN'; at: number }
  | { type: 'CANCEL'; at: number };

export type GoalEventType = GoalEvent['type'];

export const blankGoal: GoalContext = {
  resumesTo: null,
  pauseReason: null,
  failure: null,
  planTries: 0,
  deliverTries: 0,
  problem: null,
  activeSince: null,
  activeMs: 0,
  endedAt: null,
};
