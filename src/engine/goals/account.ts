/** The account behind a deliverable: what was done by whom, what the reviews decided, what was left out, what is open. */
import type { TaskRow } from '../../../db/goals.model.ts';
import { oneLine } from './summary-line.ts';

export interface AccountedTask {
  readonly task: Pick<
    TaskRow,
    'title' | 'state' | 'summary' | 'failure' | 'answers' | 'reviewReasons' | 'question' | 'readsSummaries'
  >;
  readonly agentName: string;
}

const maxCellChars = 200;

/** Markdown. Empty sections are left out. `reviewed`: a reviewer looked at every result. */
export function accountOf(tasks: readonly AccountedTask[], { reviewed }: { reviewed: boolean }): string {
  const accepted = tasks.filter(({ task }) => task.state === 'accepted');
  const skipped = tasks.filter(({ task }) => task.state === 'skipped');
  const sections = [
    section('Who did what', accepted.length === 0 ? [] : [table(accepted)]),
    section(
      'Reviews',
      reviewed
        ? accepted.flatMap(({ task }) =>
            task.reviewReasons.map((reasons) => `- **${task.title}** was sent back: ${reasons.map(flat).join(' ')}`),
          )
        : ['- The results were not reviewed.'],
    ),
    section(
      'Decided by the user',
      tasks.flatMap(({ task }) =>
        task.answers.map(({ question, answer }) => `- **${task.title}**: ${flat(question)} — ${flat(answer)}`),
      ),
    ),
    section(
      'Gaps',
      skipped.map(
        ({ task }) => `- **${task.title}** was left out${task.failure === null ? '.' : `: ${flat(task.failure)}`}`,
      ),
    ),
    section(
      'Open questions',
      skipped.flatMap(({ task }) =>
        task.question === null ? [] : [`- **${task.title}** asked: ${flat(task.question)}`],
      ),
    ),
    section(
      'Worked from summaries',
      accepted
        .filter(({ task }) => task.readsSummaries)
        .map(({ task }) => `- **${task.title}**: some of what it builds on was too long for its model.`),
    ),
  ];
  return ['## About this deliverable', ...sections.filter((text) => text !== '')].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `### ${title}\n\n${lines.join('\n')}`;
}

function table(tasks: readonly AccountedTask[]): string {
  const rows = tasks.map(
    ({ task, agentName }) => `| ${cell(task.title)} | ${cell(agentName)} | ${cell(task.summary ?? '')} |`,
  );
  return ['| Task | Agent | Result |', '| --- | --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return oneLine(text, maxCellChars).replaceAll('|', '\\|');
}

function flat(text: string): string {
  return oneLine(text, 1_000);
}
