/**
 * What is rendered as markdown, and what is shown as it was written. The parsers below the page need quadratic time, or
 * a stack frame for each level, on text that nobody writes but that a model may be made to repeat: 20,000 `>` in a row
 * held the page for minutes. So text is looked at first, in one pass, and what is beyond these limits stays plain. They
 * are far above what answers hold: a long one of 20 KB has a weight of about 1,500.
 */

/** Of a whole answer, in characters. Each update of a streaming answer splits all of it into blocks. */
const maxMarkdownChars = 200_000;
/** Markup of a whole answer and of one block (a paragraph, list or table), weighed as `weights` says. */
const maxAnswerWeight = 30_000;
const maxBlockWeight = 6_000;
/** Emphasis in one paragraph, list item or table row: what opens and closes is matched in pairs, deeply when it nests. */
const maxEmphasis = 300;
/** Quotes and list items that begin on one line, each inside the one before. */
const maxContainers = 24;
/** Columns before a list item: it is nested at most half as deep. */
const maxItemIndent = 60;
/** The same marker again and again: `****`, `[[[[`. */
const longRun = /([*_[~!<])\1{99}|(?:!\[){50}/;
/** A line of one such marker is a rule or the end of a fence, however long. */
const ruleLine = /^[ \t]*([*_~])\1*[ \t]*$/gm;

const fence = /^ {0,3}(?:```|~~~)/;
const itemStart = /^(?: {0,3}[-*+]|\d{1,9}[.)])[ \t]+\S/;
const emphasis = /[*~]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu;

/** What pieces of markup cost, in elements that they may become. A blank line may begin a block, which is parsed alone. */
const weights: readonly (readonly [RegExp, number])[] = [
  [/[*_~`|!&\\\n]/g, 1],
  [/</g, 2],
  [/\[|@|www\.|https?:/gi, 3],
  [/\n[ \t]*(?=\n)/g, 8],
];

/** Whether an answer can be split into blocks and rendered; `fitsBlock` decides about each of them. */
export function fitsAnswer(text: string): boolean {
  if (text.length > maxMarkdownChars || weigh(text) > maxAnswerWeight) return false;
  if (longRun.test(text.replaceAll(ruleLine, ''))) return false;
  return text.split('\n').every((line) => !isDeep(line));
}

/** Whether one block, as the library splits an answer, can be rendered in bounded time. */
export function fitsBlock(block: string): boolean {
  // Code is text to the parser; its end closes the block.
  if (fence.test(block)) return true;
  if (weigh(block) > maxBlockWeight) return false;
  const lines = block.split('\n');
  const table = isTable(lines);
  let count = 0;
  for (const line of lines) {
    if (table || line.trim() === '' || itemStart.test(line)) count = 0;
    count += line.match(emphasis)?.length ?? 0;
    if (count > maxEmphasis) return false;
  }
  return true;
}

function weigh(text: string): number {
  return weights.reduce((sum, [pattern, weight]) => sum + weight * (text.match(pattern)?.length ?? 0), 0);
}

function isDeep(line: string): boolean {
  const prefix = /^(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*/.exec(line)?.[0] ?? '';
  const containers = prefix.match(/>|[-*+]|\d+[.)]/g)?.length ?? 0;
  const indent = /^[ \t]*/.exec(prefix)?.[0].length ?? 0;
  return containers > maxContainers || (containers > 0 && indent > maxItemIndent);
}

/** Surely a table: anything less plain counts as a paragraph, whose lines belong together. */
function isTable([header = '', delimiter = '']: readonly string[]): boolean {
  const cells = (line: string) => line.split('|').length;
  return (
    /^\|[^\\`]*\|[ \t]*$/.test(header) &&
    /^\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$/.test(delimiter) &&
    cells(header) === cells(delimiter)
  );
}
