/** Why a worker process ended, in words: what it said last explains more than a number. */

/** A crash is explained by the last line that names an error, among this many of the last lines on stderr. */
const keptLines = 40;
/** The first line of an error that Node, V8 or the worker itself prints; not the stack below it. */
const errorLine = /^(?:\w*error\b|uncaught|unhandled|fatal)/iu;

/** The last lines that a process wrote to stderr. */
export class LastLines {
  readonly #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
  }

  /** The one that names an error; else the last of all. */
  get telling(): { error: string | undefined; last: string | undefined } {
    return { error: this.#lines.findLast((line) => errorLine.test(line)), last: this.#lines.at(-1) };
  }
}

/** `how`: `exit code 1`, `ended by SIGKILL`. One that was killed said its last words about something else. */
export function explainExit(how: string, lines: LastLines, killed: boolean): string {
  const { error, last } = lines.telling;
  const line = error ?? (killed ? undefined : last);
  return line === undefined ? how : `${how}: ${line.trim()}`;
}
