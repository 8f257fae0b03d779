/** Finds the JSON value in an answer. Models without structured output put it in a code block, or write a sentence around it. */

const fence = /```(?:json)?[ \t]*\r?\n([\s\S]*?)\n[ \t]*```/giu;

/** The first of these that is JSON: the whole text, a code block, the outermost braces or brackets. Undefined: there is none. */
export function jsonIn(text: string): { value: unknown } | undefined {
  const whole = text.replace(/^\uFEFF/u, '').trim();
  const blocks = [...whole.matchAll(fence)].map(([, block]) => block ?? '');
  for (const candidate of [whole, ...blocks, outermost(whole)]) {
    const value = parsed(candidate);
    if (value !== undefined) return value;
  }
  return undefined;
}

function parsed(text: string): { value: unknown } | undefined {
  if (!/^\s*[[{]/u.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function outermost(text: string): string {
  const start = text.search(/[[{]/u);
  const end = text.lastIndexOf(text[start] === '[' ? ']' : '}');
  return start === -1 || end < start ? '' : text.slice(start, end + 1);
}
