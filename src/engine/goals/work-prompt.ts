/** What an agent is told that works on a task. */
import type { ResultKind } from '../../protocol/goals.ts';
import { taskSchemaFor } from './formats.ts';
import { material, materialRule, type Piece } from './material.ts';
import {
  type AgentWords,
  gapsPiece,
  type GapWords,
  goalPiece,
  type GoalWords,
  list,
  nothingElse,
  type Prompt,
  resultPiece,
  type ResultWords,
  sameLanguage,
  section,
  systemOf,
  taskPiece,
  type TaskWords,
} from './prompt-parts.ts';

export interface WorkWords {
  readonly goal: GoalWords;
  readonly agent: AgentWords;
  readonly task: TaskWords;
  /** What the task depends on, and its own sub-tasks' results when it was split. */
  readonly results: readonly ResultWords[];
  /** Of what it depends on, what was left out. */
  readonly gaps: readonly GapWords[];
  /** What it asked the user, oldest first. */
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly sentBack?: { readonly result: string; readonly reasons: readonly string[] } | undefined;
  /** Why the last try could not be used. */
  readonly problem?: string | undefined;
  /** It may propose sub-tasks, so many, for these agents. Absent: it may not. */
  readonly split?: { readonly agents: readonly AgentWords[]; readonly maxTasks: number } | undefined;
}

const kinds: Readonly<Record<ResultKind, string>> = {
  document: 'The result is a document: Markdown with headings where they help to find something.',
  code:
    'The result is code: whole files that work as they are, nothing left out with "…". Each in a code block of its own, with ' +
    'its file name in the line above it; below them, in a few lines, how to use and check them.',
  data: 'The result is data: a Markdown table, or JSON or CSV in a code block, with a line on what it is and where it is from.',
  analysis: 'The result is an analysis: the findings first, then the reasons for each, then what remains uncertain.',
};

export function workPrompt(words: WorkWords): Prompt {
  const { goal, agent, task, results, gaps, answers, sentBack, problem, split } = words;
  const wanted = [goalPiece(goal), taskPiece(task)];
  const basis = results.map(resultPiece);
  const left = gapsPiece(gaps);
  const reasons: Piece | undefined =
    sentBack === undefined ? undefined : { tag: 'review', text: list(sentBack.reasons) };
  const replies = answers.map(({ answer }): Piece => ({ tag: 'answer', text: answer }));
  const shown = material([...wanted, ...basis, ...[left, reasons].filter((piece) => piece !== undefined), ...replies]);

  const messages: Prompt['messages'] = [
    {
      role: 'user',
      content: [
        ...section(shown, 'The goal as a whole:', wanted.slice(0, 1)),
        ...section(shown, 'Your task:', wanted.slice(1)),
        ...section(shown, 'What your task builds on:', basis),
        ...section(shown, 'These tasks were left out. Go on without their results, and say where that shows:', [left]),
        'Answer with the result of your task.',
      ].join('\n\n'),
    },
  ];
  for (const [index, { question }] of answers.entries()) {
    const reply = replies[index];
    if (reply === undefined) continue;
    messages.push(
      { role: 'assistant', content: `ASK: ${question}` },
      { role: 'user', content: `The user answers:\n\n${shown.show(reply)}\n\nGo on with your task.` },
    );
  }
  if (sentBack !== undefined && reasons !== undefined) {
    messages.push(
      { role: 'assistant', content: sentBack.result },
      {
        role: 'user',
        content:
          `A reviewer has sent this result back:\n\n${shown.show(reasons)}\n\nAnswer with the whole result again, with ` +
          'these defects mended as far as they concern your task. Leave the rest as it is.',
      },
    );
  }
  if (problem !== undefined) messages.push(...again(messages, problem));
  const orders = answers.length === 0 ? ['goal', 'task'] : ['goal', 'task', 'answer'];
  const system = systemOf(agent, [instructions(task.result, split), materialRule(shown.mark, orders)]);
  return { system, messages };
}

/** A last turn of the user's is gone on with: many models take only turns that alternate. */
function again(messages: Prompt['messages'], problem: string): Prompt['messages'] {
  const content = `Your last answer could not be used: ${problem} Answer again.`;
  const last = messages.at(-1);
  if (last?.role !== 'user') return [{ role: 'user', content }];
  messages.pop();
  return [{ role: 'user', content: `${last.content}\n\n${content}` }];
}

function instructions(kind: ResultKind, split: WorkWords['split']): string {
  return [
    'You work on one task of a goal. Other agents work on the other tasks at the same time; all results are put together in ' +
      'the end. The goal tells you what your task is for; do your task and no more.',
    `You have nothing but the text of this request: ${nothingElse}. So do not claim to have run, tested, measured or looked ` +
      'up anything. What you do not know for sure you mark as an assumption, and you say what somebody has to check.',
    'Your answer is the result itself, in Markdown:',
    list([
      'It meets every acceptance criterion; a reviewer checks them one by one.',
      kinds[kind],
      'It begins with its content: no greeting, no plan of what you will do, no closing remark.',
      'As short as the criteria allow. Every sentence tells its reader something.',
      'It agrees with what it builds on: the same names, figures and decisions. If something there is wrong, say so and why.',
      sameLanguage,
    ]),
    'If you cannot go on without something that only the user knows or may decide, and no sensible assumption will do, answer ' +
      'with a question instead. Its first line begins with `ASK:`, and everything in the answer belongs to the question:',
    'ASK: Which database do you use: PostgreSQL or SQLite?',
    'Ask for all that you need at once, briefly, with choices where there are some. In all other cases assume what is most ' +
      'likely, say that you do, and write the result.',
    ...(split === undefined ? [] : splitting(split)),
  ].join('\n\n');
}

function splitting({ agents, maxTasks }: NonNullable<WorkWords['split']>): string[] {
  const names = agents.map(({ name }) => name);
  return [
    `If the task is too large for one good answer, you may split it instead, into two to ${Math.max(2, maxTasks)} sub-tasks. ` +
      'The first line is then `SUBTASKS:`, and one JSON array follows it, and nothing else. Its elements have this shape (JSON ' +
      `Schema), with instructions that are complete by themselves: ${JSON.stringify(taskSchemaFor(names))}`,
    'Agents carry the sub-tasks out, and you get their results to finish your task with. Split only if you have to: it costs ' +
      'time and money.',
  ];
}
