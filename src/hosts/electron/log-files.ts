/** The desktop's log: a file that is cut into a few, for a program that has no terminal. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const maxBytes = 5 * 1024 * 1024;
/** `nightshift.log`, `nightshift.1.log` … `nightshift.3.log`. */
const keptFiles = 3;

export interface LogFiles {
  readonly folder: string;
  write(line: string): void;
}

/** Lines are written at once: the last ones before a crash are the ones that are wanted. */
export function openLogFiles(folder: string): LogFiles {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'nightshift.log');
  const older = (number: number): string => join(folder, `nightshift.${number}.log`);
  let bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;

  function turnOver(): void {
    for (let number = keptFiles; number > 0; number -= 1) {
      const from = number === 1 ? file : older(number - 1);
      if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, older(number));
    }
    bytes = 0;
  }

  return {
    folder,
    write(line) {
      try {
        if (bytes >= maxBytes) turnOver();
        appendFileSync(file, line, { mode: 0o600 });
        bytes += Buffer.byteLength(line);
      } catch (error) {
        // A full disk must not end the service; whoever started it from a terminal still reads it there.
        process.stderr.write(`${line}(not in the log file: ${String(error)})\n`);
      }
    },
  };
}
