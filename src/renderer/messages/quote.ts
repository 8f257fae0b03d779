/** What is quoted of an answer, and how it stands in the next message. */

/** Each line behind a `>`, with an empty line at the end to go on in. */
function blockquote(text: string): string {
  const lines = text.trim().split('\n');
  return `${lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n')}\n\n`;
}

/** A draft with a quote behind what was written so far. */
export function withQuote(draft: string, text: string): string {
  const before = draft.trimEnd();
  return before === '' ? blockquote(text) : `${before}\n\n${blockquote(text)}`;
}

/** What is marked within the element; empty when nothing is, or when the mark reaches beyond it. */
export function markedWithin(element: Element | null, selection: Selection | null): string {
  if (element === null || selection === null || selection.isCollapsed || selection.rangeCount === 0) return '';
  const range = selection.getRangeAt(0);
  return element.contains(range.commonAncestorContainer) ? selection.toString() : '';
}
