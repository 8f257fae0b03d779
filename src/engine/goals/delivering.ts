/**
 * The deliverable: one job composes it from what was accepted. Who did what, what the reviews decided, what was left out and
 * what is open is put behind it from the rows, not from what a model remembers.
 */
import type { GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import type { ArtefactView } from '../../protocol/goal-views.ts';
import type { GoalId } from '../../protocol/ids.ts';
import type { Turn } from '../turn.ts';
import { accountOf } from './account.ts';
import type { Advance, GoalFailed, GoalParts } from './goal-parts.ts';
import { failureOf } from './job-failure.ts';
import { acceptedOf, gapsOf, type Readings } from './readings.ts';
import { documentName, readDeliverable } from './read-deliverable.ts';
import { notWhole } from './whole-answer.ts';
import { deliverPrompt, type ResultWords } from './words.ts';

export class Delivering {
  readonly #parts: GoalParts;
  readonly #readings: Readings;
  readonly #failed: GoalFailed;

  constructor(parts: GoalParts, readings: Readings, failed: GoalFailed) {
    this.#parts = parts;
    this.#readings = readings;
    this.#failed = failed;
  }

  compose(turn: Turn, goal: GoalRow): Advance {
    const { store, actors, calls, cast } = this.#parts;
    const composer = cast.planner(goal);
    const tasks = store.tasks.ofGoal(goal.id);
    const words = (results: ResultWords[]) =>
      deliverPrompt({ goal, composer, results, gaps: gapsOf(tasks), problem: goal.problem ?? undefined });
    const reading = this.#readings.read(turn, goal, whatCounts(tasks), composer, words([]));
    if (reading.kind !== 'read') {
      if (reading.kind === 'impossible') this.#fail(turn, goal.id, reading.reason);
      return reading;
    }
    const prompt = words(reading.results);
    const outcome = calls.make(turn, {
      goal,
      taskId: null,
      purpose: 'deliver',
      agent: composer,
      prompt,
      lane: 'medium',
    });
    if (outcome.kind === 'made') actors.patchGoal(turn, goal.id, { jobId: outcome.job.id });
    if (outcome.kind === 'impossible') this.#fail(turn, goal.id, outcome.reason);
    return outcome;
  }

  /** The composer's job has ended. */
  ended(turn: Turn, goalId: GoalId, row: JobRow): void {
    const { store, actors, reports } = this.#parts;
    const goal = actors.patchGoal(turn, goalId, { jobId: null, lastJobId: row.id });
    if (row.returnvalue === null) {
      this.#fail(turn, goalId, failureOf(row));
      return;
    }
    const text = row.returnvalue.text ?? '';
    const tasks = store.tasks.ofGoal(goalId);
    const results = new Map(acceptedOf(tasks).map(({ key, result }) => [key, result ?? '']));
    const read = readDeliverable(text, results);
    const problem = notWhole(text, row.returnvalue.finishReason) ?? (read.length === 0 ? 'It was empty.' : undefined);
    if (problem !== undefined) {
      const refused = actors.sendGoal(turn, goalId, { type: 'DELIVERY_REFUSED', at: turn.at, problem });
      if (refused?.state === 'failed') this.#failed(turn, refused);
      return;
    }
    const artefacts = this.#complete(goal, tasks, read);
    store.goals.setArtefacts(goalId, artefacts);
    const delivered = actors.sendGoal(turn, goalId, { type: 'DELIVERED', at: turn.at }, { hasDeliverable: true });
    if (delivered === undefined) return;
    actors.note(turn, goalId, 'delivered', null, null);
    reports.delivered(turn, delivered, artefacts[0]?.text ?? '');
  }

  /** With the account behind the document; where a composer has written only files, it is the document. */
  #complete(goal: GoalRow, tasks: readonly TaskRow[], read: readonly ArtefactView[]): ArtefactView[] {
    const { cast } = this.#parts;
    const account = accountOf(
      tasks.map((task) => ({ task, agentName: cast.worker(goal, task).name })),
      { reviewed: goal.options.review },
    );
    const [first, ...others] = read;
    if (first?.name !== documentName) return [{ name: documentName, text: `# ${goal.title}\n\n${account}` }, ...read];
    return [{ name: first.name, text: `${first.text}\n\n---\n\n${account}` }, ...others];
  }

  #fail(turn: Turn, goalId: GoalId, reason: string): void {
    const failed = this.#parts.actors.sendGoal(turn, goalId, { type: 'FAIL', at: turn.at, reason });
    if (failed !== undefined) this.#failed(turn, failed);
  }
}

/** Accepted results; of sub-tasks only where the task that they were made for has no result of its own. */
function whatCounts(tasks: readonly TaskRow[]): TaskRow[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const isCovered = ({ parentId }: TaskRow): boolean => {
    const parent = parentId === null ? undefined : byId.get(parentId);
    return parent !== undefined && (parent.state === 'accepted' || isCovered(parent));
  };
  return acceptedOf(tasks).filter((task) => !isCovered(task));
}
