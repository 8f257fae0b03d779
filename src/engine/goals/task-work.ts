/** An agent works on a task: what it is told, and what becomes of its answer. */
import type { GoalJobRow, GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import { planProblems } from '../../../machines/policy/plan-problems.ts';
import { maxTaskDepth, type PlannedTask } from '../../protocol/goals.ts';
import type { TaskId } from '../../protocol/ids.ts';
import type { Turn } from '../turn.ts';
import { roomForTasks } from './goal-calls.ts';
import type { Advance, GoalParts } from './goal-parts.ts';
import { failureOf } from './job-failure.ts';
import type { Planning } from './planning.ts';
import { acceptedOf, gapsOf, type Readings } from './readings.ts';
import { readWork, type Work } from './read-work.ts';
import { summaryLine } from './summary-line.ts';
import type { TaskFailures } from './task-failures.ts';
import { workPrompt, type ResultWords, type WorkWords } from './words.ts';

/** One task becomes at most so many sub-tasks. */
const maxSubTasks = 12;

export interface TaskWorkOptions {
  parts: GoalParts;
  readings: Readings;
  planning: Planning;
  failures: TaskFailures;
  /** The goal has no room for what a task proposes. */
  capReached: (turn: Turn, goal: GoalRow) => void;
}

export class TaskWork {
  readonly #options: TaskWorkOptions;

  constructor(options: TaskWorkOptions) {
    this.#options = options;
  }

  /** Gives a task that is ready to its agent. */
  start(turn: Turn, goal: GoalRow, task: TaskRow): Advance {
    const { parts, readings, failures } = this.#options;
    const { store, actors, calls, cast } = parts;
    const agent = cast.worker(goal, task);
    const dependencies = store.tasks.dependencies(task.id).map((id) => actors.task(id));
    const words = (results: ResultWords[]) => workPrompt(this.#words(goal, task, dependencies, results));
    const reading = readings.read(turn, goal, acceptedOf(dependencies), agent, words([]));
    if (reading.kind === 'awaiting') {
      actors.patchTask(turn, task.id, { awaitsSummaries: true });
      return reading;
    }
    if (reading.kind === 'impossible') return failures.failed(turn, task.id, reading.reason, true);
    if (reading.kind !== 'read') return reading;
    const prompt = words(reading.results);
    const made = calls.make(turn, { goal, taskId: task.id, purpose: 'work', agent, prompt, lane: 'medium' });
    if (made.kind === 'impossible') return failures.failed(turn, task.id, made.reason, true);
    if (made.kind !== 'made') return made;
    const patch = { jobId: made.job.id, jobIsOpen: true, readsSummaries: reading.readsSummaries };
    // One that lost its job in a crash is working already.
    const started = actors.sendTask(turn, task.id, { type: 'START', at: turn.at }, patch);
    if (started === undefined) actors.patchTask(turn, task.id, patch);
    else if (task.startedAt === null) actors.note(turn, goal.id, 'task-started', task.id, null);
    return made;
  }

  ended(turn: Turn, goal: GoalRow, job: GoalJobRow & { taskId: TaskId }, row: JobRow): void {
    const { parts, failures } = this.#options;
    const { taskId } = job;
    parts.actors.patchTask(turn, taskId, { jobIsOpen: false });
    if (row.returnvalue === null) {
      failures.failed(turn, taskId, failureOf(row), row.state === 'cancelled');
      return;
    }
    this.#take(turn, goal, taskId, readWork(row.returnvalue.text ?? '', row.returnvalue.finishReason));
  }

  #take(turn: Turn, goal: GoalRow, taskId: TaskId, work: Work): void {
    const { parts, failures } = this.#options;
    const { actors, reports } = parts;
    switch (work.kind) {
      case 'result': {
        const { review } = goal.options;
        const patch = { result: work.text, digest: null, ...(review ? {} : { summary: summaryLine(work.text) }) };
        const taken = actors.sendTask(turn, taskId, { type: 'RESULT', at: turn.at, review }, patch);
        if (taken?.state !== 'accepted') return;
        actors.note(turn, goal.id, 'task-accepted', taskId, taken.summary);
        reports.accepted(turn, goal, taken);
        return;
      }
      case 'question': {
        const asked = actors.sendTask(turn, taskId, { type: 'ASK', at: turn.at, question: work.question });
        if (asked === undefined) return;
        actors.note(turn, goal.id, 'task-asked', taskId, work.question);
        reports.asked(turn, goal, asked);
        return;
      }
      case 'subtasks':
        this.#split(turn, goal, actors.task(taskId), work.tasks);
        return;
      case 'problem':
        failures.unusable(turn, taskId, work.reason);
        return;
      default:
        work satisfies never;
    }
  }

  #split(turn: Turn, goal: GoalRow, task: TaskRow, tasks: PlannedTask[]): void {
    const { parts, planning, failures, capReached } = this.#options;
    const { actors, cast } = parts;
    if (!this.#maySplit(goal, task)) {
      failures.unusable(turn, task.id, 'This task cannot be split any further. Write its result.');
      return;
    }
    const agents = cast.agents(goal).map(({ name }) => name);
    const problems = planProblems({ title: task.title, tasks }, { agents, maxTasks: maxSubTasks });
    if (problems.length > 0) {
      failures.unusable(turn, task.id, `The sub-tasks cannot be carried out. ${problems.join(' ')}`);
      return;
    }
    if (tasks.length > roomForTasks(goal)) {
      actors.sendTask(turn, task.id, { type: 'TAKE_BACK', at: turn.at });
      capReached(turn, goal);
      return;
    }
    planning.insert(turn, goal, tasks, task);
    actors.sendTask(turn, task.id, { type: 'SPLIT', at: turn.at, children: tasks.length });
    actors.note(turn, goal.id, 'task-split', task.id, tasks.map(({ title }) => title).join('\n'));
  }

  #maySplit(goal: GoalRow, task: TaskRow): boolean {
    const { store } = this.#options.parts;
    return roomForTasks(goal) >= 2 && task.depth < maxTaskDepth && store.tasks.children(task.id).length === 0;
  }

  #words(goal: GoalRow, task: TaskRow, dependencies: readonly TaskRow[], results: ResultWords[]): WorkWords {
    const { cast } = this.#options.parts;
    const reasons = task.reviewReasons.at(-1);
    const maxTasks = Math.min(maxSubTasks, roomForTasks(goal));
    return {
      goal,
      agent: cast.worker(goal, task),
      task: taskWords(task),
      results,
      gaps: gapsOf(dependencies),
      answers: task.answers,
      sentBack: reasons === undefined || task.result === null ? undefined : { result: task.result, reasons },
      problem: task.problem ?? undefined,
      split: this.#maySplit(goal, task) ? { agents: cast.agents(goal), maxTasks } : undefined,
    };
  }
}

export function taskWords({ title, instructions, acceptance, resultKind }: TaskRow): WorkWords['task'] {
  return { title, instructions, acceptance, result: resultKind };
}
