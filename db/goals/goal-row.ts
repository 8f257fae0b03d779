/** A goal's or task's snapshot and its row are the same thing in two forms: every piece of a machine's state is a column. */
import type { GoalContext } from '../../machines/goal.context.ts';
import { goalMachine, type GoalSnapshot } from '../../machines/goal.machine.ts';
import type { TaskContext } from '../../machines/task.context.ts';
import { taskMachine, type TaskSnapshot } from '../../machines/task.machine.ts';
import type { GoalRow, TaskRow } from '../goals.model.ts';

/** The columns that the machines own. */
export type GoalMachineColumns = Pick<GoalRow, 'state' | keyof GoalContext>;
export type TaskMachineColumns = Pick<TaskRow, 'state' | keyof TaskContext>;

export function goalSnapshot(row: GoalMachineColumns): GoalSnapshot {
  const context: GoalContext = {
    resumesTo: row.resumesTo,
    pauseReason: row.pauseReason,
    failure: row.failure,
    planTries: row.planTries,
    deliverTries: row.deliverTries,
    problem: row.problem,
    activeSince: row.activeSince,
    activeMs: row.activeMs,
    endedAt: row.endedAt,
  };
  return goalMachine.resolveState({ value: row.state, context });
}

export function goalColumns({ value, context }: GoalSnapshot): GoalMachineColumns {
  return { state: value, ...context };
}

export function taskSnapshot(row: TaskMachineColumns): TaskSnapshot {
  const context: TaskContext = {
    openDependencies: row.openDependencies,
    sendBacks: row.sendBacks,
    tries: row.tries,
    retries: row.retries,
    question: row.question,
    problem: row.problem,
    reviewReasons: row.reviewReasons,
    failure: row.failure,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
  };
  return taskMachine.resolveState({ value: row.state, context });
}

export function taskColumns({ value, context }: TaskSnapshot): TaskMachineColumns {
  return { state: value, ...context };
}
