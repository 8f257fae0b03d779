/** LaTeX in an answer: whether there is any, in the delimiters that the parser knows, and no more than it takes in time. */

/** Of one formula, in characters. Longer ones are shown as they were written. */
const maxFormulaChars = 2_000;
/** Of one block of an answer. A formula becomes about a hundred elements. */
const maxFormulas = 60;

/** Of a whole answer. Where there are more, all stay as they were written. */
const maxFormulasOfAnswer = 400;

/** Code, in which nothing is a formula: fences (also one that is still open) and spans. */
const code = /(^ {0,3}(?:```|~~~)[\s\S]*?(?:^ {0,3}(?:```|~~~)|$(?![\s\S]))|`[^`\n]*`)/m;
/** No opening delimiter inside: each is looked at once. */
const inline = /\\\(((?:[^\\\n]|\\(?![()]))+)\\\)/g;
const display = /\\\[((?:[^\\]|\\(?![[\]]))+)\\\]/g;

function mayHoldMath(text: string): boolean {
  return /\$\$|\\\(|\\\[|```math/.test(text);
}

/** Whether an answer's formulas are set. Each takes some milliseconds, at its first sight. */
export function setsMath(text: string): boolean {
  return mayHoldMath(text) && (text.match(/\$\$|\\[()[\]]/g)?.length ?? 0) <= maxFormulasOfAnswer * 2;
}

/** `\( … \)` and `\[ … \]` as `$$ … $$`, which is all that the parser reads. Prices keep their dollars. */
export function withDollars(text: string): string {
  if (!text.includes('\\(') && !text.includes('\\[')) return text;
  return text
    .split(code)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(inline, (_whole, formula: string) => `$$${formula.trim()}$$`)
            .replace(display, (_whole, formula: string) => `\n\n$$\n${formula.trim()}\n$$\n\n`),
    )
    .join('');
}

/** Whether the formulas of a block can be set in bounded time. */
export function fitsMath(block: string): boolean {
  if (!mayHoldMath(block)) return true;
  const parts = block.split('$$');
  return (
    parts.length <= maxFormulas * 2 && parts.every((part, index) => index % 2 === 0 || part.length <= maxFormulaChars)
  );
}
