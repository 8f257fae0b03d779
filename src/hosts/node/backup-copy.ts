/** A backup as a process of its own: the copy and its check take seconds, and no turn waits for them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `entry`: the module of `backup-process.ts`. */
export function createBackupCopy(entry: string): (file: string, target: string) => Promise<void> {
  return async (file, target) => {
    try {
      await run(process.execPath, [entry, file, target], { env: { PATH: process.env['PATH'] } });
    } catch (error) {
      throw new Error(wordsOf(error), { cause: error });
    }
  };
}

/** What the process said last. */
function wordsOf(error: unknown): string {
  const said = typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr).trim() : '';
  return said === '' ? (error instanceof Error ? error.message : String(error)) : said;
}
