/** docs/API.md as text. */
import { readFileSync } from 'node:fs';
import { readRouter, type ProcedureDoc } from './procedures.ts';
import { limitsText, typeText, type Schema } from './type-text.ts';

export function apiPage(): string {
  const { procedures, types } = readRouter();
  const groups = Map.groupBy(procedures, ({ path }) => path.split('.')[0] ?? '');
  return [
    readFileSync(new URL('introduction.md', import.meta.url), 'utf8').trimEnd(),
    '## Procedures',
    contents(procedures),
    ...[...groups].flatMap(([group, members]) => [`## ${group}`, ...members.map(procedureText)]),
    '## Types',
    ...[...types].map(([name, type]) => namedType(name, type)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** GitHub's anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/gu, '')
    .replaceAll(' ', '-');

function contents(procedures: readonly ProcedureDoc[]): string {
  const rows = procedures.map(
    ({ path, kind, summary }) => `| [\`${path}\`](#${anchor(path)}) | ${kind} | ${summary} |`,
  );
  return ['| procedure | kind | |', '|---|---|---|', ...rows].join('\n');
}

function procedureText({ path, kind, summary, refusals, input, output, yields }: ProcedureDoc): string {
  const way = kind === 'mutation' ? `\`POST /trpc/${path}\`` : `\`GET /trpc/${path}\``;
  return [
    `### ${path}`,
    `${kind}, ${way}. ${summary}`,
    input === undefined ? 'No input.' : block('input', input),
    yields === undefined ? '' : block('yields', yields),
    output === undefined ? '' : block('output', output),
    refusals.length === 0 ? '' : `Refusals: ${refusals.map((code) => `\`${code}\``).join(', ')}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function block(label: string, schema: Schema): string {
  return `\`\`\`ts\n${label}: ${typeText(schema)}\n\`\`\``;
}

function namedType(name: string, schema: Schema): string {
  const limits = limitsText(schema);
  return `### ${name}\n\n\`\`\`ts\ntype ${name} = ${typeText(schema)};${limits === '' ? '' : ` // ${limits}`}\n\`\`\``;
}
