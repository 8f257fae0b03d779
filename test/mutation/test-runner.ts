/** Keeps a test process ready, and replaces it when what it runs takes too long. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Copy } from './copy.ts';

/** Tests to run after some files may have changed, all as absolute paths. */
export interface Round {
  changed: string[];
  tests: string[];
}

export interface Outcome {
  /** The test that failed, or that the time ran out; undefined when all passed. */
  caughtBy: string | undefined;
}

/** For one round of tests: many times what they take on a machine with a lot to do. */
const LIMIT_MS = 120_000;

export class TestRunner implements AsyncDisposable {
  /** How an outcome begins that is no failed test. */
  static readonly noEnd = 'no end: ';

  readonly #copy: Copy;
  #child: ChildProcess | undefined;

  constructor(copy: Copy) {
    this.#copy = copy;
  }

  /** A mutant that ends the process or takes longer than the limit is caught: the tests do not pass on it. */
  async run(round: Round): Promise<Outcome> {
    const child = await this.#ready();
    const ended = new AbortController();
    const answered = once(child, 'message', { signal: ended.signal }).then(([outcome]) => outcome as Outcome);
    const exited = once(child, 'exit', { signal: ended.signal }).then(
      () => `${TestRunner.noEnd}the test process ended`,
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, LIMIT_MS, `${TestRunner.noEnd}${LIMIT_MS / 1_000} s`);
    });
    child.send(round);
    const first = await Promise.race([answered, exited, late]);
    clearTimeout(timer);
    const quiet = Promise.allSettled([answered, exited]);
    ended.abort();
    await quiet;
    if (typeof first !== 'string') return first;
    await this.#end();
    return { caughtBy: first };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #ready(): Promise<ChildProcess> {
    if (this.#child !== undefined) return this.#child;
    const child = fork(fileURLToPath(new URL('runner.ts', import.meta.url)), [this.#copy.root], {
      env: { ...process.env, TMPDIR: this.#copy.tmp, NODE_ENV: 'test' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    await once(child, 'message');
    return child;
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
