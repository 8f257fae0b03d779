/** One data folder and the hosts that run on it one after the other, each until it is killed. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { TRPCClientError } from '@trpc/client';
import { inProject } from '../../scripts/setup/project.mjs';
import { startHost, type TestHost } from '../support/host.ts';
import { blockedMs } from './deaths.ts';
import type { HostKind } from './plan.ts';
import { groupLeft, signalTo } from './process-group.ts';

/** How long a worker without a host may take to notice, in milliseconds; one that is blocked notices later. */
const orphanMs = blockedMs + 7_000;
const refusals = new Set(['BAD_REQUEST', 'NOT_FOUND', 'CONFLICT']);

export class HostChain {
  readonly dataDir: string;
  /** From the kill of a host to the next one's link, in milliseconds. */
  readonly restartsMs: number[] = [];
  /** What should not have been. */
  readonly faults: string[] = [];
  readonly #env: Readonly<Record<string, string>>;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #logs: string[] = [];
  readonly #orphans: Promise<void>[] = [];
  /** Stopped by the run with SIGSTOP; nobody else would ever let them go on. */
  readonly #stopped = new Set<number>();
  #host: TestHost | undefined;
  #kind: HostKind = 'chaos';

  constructor(dataDir: string, env: Readonly<Record<string, string>>) {
    this.dataDir = dataDir;
    this.#env = env;
  }

  get kind(): HostKind {
    return this.#kind;
  }

  /** What all hosts of the run have logged. */
  get log(): string {
    return [...this.#logs, this.#host?.stderr() ?? ''].join('');
  }

  async start(kind: HostKind): Promise<void> {
    const worker = inProject('out', 'worker', 'worker.mjs');
    const script = kind === 'built' ? {} : { script: [inProject('test', 'chaos', 'host.ts'), worker] as const };
    this.#kind = kind;
    this.#host = await startHost({ env: this.#env, dataDir: this.dataDir, startMs: 60_000, from: 'built', ...script });
    this.#changes.emit('change');
  }

  /** The host that runs now, or the next one. */
  async current(): Promise<TestHost> {
    for (;;) {
      if (this.#host !== undefined) return this.#host;
      await once(this.#changes, 'change');
    }
  }

  /**
   * Calls the host, and the one after it when this one dies meanwhile, as a client does that was not answered. Rejects only
   * when a host refuses the call.
   */
  async call<T>(ask: (host: TestHost) => Promise<T>): Promise<T> {
    for (;;) {
      const host = await this.current();
      const gone = host.exited.then(() => Promise.reject(new Error('the host is gone')));
      try {
        return await Promise.race([ask(host), gone]);
      } catch (error) {
        if (isRefusal(error)) throw error;
        // A cut connection is noticed before the end of the process.
        await sleep(50);
      }
    }
  }

  /** SIGKILL to the host alone, then another one on the same folder, while orphans of the first may still be about. */
  async replace(next: HostKind): Promise<void> {
    const host = await this.current();
    this.#host = undefined;
    const killedAt = performance.now();
    await host.kill9();
    this.#logs.push(host.stderr());
    for (const pid of this.#stopped) signalTo(pid, 'SIGCONT');
    this.#stopped.clear();
    this.#orphans.push(this.#expectNoOrphans(host));
    await this.start(next);
    this.restartsMs.push(performance.now() - killedAt);
  }

  stopped(pid: number): void {
    this.#stopped.add(pid);
  }

  /** SIGTERM to the last host; resolves when it and all orphans are gone. */
  async end(): Promise<void> {
    const host = await this.current();
    const { code, signal } = await host.stop();
    if (code !== 0) this.faults.push(`the last host ended with code ${code}, signal ${signal}`);
    this.#orphans.push(this.#expectNoOrphans(host));
    await Promise.all(this.#orphans);
  }

  /** Whatever state the run is in. */
  async close(): Promise<void> {
    await this.#host?.close();
    await Promise.all(this.#orphans);
  }

  async #expectNoOrphans(host: TestHost): Promise<void> {
    const left = await groupLeft(host.pid, orphanMs);
    if (left.length > 0) this.faults.push(`orphans of host ${host.pid} after ${orphanMs} ms: ${left.join(', ')}`);
    await host.close();
  }
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('code' in data)) return false;
  return refusals.has(String(data.code));
}
