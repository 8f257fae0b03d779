/**
 * The plan: a planner is asked for it, its answer is checked, and its tasks are written in the turn that completes its job, so
 * that nothing decomposes a goal twice. A plan that cannot be carried out goes back with the reasons.
 */
import type { GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import { agentNamed, planProblems } from '../../../machines/policy/plan-problems.ts';
import { taskMachineVersion } from '../../../machines/task.machine.ts';
import { blankTask } from '../../../machines/task.context.ts';
import { maxPlannedTasks, type Plan, type PlannedTask } from '../../protocol/goals.ts';
import type { AgentId, GoalId, TaskId } from '../../protocol/ids.ts';
import type { Turn } from '../turn.ts';
import { planFormatFor } from './formats.ts';
import type { CallOutcome } from './goal-calls.ts';
import type { GoalFailed, GoalParts } from './goal-parts.ts';
import { readPlan } from './read-plan.ts';
import { failureOf } from './job-failure.ts';
import { planPrompt } from './words.ts';

export class Planning {
  readonly #parts: GoalParts;
  readonly #failed: GoalFailed;

  constructor(parts: GoalParts, failed: GoalFailed) {
    this.#parts = parts;
    this.#failed = failed;
  }

  /** Asks the planner, unless a cap is in the way. The user waits for a plan that is to be approved. */
  ask(turn: Turn, goal: GoalRow): CallOutcome {
    const { store, actors, calls, cast } = this.#parts;
    const agents = cast.agents(goal);
    const before = store.tasks.ofGoal(goal.id);
    const { planNote: note, refusedPlan, problem } = goal;
    const intention = note === null || before.length > 0 ? goal.intention : `${goal.intention}\n\n---\n\n${note}`;
    const prompt = planPrompt({
      goal: { title: '', intention },
      planner: cast.planner(goal),
      agents,
      maxTasks: maxTasksOf(goal),
      change: note === null || before.length === 0 ? undefined : { plan: this.#planOf(goal, before), note },
      refused:
        refusedPlan === null || problem === null ? undefined : { answer: refusedPlan, problems: problem.split('\n') },
    });
    const outcome = calls.make(turn, {
      goal,
      taskId: null,
      purpose: 'plan',
      agent: cast.planner(goal),
      prompt,
      lane: goal.options.automatic ? 'medium' : 'high',
      format: planFormatFor(agents.map(({ name }) => name)),
    });
    if (outcome.kind === 'made') actors.patchGoal(turn, goal.id, { jobId: outcome.job.id });
    if (outcome.kind === 'impossible') this.#fail(turn, goal.id, outcome.reason);
    return outcome;
  }

  /** The planner's job has ended. */
  ended(turn: Turn, goalId: GoalId, row: JobRow): void {
    const { actors, cast } = this.#parts;
    const goal = actors.patchGoal(turn, goalId, { jobId: null, lastJobId: row.id });
    if (row.returnvalue === null) {
      this.#fail(turn, goalId, failureOf(row));
      return;
    }
    const text = row.returnvalue.text ?? '';
    const read = readPlan(text, row.returnvalue.finishReason);
    const problems =
      'problems' in read
        ? read.problems
        : planProblems(read.plan, {
            agents: cast.agents(goal).map(({ name }) => name),
            maxTasks: maxTasksOf(goal),
          });
    if ('plan' in read && problems.length === 0) this.accept(turn, goal, read.plan);
    else this.#refuse(turn, goal, text, problems.map((problem) => problem.replaceAll('\n', ' ')).join('\n'));
  }

  /** Writes the tasks of a good plan, in place of those of an older one. */
  accept(turn: Turn, goal: GoalRow, plan: Plan): void {
    const { actors, reports } = this.#parts;
    actors.removeTasks(turn, goal.id);
    const tasks = this.insert(turn, goal, plan.tasks, null);
    const planned = actors.sendGoal(
      turn,
      goal.id,
      { type: 'PLANNED', at: turn.at, automatic: goal.options.automatic },
      { title: plan.title, planNote: null, refusedPlan: null },
    );
    actors.note(turn, goal.id, 'planned', null, plan.title);
    if (planned === undefined) return;
    if (goal.options.automatic) reports.started(turn, planned, tasks);
    else reports.planned(turn, planned, tasks);
  }

  /** New tasks of a plan, or sub-tasks of `parent`: those have what it builds on as well, and it waits for them. */
  insert(turn: Turn, goal: GoalRow, planned: readonly PlannedTask[], parent: TaskRow | null): TaskRow[] {
    const { store, ids, actors, cast } = this.#parts;
    const agents = cast.agents(goal);
    const idOf = new Map(planned.map(({ id }) => [id, ids.task()]));
    const edges = new Map(
      planned.map(({ id, dependsOn }) => [id, new Set(dependsOn.flatMap((key) => idOf.get(key) ?? []))]),
    );
    const taken = new Set(store.tasks.keys(goal.id));
    const rows = planned.map((task): TaskRow => {
      const agent = agentNamed(task.agent, agents);
      return {
        ...newTask(goal.id, idOf.get(task.id) ?? ids.task(), agent?.id ?? parent?.agentId ?? goal.plannerId),
        key: freeKey(parent === null ? task.id : `${parent.key}/${task.id}`, taken),
        title: task.title,
        instructions: task.instructions,
        acceptance: task.acceptance,
        resultKind: task.result,
        parentId: parent?.id ?? null,
        depth: parent === null ? 0 : parent.depth + 1,
        openDependencies: edges.get(task.id)?.size ?? 0,
      };
    });
    actors.insertTasks(turn, goal.id, rows);
    // All of them are settled: else the parent would not have been worked on.
    const inherited = parent === null ? [] : store.tasks.dependencies(parent.id);
    for (const { id } of planned) {
      const taskId = idOf.get(id);
      if (taskId === undefined) continue;
      for (const dependsOnId of [...(edges.get(id) ?? []), ...inherited])
        store.tasks.addDependency(taskId, dependsOnId);
      if (parent !== null) store.tasks.addDependency(parent.id, taskId);
    }
    return rows;
  }

  #refuse(turn: Turn, goal: GoalRow, answer: string, problems: string): void {
    const { actors } = this.#parts;
    actors.note(turn, goal.id, 'plan-refused', null, problems);
    const refused = actors.sendGoal(
      turn,
      goal.id,
      { type: 'PLAN_REFUSED', at: turn.at, problems },
      { refusedPlan: answer },
    );
    if (refused?.state === 'failed') this.#failed(turn, refused);
  }

  #fail(turn: Turn, goalId: GoalId, reason: string): void {
    const failed = this.#parts.actors.sendGoal(turn, goalId, { type: 'FAIL', at: turn.at, reason });
    if (failed !== undefined) this.#failed(turn, failed);
  }

  /** The tasks that are there as a planner writes them. */
  #planOf(goal: GoalRow, tasks: readonly TaskRow[]): Plan {
    const { store, cast } = this.#parts;
    const keys = new Map(tasks.map(({ id, key }) => [id, key]));
    const edges = Map.groupBy(store.tasks.edges(goal.id), ({ taskId }) => taskId);
    return {
      title: goal.title,
      tasks: tasks.map((task) => ({
        id: task.key,
        title: task.title,
        instructions: task.instructions,
        acceptance: task.acceptance,
        agent: cast.worker(goal, task).name,
        dependsOn: (edges.get(task.id) ?? []).flatMap(({ dependsOnId }) => keys.get(dependsOnId) ?? []),
        result: task.resultKind,
        needs: [],
      })),
    };
  }
}

/** A plan may call a task of its own what a sub-task would be called: the later one gets a number. */
function freeKey(key: string, taken: Set<string>): string {
  let free = key;
  for (let number = 2; taken.has(free); number += 1) free = `${key}-${number}`;
  taken.add(free);
  return free;
}

/** A planner's plan may be no larger than what the budget allows. */
function maxTasksOf({ options }: GoalRow): number {
  return Math.min(maxPlannedTasks, options.budget.tasks ?? maxPlannedTasks);
}

export function newTask(
  goalId: GoalId,
  id: TaskId,
  agentId: AgentId,
): Omit<TaskRow, 'key' | 'title' | 'instructions' | 'acceptance' | 'resultKind'> {
  return {
    ...blankTask,
    id,
    goalId,
    agentId,
    parentId: null,
    depth: 0,
    state: 'waiting',
    jobId: null,
    jobIsOpen: false,
    awaitsSummaries: false,
    result: null,
    summary: null,
    digest: null,
    readsSummaries: false,
    answers: [],
    version: 0,
    machineVersion: taskMachineVersion,
  };
}
