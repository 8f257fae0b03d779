/**
 * Faults in SQL text, by pattern: the statements are short and written in one style. A condition is not cut out but made
 * to hold always, because without its parameter the statement would fail by itself and prove nothing.
 */

export interface SqlFault {
  /** Offsets in the text. */
  start: number;
  end: number;
  replacement: string;
  operator: string;
}

interface Pattern {
  operator: string;
  pattern: RegExp;
  replace: (found: string) => string;
  /** Only in what follows a WHERE: the same words mean something else before it. */
  afterWhere?: boolean;
}

const column = String.raw`(?:\w\.)?\w+`;
const swapped: Readonly<Record<string, string>> = { '=': '<>', '<>': '=', '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

const patterns: readonly Pattern[] = [
  {
    operator: 'SQL condition dropped',
    pattern: new RegExp(
      String.raw`\b${column} (?:(?:=|<>|<=|>=|<|>) (?:\?|'[^']*'|\d+)|IS NOT NULL|IN \('[^)]*\))|\(rank, id\) [<>] \(\?, \?\)`,
      'gu',
    ),
    replace: (found) => `(${found} OR 1)`,
    afterWhere: true,
  },
  {
    operator: 'SQL comparison',
    pattern: / (?:=|<>|<=|>=|<|>) (?=[?'(\d])/gu,
    replace: (found) => ` ${swapped[found.trim()] ?? found.trim()} `,
    afterWhere: true,
  },
  { operator: 'SQL state dropped', pattern: /, '\w+'(?=[,)])/gu, replace: () => '', afterWhere: true },
  { operator: 'SQL order', pattern: /(?<=ORDER BY (?:\w+, )?)\w+/gu, replace: (found) => `${found} DESC` },
  { operator: 'SQL order dropped', pattern: /(?<=ORDER BY \w+), \w+/gu, replace: () => '' },
  { operator: 'SQL limit', pattern: /LIMIT (?:\?|\d+)/gu, replace: (found) => `${found} + 1` },
  { operator: 'SQL sum', pattern: / \+ (?=\?|excluded)/gu, replace: () => ' - ' },
  { operator: 'SQL aggregate', pattern: /\bmax\(/gu, replace: () => 'min(' },
  { operator: 'SQL existence', pattern: /SELECT EXISTS/gu, replace: () => 'SELECT NOT EXISTS' },
];

/** @param text a statement, or the part of one between two `${}`; @param behindWhere whether an earlier part had the WHERE */
export function sqlFaults(text: string, behindWhere: boolean): SqlFault[] {
  const where = behindWhere ? 0 : text.indexOf('WHERE');
  return patterns.flatMap(({ operator, pattern, replace, afterWhere }) =>
    [...text.matchAll(pattern)]
      .filter(({ index }) => afterWhere !== true || (where >= 0 && index >= where))
      .map(({ 0: found, index }) => ({
        start: index,
        end: index + found.length,
        replacement: replace(found),
        operator,
      })),
  );
}
