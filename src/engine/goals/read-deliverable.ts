/**
 * Reads what the composer answered: one Markdown document, or several artefacts, each behind a line `<<<FILE name.md>>>`.
 * What stands before the first such line is the document. A line `<<<RESULT id>>>` stands for the whole result of that task,
 * once in each artefact: a model that repeats itself shall not make a book of it.
 */
import type { ArtefactView } from '../../protocol/goal-views.ts';
import { asAttribute } from './material.ts';
import { safeName, uniqueName } from './safe-name.ts';

export const documentName = 'deliverable.md';
const separator = /^[ \t]*<<<FILE[ \t]([^\n>]*)>>>[ \t]*$/gmu;
const placeholder = /^[ \t]*<<<RESULT[ \t]([^\n>]*)>>>[ \t]*$/gmu;

/**
 * The document first. Names are safe and different from each other. Empty when there is nothing in the text.
 * `results`: accepted results by the task's id. They are put in last, so that nothing in them is taken for a control line.
 */
export function readDeliverable(answer: string, results: ReadonlyMap<string, string> = new Map()): ArtefactView[] {
  const body = answer.replace(/^\uFEFF/u, '').replaceAll('\r\n', '\n');
  const marks = [...body.matchAll(separator)];
  const parts = [
    { name: documentName, text: body.slice(0, marks[0]?.index) },
    ...marks.map((mark, index) => ({
      name: safeName(unquoted(mark[1] ?? ''), `artefact-${index + 1}.md`),
      text: body.slice(mark.index + mark[0].length, marks[index + 1]?.index),
    })),
  ];
  const taken = new Set<string>();
  // The composer knows an id as it was shown.
  const shown = new Map([...results].map(([id, text]) => [asAttribute(id), text]));
  const replacement = (used: Set<string>, named: string): string => {
    const id = unquoted(named);
    const result = shown.get(id);
    if (result === undefined) return `*(There is no result "${id}".)*`;
    if (used.has(id)) return `*(The result "${id}" stands above.)*`;
    used.add(id);
    return result.trim();
  };
  return parts.flatMap((part) => {
    const content = part.text.replace(/^\s*\n/u, '').trimEnd();
    if (content.trim() === '') return [];
    const used = new Set<string>();
    const text = unwrapped(
      part.name,
      content.replaceAll(placeholder, (_line: string, named: string) => replacement(used, named)),
    );
    return [{ name: uniqueName(part.name, taken), text }];
  });
}

/** Models put a file of code into a code block. What is saved is the code. */
function unwrapped(name: string, text: string): string {
  if (/\.(?:md|markdown)$/iu.test(name)) return text;
  const whole = /^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n?\1[ \t]*$/u.exec(text.trim());
  const inside = whole?.[2];
  return inside === undefined || inside.includes(`\n${whole?.[1] ?? ''}`) ? text : inside;
}

function unquoted(name: string): string {
  return name.trim().replace(/^["'`](.*)["'`]$/u, '$1');
}
