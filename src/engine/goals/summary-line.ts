/** A result in one line, where nobody has written one. */

const maxChars = 200;
/** More of a line is not looked at. */
const maxLineChars = 1_000;

/** The first line of a Markdown text that says something, without its marks. */
export function summaryLine(markdown: string): string {
  for (const line of markdown.split('\n')) {
    const words = plain(line.slice(0, maxLineChars));
    if (/[\p{L}\p{N}]/u.test(words)) return oneLine(words, maxChars);
  }
  return '';
}

/** White space in a row is one space; what is too long ends in an ellipsis. */
export function oneLine(text: string, most: number): string {
  const line = text.trim().replaceAll(/\s+/gu, ' ');
  if (line.length <= most) return line;
  // Not in the middle of a pair: half a character is none.
  return `${line
    .slice(0, most - 1)
    .replace(/[\uD800-\uDBFF]$/u, '')
    .trimEnd()}…`;
}

function plain(line: string): string {
  if (/^\s*(?:```|~~~)/u.test(line)) return '';
  return line
    .replace(/^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\d{1,9}[.)]\s+)+/u, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replaceAll(/\*\*|__|`/gu, '');
}
