/** Waiting for a process that is no child of ours: nobody sends an event for it, so it is looked for. */
import { readFileSync } from 'node:fs';

/** Resolves when no process has this id any more, or it has ended and waits to be reaped; rejects after `limitMs`. */
export function processGone(pid: number, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (!isRunning(pid)) resolve();
    else if (performance.now() > deadline) reject(new Error(`process ${pid} still runs after ${limitMs} ms`));
    else setTimeout(look, 10);
  };
  look();
  return promise;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** Containers often have no init that reaps orphans. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
