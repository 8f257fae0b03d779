/** What Linux tells about processes. */
import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`process ${pid} has no memory`);
  return Number(kilobytes) * 1024;
}

export interface ProcessFiles {
  readonly pid: number;
  readonly parent: number;
  readonly cmdline: string;
  readonly environ: string;
}

/** All processes that can be looked at. Those that end meanwhile are left out. */
export function allProcesses(): ProcessFiles[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${name}/${file}`, 'latin1');
        const parent = Number(/^PPid:\s+(\d+)$/mu.exec(read('status'))?.[1]);
        return [{ pid: Number(name), parent, cmdline: read('cmdline'), environ: read('environ') }];
      } catch {
        return [];
      }
    });
}
