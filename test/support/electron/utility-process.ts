/** `utilityProcess`: a real child process, in which `process.parentPort` is as in Electron's. */
import { type ChildProcess, fork as forkChild } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { ForkOptions, UtilityProcess } from 'electron';
import { app } from './app.ts';
import { strict } from './strict.ts';

const bootstrap = new URL('utility-bootstrap.ts', import.meta.url).href;

class StandInUtilityProcess extends EventEmitter {
  readonly stdout: ChildProcess['stdout'];
  readonly stderr: ChildProcess['stderr'];
  readonly #child: ChildProcess;

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super();
    const child = (this.#child = forkChild(modulePath, args, {
      // First: what a test imports finds `parentPort`, as it would in Electron.
      execArgv: ['--import', bootstrap, ...(options.execArgv ?? [])],
      env: Object.fromEntries(Object.entries(options.env ?? process.env).map(([name, value]) => [name, String(value)])),
      serialization: 'advanced',
      stdio: [...(options.stdio as ('ignore' | 'pipe' | 'inherit')[]), 'ipc'],
    }));
    this.stdout = child.stdout;
    this.stderr = child.stderr;
    child.on('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    child.on('error', () => this.#gone('launch-failed', -1, options.serviceName));
    // Electron's `exit` has a number only, and comes in no order with `child-process-gone`.
    child.on('close', (code, signal) => {
      const exitCode = code ?? 128 + 9;
      const say = () => this.emit('exit', exitCode);
      const tell = () => this.#gone(signal === null ? 'abnormal-exit' : 'killed', exitCode, options.serviceName);
      if (exitCode === 0) say();
      else for (const step of Math.random() < 0.5 ? [say, tell] : [tell, say]) step();
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send({ data: message }, undefined, undefined, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }

  #gone(reason: string, exitCode: number, name = 'Node Utility Process'): void {
    app.emit(
      'child-process-gone',
      {},
      { type: 'Utility', reason, exitCode, serviceName: 'node.mojom.NodeService', name },
    );
  }
}

type Known = Pick<UtilityProcess, 'postMessage' | 'kill' | 'pid'>;

export const utilityProcess = strict('utilityProcess', {
  fork(modulePath: string, args: string[] = [], options: ForkOptions = {}) {
    if (!app.isReady()) throw new Error('utilityProcess.fork() can only be called after app is ready');
    const child = new StandInUtilityProcess(modulePath, args, options);
    child satisfies Known;
    return strict('UtilityProcess', child);
  },
});
