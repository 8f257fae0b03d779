/** What a planner is told. */
import type { Plan } from '../../protocol/goals.ts';
import { planFormatFor } from './formats.ts';
import { material, materialRule, type Piece } from './material.ts';
import { oneLine } from './summary-line.ts';
import {
  type AgentWords,
  goalPiece,
  type GoalWords,
  list,
  nothingElse,
  type Prompt,
  sameLanguage,
  systemOf,
} from './prompt-parts.ts';

export interface PlanWords {
  readonly goal: GoalWords;
  readonly planner: AgentWords;
  /** Who may be given tasks. */
  readonly agents: readonly AgentWords[];
  readonly maxTasks: number;
  /** The plan that the user wants changed, and how. */
  readonly change?: { readonly plan: Plan; readonly note: string } | undefined;
  /** The last try: what was answered, and why it cannot be carried out. */
  readonly refused?: { readonly answer: string; readonly problems: readonly string[] } | undefined;
}

/** Of an agent's own prompt, to say what it is for. */
const maxPurposeChars = 400;

const instructions = (maxTasks: number): string =>
  [
    'You plan the work on a goal. Agents carry your plan out by themselves, in parallel, and nobody explains it to them.',
    `An agent has nothing but the text of its request: ${nothingElse}. It is asked once and answers with one text in ` +
      'Markdown. It sees the goal, its own task and the results of the tasks that its task depends on, and nothing else of ' +
      'the plan. When only the user can know something, it may ask the user. A reviewer checks each result against the ' +
      'acceptance criteria of its task; in the end all results are put together into one deliverable, without a task of yours.',
    'How to plan:',
    list([
      `As few tasks as the goal needs: one or two for a small one, at most ${maxTasks}. A task is what one text of up to ` +
        'about 1,500 words, or 300 lines of code, can fulfil.',
      '`dependsOn`: only the tasks whose results this one has to read. What depends on nothing starts at once, so a wide ' +
        'plan is done sooner than a chain. What several tasks have to agree on (names, structure, interfaces) is decided in ' +
        'a task that they all depend on.',
      '`instructions`: complete without the rest of the plan. What to write, for whom, in which form and how long; what to ' +
        'take from the results it depends on; what does not belong to it because another task does it. No two tasks do the ' +
        'same work.',
      '`acceptance`: one to five criteria that a reader can check with nothing but the result: not "of high quality", but ' +
        '"names the cause of each of the three errors". Never what would have to be run or looked up.',
      '`agent`: the name of the one who is best at it, as it is written in the list of agents.',
      '`result`: document, code, data (tables, JSON, CSV) or analysis (findings with their reasons).',
      '`needs`: empty. Plan what can be done by writing: not "run the tests", but "write the tests, and how to run them". ' +
        'Only if a part of the goal that cannot be left out needs files, tools, the internet or people, say so there.',
      'No task only to review, merge, format or summarise everything: that is done without you.',
      'Where the goal leaves something open, choose what its author most likely wants, and say so in the instructions.',
    ]),
    `${sameLanguage} \`id\` is a short name in lower case, such as "data-model"; \`title\` has two to eight words.`,
  ].join('\n\n');

export function planPrompt(words: PlanWords): Prompt {
  const { goal, planner, agents, maxTasks, change, refused } = words;
  const wanted = goalPiece(goal);
  const choice: Piece = { tag: 'agents', text: list(agents.map(inOneLine)) };
  const note: Piece | undefined = change === undefined ? undefined : { tag: 'change', text: change.note };
  const shown = material([wanted, choice, ...(note === undefined ? [] : [note])]);
  const shape = JSON.stringify(planFormatFor(agents.map(({ name }) => name)).schema);

  const messages: Prompt['messages'] = [
    {
      role: 'user',
      content: [
        'Plan the work on this goal:',
        shown.show(wanted),
        'These agents may be given tasks:',
        shown.show(choice),
        'Answer with the plan.',
      ].join('\n\n'),
    },
  ];
  if (change !== undefined && note !== undefined) {
    messages.push(
      { role: 'assistant', content: JSON.stringify(change.plan) },
      {
        role: 'user',
        content:
          `The user wants this plan changed:\n\n${shown.show(note)}\n\nAnswer with the whole plan as it is to be now. Leave ` +
          'as it is what this does not concern.',
      },
    );
  }
  if (refused !== undefined) {
    messages.push(
      { role: 'assistant', content: refused.answer.trim() === '' ? '(no answer)' : refused.answer },
      {
        role: 'user',
        content:
          `This plan cannot be carried out:\n\n${list(refused.problems)}\n\nAnswer with the whole plan again, with these ` +
          'problems mended.',
      },
    );
  }
  const system = systemOf(planner, [
    instructions(maxTasks),
    materialRule(shown.mark, change === undefined ? ['goal'] : ['goal', 'change']),
    `Answer with one JSON object of this shape (JSON Schema), without a code block and with no text around it:\n\n${shape}`,
  ]);
  return { system, messages };
}

function inOneLine({ name, systemPrompt }: AgentWords): string {
  const purpose = oneLine(systemPrompt, maxPurposeChars);
  return purpose === '' ? name : `${name}: ${purpose}`;
}
