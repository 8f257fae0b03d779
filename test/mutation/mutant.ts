/** One small fault that is put into a source file to see whether a test notices. */
export interface Mutant {
  /** From the root of the checkout. */
  readonly file: string;
  /** Offsets in UTF-16 units: what is replaced. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What kind of fault, as in "comparison boundary". */
  readonly operator: string;
}

export function applied(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

/** `machines/step.ts:12 boundary: < -> <=`: what it is, in one line. */
export function described(source: string, { file, start, end, replacement, operator }: Mutant): string {
  const line = source.slice(0, start).split('\n').length;
  const brief = (text: string): string => {
    const flat = text.replaceAll(/\s+/gu, ' ').trim();
    return flat.length > 80 ? `${flat.slice(0, 77)}...` : flat;
  };
  return `${file}:${line} ${operator}: ${brief(source.slice(start, end))} -> ${brief(replacement) || '(removed)'}`;
}
