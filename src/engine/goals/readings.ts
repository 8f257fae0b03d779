/**
 * What a task, or the deliverable, reads of others: accepted results, and what was left out. Where a reader's model has no
 * room for all of them, the longest are summarised by jobs of their own, once for all readers; until those are there, the
 * reader waits.
 */
import type { AgentRow } from '../../../db/chat.model.ts';
import type { GoalJobRow, GoalRow, TaskRow } from '../../../db/goals.model.ts';
import type { JobRow } from '../../../db/llm-jobs.model.ts';
import { estimateTokens, tokensOf } from '../token-estimates.ts';
import type { Turn } from '../turn.ts';
import { cutToFit, resultRoom, summaryTokens, tooLong } from './fit.ts';
import type { CallOutcome } from './goal-calls.ts';
import type { GoalParts } from './goal-parts.ts';
import { oneLine } from './summary-line.ts';
import { notWhole } from './whole-answer.ts';
import { summaryPrompt, type GapWords, type Prompt, type ResultWords } from './words.ts';

/** Of a result that could not be summarised so much is kept: its beginning. */
const cutTokens = 1_000;
const maxReasonChars = 1_000;

export type Reading =
  | { readonly kind: 'read'; readonly results: ResultWords[]; readonly readsSummaries: boolean }
  /** Summaries are being made. */
  | { readonly kind: 'awaiting' }
  | Exclude<CallOutcome, { kind: 'made' }>;

export class Readings {
  readonly #parts: GoalParts;

  constructor(parts: GoalParts) {
    this.#parts = parts;
  }

  /** What `agent` is given of `tasks` beside `prompt`, which has none of it yet. */
  read(turn: Turn, goal: GoalRow, tasks: readonly TaskRow[], agent: AgentRow, prompt: Prompt): Reading {
    const written = tasks.filter(({ result }) => result !== null);
    const roomTokens = this.#room(agent, prompt);
    const long = new Set(
      tooLong(
        written.map(({ id, result }) => ({ key: id, text: result ?? '' })),
        roomTokens,
      ),
    );
    const missing = written.filter(({ id, digest }) => long.has(id) && digest === null);
    for (const task of missing) {
      const outcome = this.#summarise(turn, goal, task, summaryTokens(written.length, roomTokens));
      if (outcome !== undefined && outcome.kind !== 'made') return outcome;
    }
    if (missing.length > 0) return { kind: 'awaiting' };
    return {
      kind: 'read',
      results: cutToFit(
        written.map((task) => this.#words(goal, task, long.has(task.id) ? task.digest : null)),
        roomTokens,
      ),
      readsSummaries: long.size > 0,
    };
  }

  /** As much of the results as fits, without asking for summaries; those that are there are taken. */
  readWhatFits(goal: GoalRow, tasks: readonly TaskRow[], agent: AgentRow, prompt: Prompt): ResultWords[] {
    const written = tasks.filter(({ result }) => result !== null);
    const roomTokens = this.#room(agent, prompt);
    const long = new Set(
      tooLong(
        written.map(({ id, result }) => ({ key: id, text: result ?? '' })),
        roomTokens,
      ),
    );
    return cutToFit(
      written.map((task) => this.#words(goal, task, long.has(task.id) ? task.digest : null)),
      roomTokens,
    );
  }

  /** A summary's job has ended: whoever waited for it looks again. Without a summary it is the beginning of the result. */
  summarised(turn: Turn, job: GoalJobRow, row: JobRow): void {
    const { store, actors } = this.#parts;
    const task = job.taskId === null ? undefined : store.tasks.get(job.taskId);
    if (task?.result == null) return;
    const text = row.returnvalue?.text ?? '';
    const usable = row.returnvalue !== null && notWhole(text, row.returnvalue.finishReason) === undefined;
    const [cut] = cutToFit([{ key: task.id, text: task.result }], cutTokens);
    actors.patchTask(turn, task.id, { digest: usable ? text : (cut?.text ?? '') });
    this.release(turn, task);
  }

  /** Tasks that wait for a summary of this one's result do so no longer. */
  release(turn: Turn, { id }: Pick<TaskRow, 'id'>): void {
    const { store, actors } = this.#parts;
    for (const reader of store.tasks.dependants(id)) {
      if (actors.task(reader).awaitsSummaries) actors.patchTask(turn, reader, { awaitsSummaries: false });
    }
  }

  /** Undefined: somebody is at it. */
  #summarise(turn: Turn, goal: GoalRow, task: TaskRow, tokens: number): CallOutcome | undefined {
    const { store, calls, cast } = this.#parts;
    if (store.goals.openJobsOfTask(task.id).some(({ purpose }) => purpose === 'summary')) return undefined;
    const agent = cast.worker(goal, task);
    const { isSummary: _isSummary, ...result } = this.#words(goal, task, null);
    const prompt = summaryPrompt({ agent, result, tokens });
    return calls.make(turn, { goal, taskId: task.id, purpose: 'summary', agent, prompt, lane: 'low' });
  }

  #words(goal: GoalRow, task: TaskRow, digest: string | null): ResultWords {
    return {
      key: task.key,
      title: task.title,
      agentName: this.#parts.cast.worker(goal, task).name,
      text: digest ?? task.result ?? '',
      isSummary: digest !== null,
    };
  }

  #room(agent: AgentRow, prompt: Prompt): number {
    const { contextTokens, answerTokens } = this.#parts.calls.roomOf(agent);
    return resultRoom(contextTokens, answerTokens, tokensOfPrompt(prompt));
  }
}

export function tokensOfPrompt({ system, messages }: Prompt): number {
  return estimateTokens(system) + tokensOf(messages);
}

/** Those of the tasks that were left out, with the reason: of a long one, such as all that a reviewer found, its beginning. */
export function gapsOf(tasks: readonly TaskRow[]): GapWords[] {
  return tasks
    .filter(({ state }) => state === 'skipped')
    .map(({ title, failure }) => ({ title, reason: oneLine(failure ?? '', maxReasonChars) }));
}

export function acceptedOf(tasks: readonly TaskRow[]): TaskRow[] {
  return tasks.filter(({ state }) => state === 'accepted');
}
