/** Puts mutants into a copy, one at a time, and asks the tests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../chaos/seeded.ts';
import type { Area } from './areas.ts';
import { mutantsOf } from './code-mutants.ts';
import { Compiler } from './compiler.ts';
import type { Copy } from './copy.ts';
import { applied, described, type Mutant } from './mutant.ts';
import type { Score } from './score.ts';
import { TestRunner, type Round } from './test-runner.ts';
import { Verdicts } from './verdicts.ts';

/** After so many mutants the sources have to pass again as they are. */
const PROVE_EVERY = 20;
const COMPILER = 'the compiler';

export interface CheckOptions {
  copy: Copy;
  seed: number;
  /** Mutants for each area; Infinity for all. */
  sample: number;
  /** Path of the file of verdicts. */
  verdicts: string | undefined;
  /** Tries the kept survivors again. */
  again: boolean;
  /** By `performance.now()`. */
  until: number;
  note(line: string): void;
}

export class Check implements AsyncDisposable {
  readonly #options: CheckOptions;
  readonly #runner: TestRunner;
  readonly #compiler: Compiler;
  readonly #verdicts: Verdicts;
  readonly #originals = new Map<string, string>();

  constructor(options: CheckOptions) {
    this.#options = options;
    this.#runner = new TestRunner(options.copy);
    this.#compiler = new Compiler(options.copy);
    this.#verdicts = new Verdicts(options.verdicts);
    if (this.#compiler.known > 0)
      options.note(`${this.#compiler.known} errors of the compiler are there without mutants`);
  }

  /** @throws Error when the tests do not pass as the sources are, or would not notice a file that throws */
  async scoreOf(area: Area): Promise<Score> {
    const score: Score = { area: area.name, caught: 0, hung: 0, refused: 0, survivors: [], untried: 0 };
    const chosen = this.#chosen(area);
    const open = chosen.filter((mutant) => this.#isOpen(mutant));
    if (open.length > 0)
      await this.#expectGreen({
        ...area,
        files: area.files.filter((file) => open.some((mutant) => mutant.file === file)),
      });
    for (const [n, mutant] of open.entries()) {
      if (performance.now() >= this.#options.until) break;
      await this.#try(area, mutant, `${n + 1}/${open.length}`);
      // What an earlier mutant left behind must not catch a later one.
      if ((n + 1) % PROVE_EVERY === 0) await this.#expectPasses(area, area.rounds(mutant.file)[0] ?? []);
    }
    for (const mutant of chosen.toSorted((a, b) =>
      a.file === b.file ? a.start - b.start : a.file < b.file ? -1 : 1,
    )) {
      this.#count(score, mutant);
    }
    return score;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runner[Symbol.asyncDispose]();
  }

  #count(score: Score, mutant: Mutant): void {
    const source = this.#original(mutant.file);
    const caughtBy = this.#verdicts.of(mutant, source);
    if (caughtBy === undefined) score.untried += 1;
    else if (caughtBy === null) score.survivors.push(described(source, mutant));
    else score.caught += 1;
    if (caughtBy === COMPILER) score.refused += 1;
    if (caughtBy?.startsWith(TestRunner.noEnd) === true) score.hung += 1;
  }

  #isOpen(mutant: Mutant): boolean {
    const verdict = this.#verdicts.of(mutant, this.#original(mutant.file));
    return verdict === undefined || (verdict === null && this.#options.again);
  }

  async #try(area: Area, mutant: Mutant, place: string): Promise<void> {
    const startedAt = performance.now();
    const source = this.#original(mutant.file);
    const caughtBy = await this.#verdictOn(area, mutant.file, applied(source, mutant));
    const words = described(source, mutant);
    this.#verdicts.keep(mutant, source, caughtBy, words);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    this.#options.note(`${area.name} ${place} ${words} | ${caughtBy ?? 'SURVIVED'} (${seconds} s)`);
  }

  /** Otherwise every mutant would look caught: the sources pass as they are, and a file that throws does not. */
  async #expectGreen(area: Area): Promise<void> {
    await this.#expectPasses(area, [...new Set(area.files.flatMap((file) => area.rounds(file).flat()))]);
    for (const file of area.files) {
      const planted = `${this.#original(file)}\nthrow new Error('planted');\n`;
      if ((await this.#verdictOn(area, file, planted)) === null) {
        throw new Error(`${area.name}: no test loads ${file}, or the change did not reach the tests`);
      }
    }
  }

  async #expectPasses(area: Area, tests: readonly string[]): Promise<void> {
    const { caughtBy } = await this.#runner.run(this.#roundOf(area, tests));
    if (caughtBy !== undefined) throw new Error(`${area.name}: a test fails without any mutant: ${caughtBy}`);
  }

  async #verdictOn(area: Area, file: string, mutated: string): Promise<string | null> {
    const path = join(this.#options.copy.root, file);
    writeFileSync(path, mutated);
    try {
      for (const tests of area.rounds(file)) {
        if (tests.length === 0) continue;
        const { caughtBy } = await this.#runner.run(this.#roundOf(area, tests));
        if (caughtBy !== undefined) return caughtBy;
      }
      return this.#compiler.refuses() ? COMPILER : null;
    } finally {
      writeFileSync(path, this.#original(file));
    }
  }

  /** All files of the area are read anew: the last mutant may have been in any of them. */
  #roundOf({ files }: Area, tests: readonly string[]): Round {
    const absolute = (file: string): string => join(this.#options.copy.root, file);
    return { changed: files.map(absolute), tests: tests.map(absolute) };
  }

  /** From the copy, read once: the checkout may be edited meanwhile. */
  #original(file: string): string {
    const known = this.#originals.get(file) ?? readFileSync(join(this.#options.copy.root, file), 'utf8');
    this.#originals.set(file, known);
    return known;
  }

  #chosen({ files }: Area): Mutant[] {
    const random = seeded(this.#options.seed);
    return files
      .flatMap((file) => mutantsOf(file, this.#original(file)))
      .map((mutant) => ({ mutant, place: random.next() }))
      .toSorted((a, b) => a.place - b.place)
      .slice(0, this.#options.sample)
      .map(({ mutant }) => mutant);
  }
}
