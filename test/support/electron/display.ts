/** A display for real windows: an X server of Debian's without a screen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { findXvfb } from '../../../scripts/setup/xvfb.mjs';

export interface Display {
  /** For the environment variable DISPLAY. */
  readonly name: string;
  readonly process: ChildProcess;
}

/** Undefined where there is no Xvfb. It runs until the caller ends it. */
export async function startDisplay(): Promise<Display | undefined> {
  const executable = findXvfb();
  if (executable === undefined) return undefined;
  const child = spawn(executable, ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const pipe = child.stdio[3];
  if (pipe === undefined || pipe === null) throw new Error('Xvfb has no pipe to say its display');
  const said = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    pipe.once('data', (data: Buffer) => resolve(data.toString('utf8').trim()));
  });
  return { name: `:${said}`, process: child };
}
