/**
 * Reads what an agent answered to its task. It is Markdown as it is, unless its first line is one of two control lines: then
 * the rest of the answer belongs to it.
 * - `ASK: <question>`: the task cannot go on without an answer of the user's;
 * - `SUBTASKS:` and one JSON array: the task is to be split.
 */
import type { PlannedTask } from '../../protocol/goals.ts';
import type { FinishReason } from '../../protocol/job.ts';
import { readTasks } from './read-plan.ts';
import { notWhole } from './whole-answer.ts';

export type Work =
  | { kind: 'result'; text: string }
  | { kind: 'question'; question: string }
  | { kind: 'subtasks'; tasks: PlannedTask[] }
  /** In words for the agent's next try. */
  | { kind: 'problem'; reason: string };

/** In capitals as it was asked for, so that no heading of a text passes for it; some models make it bold. */
const control = /^[*_]{0,2}(ASK|SUBTASKS):[*_]{0,2}[ \t]*/u;
/** What a notification and the goal's page can show; a question is no document. */
const maxQuestionChars = 10_000;

export function readWork(answer: string, finishReason: FinishReason = 'stop'): Work {
  const reason = notWhole(answer, finishReason);
  if (reason !== undefined) return { kind: 'problem', reason };
  const text = answer.replace(/^\uFEFF/u, '').trim();
  const [line, word] = control.exec(text) ?? [''];
  const rest = text.slice(line.length).trim();
  if (word === 'ASK') return question(rest);
  if (word === 'SUBTASKS') return subtasks(rest);
  return { kind: 'result', text };
}

function question(rest: string): Work {
  if (rest === '') return { kind: 'problem', reason: 'ASK: must be followed by the question.' };
  if (rest.length <= maxQuestionChars) return { kind: 'question', question: rest };
  return { kind: 'problem', reason: `The question is longer than ${maxQuestionChars} characters. Ask briefly.` };
}

function subtasks(rest: string): Work {
  const read = readTasks(rest);
  return 'tasks' in read
    ? { kind: 'subtasks', tasks: read.tasks }
    : { kind: 'problem', reason: `The sub-tasks cannot be read. ${read.problems.join(' ')}` };
}
