/** What a person typed, as a query of FTS5. Whatever it is, the query is valid: all of it is inside quotes. */

/** More words make a query slower and hardly narrower. */
const maxTerms = 16;
/** As the index's tokenizer sees it, a letter or a digit; a term without one holds nothing to look for. */
const wordCharacter = /[\p{L}\p{N}\p{Co}]/u;

/**
 * Words are looked for in any order, `"quoted words"` next to each other. The last word counts as unfinished while nothing
 * follows it. Undefined: there is nothing to look for.
 */
export function toFtsQuery(typed: string): string | undefined {
  const text = typed.replaceAll('\0', ' ');
  const found = [...text.matchAll(/"([^"]*)("|$)|[^\s"]+/gu)].slice(0, maxTerms);
  const terms = found.flatMap((match) => {
    const words = match[1] ?? match[0];
    if (!wordCharacter.test(words)) return [];
    const unfinished = match.index + match[0].length === text.length && match[2] !== '"';
    return [`"${words}"${unfinished && isLongEnough(words) ? '*' : ''}`];
  });
  return terms.length === 0 ? undefined : terms.join(' ');
}

/** A single Latin letter begins half of all words: it is looked for as a word. A character of other scripts says more. */
function isLongEnough(words: string): boolean {
  return !/(?:^|[^\p{L}\p{N}])[\p{Script=Latin}\d]$/u.test(words);
}
