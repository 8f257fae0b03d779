/** What a conversation is called, and what its line in a list says. */

const titleChars = 60;
const previewChars = 120;

/** A title from the first line, without the marks of Markdown. */
export function firstLine(text: string): string {
  return titleFrom(text) || untitled;
}

/** What a conversation is called before anything is written in it. */
export const untitled = 'New conversation';

/** A model's title as one is shown: its first line, without quotation marks and the marks of Markdown. Empty: it said nothing. */
export function titleFrom(text: string): string {
  const line = (text.trim().split('\n', 1)[0] ?? '')
    .replace(/^[#>\s]+/u, '')
    .replace(/^title:\s*/iu, '')
    .replaceAll(/\*\*|`/gu, '')
    .trim()
    .replace(/^["“„«'](?<inner>[^"“”„«»]*)["”“»']$/u, '$<inner>')
    .trim();
  return line.length <= titleChars ? line : `${line.slice(0, titleChars - 1).trimEnd()}…`;
}

/** The start of a message, on one line. */
export function preview(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, previewChars);
}
