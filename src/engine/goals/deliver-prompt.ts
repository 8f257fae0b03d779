/** What the one is told who composes the deliverable. */
import { material, materialRule } from './material.ts';
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
} from './prompt-parts.ts';

export interface DeliverWords {
  readonly goal: GoalWords;
  readonly composer: AgentWords;
  /** All that was accepted, in the order of the plan. */
  readonly results: readonly ResultWords[];
  readonly gaps: readonly GapWords[];
  /** Why the last try could not be used. */
  readonly problem?: string | undefined;
}

const instructions = [
  'You compose the deliverable of a goal from the results that agents have made and reviewers have accepted. Its reader set ' +
    'the goal, has seen none of the results, and wants to use what comes back.',
  `You have nothing but the text of this request: ${nothingElse}.`,
  'How to compose it:',
  list([
    'One Markdown document that fulfils the goal. First its title and, in a few sentences, what the reader gets and the most ' +
      'important of it; then the content in the order in which a reader needs it; then how to use it, where there is ' +
      'something to use.',
    'It is one text, not a row of results: say nothing twice, use one name for one thing. Where results contradict each ' +
      'other, decide for the better founded one and say so.',
    'Add no facts of your own. What a result marks as an assumption stays one.',
    'Long parts that are to stay as they are, above all code and data, you do not write again. A line of its own, ' +
      '`<<<RESULT id>>>` with the id of the task, is replaced by the whole result, also where you were given a summary of it.',
    'If the reader needs separate files, such as code or data, put them behind the document: each begins with a line of its ' +
      'own, `<<<FILE name.ext>>>`, and reaches to the next such line. The document says what each file is for. Most goals ' +
      'need none.',
    'Who did what, what was reviewed, what was left out and which questions are open is added behind your document. Do not ' +
      'write it; but where something that was left out matters to the content, say so there.',
    sameLanguage,
    'Begin with the document itself: no greeting, and no remark on how you composed it.',
  ]),
].join('\n\n');

export function deliverPrompt({ goal, composer, results, gaps, problem }: DeliverWords): Prompt {
  const wanted = goalPiece(goal);
  const basis = results.map(resultPiece);
  const left = gapsPiece(gaps);
  const shown = material([wanted, ...basis, ...(left === undefined ? [] : [left])]);
  const content = [
    ...section(shown, 'The goal:', [wanted]),
    ...section(shown, 'The results:', basis),
    ...section(shown, 'These tasks were left out:', [left]),
    ...(problem === undefined ? [] : [`Your last answer could not be used: ${problem}`]),
    'Answer with the deliverable.',
  ].join('\n\n');
  const system = systemOf(composer, [instructions, materialRule(shown.mark, ['goal'])]);
  return { system, messages: [{ role: 'user', content }] };
}
