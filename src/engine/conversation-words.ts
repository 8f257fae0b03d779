/** What a conversation is called, and what its line in a list says. */

const titleChars = 60;
const previewChars = 120;

/** A title from the first line, without the marks of Markdown. */
export function firstLine(text: string): string {
  const line =
    (text.trim().split('\n', 1)[0] ?? '')
      .replace(/^[#>\s]+/, '')
      .replaceAll(/\*\*|`/g, '')
      .trim() || 'New conversation';
  return line.length <= titleChars ? line : `${line.slice(0, titleChars - 1).trimEnd()}…`;
}

/** The start of a message, on one line. */
export function preview(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').slice(0, previewChars);
}
