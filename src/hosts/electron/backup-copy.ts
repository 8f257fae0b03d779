/** A backup as a utility process of its own. */
import { utilityProcess } from 'electron';

/** `entry`: the module of `src/hosts/common/backup-process.ts`. Rejects with what it said for people. */
export function createBackupCopy(entry: string): (file: string, target: string) => Promise<void> {
  return (file, target) =>
    new Promise((resolve, reject) => {
      const child = utilityProcess.fork(entry, [file, target], {
        serviceName: 'Nightshift backup',
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {},
      });
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8');
      });
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(said.trim() === '' ? `The copy ended with exit code ${code}.` : said.trim()));
      });
    });
}
