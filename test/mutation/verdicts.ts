/**
 * What became of mutants, kept in a file of JSON lines, so that a long run can be done in pieces. A verdict holds for the
 * source file as it was: when that changes, its mutants are tried anew.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Mutant } from './mutant.ts';

const line = z.object({
  key: z.string(),
  /** The test that failed, or what else gave the mutant away; null: it has survived. */
  caughtBy: z.string().nullable(),
  /** What it is, for whoever reads the file. */
  mutant: z.string(),
});

export class Verdicts {
  readonly #path: string | undefined;
  readonly #known = new Map<string, string | null>();

  /** @param path of the file, which need not exist; undefined: nothing is kept */
  constructor(path: string | undefined) {
    this.#path = path;
    if (path === undefined || !existsSync(path)) return;
    for (const text of readFileSync(path, 'utf8').split('\n')) {
      if (text === '') continue;
      const { key, caughtBy } = line.parse(JSON.parse(text));
      this.#known.set(key, caughtBy);
    }
  }

  /** What caught it the last time; null when nothing did, undefined when it was not tried. */
  of(mutant: Mutant, source: string): string | null | undefined {
    return this.#known.get(keyOf(mutant, source));
  }

  keep(mutant: Mutant, source: string, caughtBy: string | null, words: string): void {
    const key = keyOf(mutant, source);
    this.#known.set(key, caughtBy);
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify({ key, caughtBy, mutant: words })}\n`);
  }
}

function keyOf({ file, start, end, replacement }: Mutant, source: string): string {
  return createHash('sha256')
    .update(JSON.stringify([file, source, start, end, replacement]))
    .digest('base64url')
    .slice(0, 22);
}
