/** Runs one probe in a process of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Boot, Memory, ProbeMessage } from './probe.ts';

export async function probeMemory(folder: string, what: 'memory' | 'work'): Promise<Memory> {
  const message = await runProbe(folder, what);
  if (message.type !== 'memory') throw new Error(`a probe for ${what} answered with ${message.type}`);
  return message.memory;
}

export async function probeBoot(folder: string): Promise<Boot> {
  const message = await runProbe(folder, 'boot');
  if (message.type !== 'boot') throw new Error(`a probe for boot answered with ${message.type}`);
  return message.boot;
}

/** Resolves when its process has ended. Throws what went wrong in it. */
function runProbe(folder: string, what: string): Promise<ProbeMessage> {
  const child = fork(join(import.meta.dirname, 'probe.ts'), ['--folder', folder, '--what', what], {
    execArgv: ['--expose-gc'],
  });
  return new Promise((resolve, reject) => {
    let answer: ProbeMessage | undefined;
    child.on('message', (message: ProbeMessage) => {
      answer = message;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (answer === undefined) reject(new Error(`the probe for ${what} ended with ${signal ?? code}`));
      else if (answer.type === 'error') reject(new Error(answer.text));
      else resolve(answer);
    });
  });
}
