/** A reviewer checks a result against the acceptance criteria of its task. */
import type { GoalJobRow, GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import type { Review } from '../../protocol/goals.ts';
import type { TaskId } from '../../protocol/ids.ts';
import type { Turn } from '../turn.ts';
import { cutToFit, resultRoom } from './fit.ts';
import { reviewFormat } from './formats.ts';
import type { Advance, GoalParts } from './goal-parts.ts';
import { failureOf } from './job-failure.ts';
import { acceptedOf, gapsOf, tokensOfPrompt, type Readings } from './readings.ts';
import { readReview } from './read-review.ts';
import { summaryLine } from './summary-line.ts';
import type { TaskFailures } from './task-failures.ts';
import { taskWords } from './task-work.ts';
import { reviewPrompt, type ResultWords } from './words.ts';

export class TaskReview {
  readonly #parts: GoalParts;
  readonly #readings: Readings;
  readonly #failures: TaskFailures;

  constructor(parts: GoalParts, readings: Readings, failures: TaskFailures) {
    this.#parts = parts;
    this.#readings = readings;
    this.#failures = failures;
  }

  start(turn: Turn, goal: GoalRow, task: TaskRow): Advance {
    const { store, actors, calls, cast } = this.#parts;
    const agent = cast.reviewer(goal, task);
    const dependencies = store.tasks.dependencies(task.id).map((id) => actors.task(id));
    const words = (result: string, results: ResultWords[]) =>
      reviewPrompt({
        goal,
        reviewer: agent,
        task: taskWords(task),
        agentName: cast.worker(goal, task).name,
        result,
        results,
        gaps: gapsOf(dependencies),
        answers: task.answers,
        earlier: task.reviewReasons,
        problem: task.problem ?? undefined,
      });
    const { contextTokens, answerTokens } = calls.roomOf(agent);
    const room = resultRoom(contextTokens, answerTokens, tokensOfPrompt(words('', [])));
    // What is to be judged goes first; the rest of the room is for what it builds on.
    const [made] = cutToFit([{ key: task.id, text: task.result ?? '' }], room);
    const result = made?.text ?? '';
    const results = this.#readings.readWhatFits(goal, acceptedOf(dependencies), agent, words(result, []));
    const outcome = calls.make(turn, {
      goal,
      taskId: task.id,
      purpose: 'review',
      agent,
      prompt: words(result, results),
      lane: 'medium',
      format: reviewFormat,
    });
    if (outcome.kind === 'impossible') return this.#failures.failed(turn, task.id, outcome.reason, true);
    if (outcome.kind === 'made') actors.patchTask(turn, task.id, { jobId: outcome.job.id, jobIsOpen: true });
    return outcome;
  }

  ended(turn: Turn, goal: GoalRow, job: GoalJobRow & { taskId: TaskId }, row: JobRow): void {
    const { taskId } = job;
    this.#parts.actors.patchTask(turn, taskId, { jobIsOpen: false });
    if (row.returnvalue === null) {
      this.#failures.failed(turn, taskId, failureOf(row), row.state === 'cancelled');
      return;
    }
    const read = readReview(row.returnvalue.text ?? '', row.returnvalue.finishReason);
    if ('problems' in read) this.#failures.unusable(turn, taskId, read.problems.join(' '));
    else this.#decide(turn, goal, taskId, read.review);
  }

  #decide(turn: Turn, goal: GoalRow, taskId: TaskId, { verdict, reasons, summary }: Review): void {
    const { actors, reports } = this.#parts;
    if (verdict === 'accept') {
      const line = summary === '' ? summaryLine(actors.task(taskId).result ?? '') : summary;
      const accepted = actors.sendTask(turn, taskId, { type: 'ACCEPT', at: turn.at }, { summary: line });
      if (accepted === undefined) return;
      actors.note(turn, goal.id, 'task-accepted', taskId, line);
      reports.accepted(turn, goal, accepted);
      return;
    }
    const { maxSendBacks } = goal.options;
    const judged = actors.sendTask(turn, taskId, { type: 'SEND_BACK', at: turn.at, reasons, maxSendBacks });
    if (judged === undefined) return;
    actors.note(turn, goal.id, 'task-sent-back', taskId, reasons.join('\n'));
    this.#failures.follow(turn, judged);
  }
}
