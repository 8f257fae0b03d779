/** The processes of a host: it leads a group of its own, and its workers are born into it. Linux only (`/proc`). */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ids of all running processes of the group, the leader's included. Zombies do not count: they have ended. */
function processesOf(group: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    const stat = readStat(name);
    if (stat === undefined) return [];
    // Behind the command's name, which may hold anything: state, parent, group.
    const [state, , groupId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(groupId) === group && state !== 'Z' ? [Number(name)] : [];
  });
}

function readStat(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It has ended since the folder was read.
    return undefined;
  }
}

/** Resolves with what is left of the group after `limitMs`, or with nothing as soon as nothing is left. */
export async function groupLeft(group: number, limitMs: number): Promise<number[]> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const left = processesOf(group);
    if (left.length === 0 || performance.now() > giveUpAt) return left;
    await sleep(50);
  }
}

/** Harmless when it has ended. Returns whether it was there. */
export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
