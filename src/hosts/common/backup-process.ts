/**
 * One backup, as a process of its own: it reads the database through a connection of its own and keeps nobody waiting.
 * Arguments: the database's file, the copy's. A failure is a sentence on stderr and exit code 1; nothing is left behind.
 */
import { backUp } from '../../../db/backup.ts';
import { StoreError } from '../../../db/store-error.ts';

const [file, target] = process.argv.slice(2);
if (file === undefined || target === undefined) throw new Error('backup-process: database and target are missing');
try {
  backUp(file, target);
  // Said, because Electron's utility process, unlike Node, does not end when there is nothing left to do (electron#47228).
  process.exit(0);
} catch (error) {
  if (!(error instanceof StoreError)) throw error;
  process.stderr.write(`${error.message}\n`, () => process.exit(1));
}
