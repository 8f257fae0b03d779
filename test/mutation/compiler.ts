/** What the compiler says of the copy. Errors that were there before any mutant are nobody's news. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inProject, node24 } from '../../scripts/setup/project.mjs';
import type { Copy } from './copy.ts';

/** Whoever uses what is mutated; the page and the tests take most of the compiler's time and import types of it at most. */
const included = ['machines', 'db', 'src/protocol', 'src/worker', 'src/engine'];
const config = 'tsconfig.mutants.json';

export class Compiler {
  readonly #copy: Copy;
  readonly #known: ReadonlySet<string>;

  constructor(copy: Copy) {
    this.#copy = copy;
    writeFileSync(
      join(copy.root, config),
      JSON.stringify({ extends: './tsconfig.json', include: included, exclude: [] }),
    );
    this.#known = new Set(this.#errors());
  }

  /** Errors of the sources as they are: somebody may be in the middle of an edit. */
  get known(): number {
    return this.#known.size;
  }

  /** Whether the sources as they are now have an error that they did not have at first. */
  refuses(): boolean {
    return this.#errors().some((error) => !this.#known.has(error));
  }

  #errors(): string[] {
    const tsc = inProject('node_modules', 'typescript', 'bin', 'tsc');
    const cache = ['--incremental', '--tsBuildInfoFile', join(this.#copy.tmp, 'tsbuildinfo')];
    const { stdout, error } = spawnSync(node24, [tsc, '-p', config, '--noEmit', '--pretty', 'false', ...cache], {
      cwd: this.#copy.root,
      encoding: 'utf8',
    });
    if (error !== undefined) throw error;
    // Without the place: a mutant may move the lines below it.
    return [...stdout.matchAll(/^(\S+?)\(\d+,\d+\)(: error TS\d+.*)$/gmu)].map(([, file, words]) => `${file}${words}`);
  }
}
