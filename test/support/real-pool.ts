/** The supervisor and its workers over real child processes, with short waits, and a test's grip on them. */
import { type Actor, createActor, type InspectionEvent } from 'xstate';
import type { PoolMeasure } from '../../machines/policy/pool-plan.ts';
import { type supervisorMachine, supervisorWith, workerViews } from '../../machines/supervisor.machine.ts';
import type { SupervisorEmitted, SupervisorTimings } from '../../machines/supervisor.context.ts';
import type { WorkerEmitted, WorkerLimits } from '../../machines/worker.context.ts';
import type { WorkerHost } from '../../src/engine/ports.ts';
import { createWorkerProcesses, type WorkerProcesses } from '../../src/engine/worker-process.ts';
import { createChildProcessWorkerHost } from '../../src/hosts/node/child-process-worker-host.ts';
import type { WorkerView } from '../../src/protocol/pool.ts';
import type { WorkerToEngine } from '../../src/protocol/worker.ts';
import { workerEntry } from './built.ts';

const file = (path: string) => new URL(path, import.meta.url).pathname;
/** What starts when a worker is asked for: a good one, one that exits at once, one that never says it is ready. */
type Entry = 'good' | 'exits-at-once' | 'never-ready';
const entries: Record<Entry, string> = {
  good: workerEntry,
  'exits-at-once': file('../integration/fixtures/exits-at-once.ts'),
  'never-ready': file('../integration/fixtures/never-ready.ts'),
};

/** About a second of silence counts as unresponsive: long for a worker that has next to nothing to do. */
const quickTimings: SupervisorTimings = { tickMs: 25, heartbeatMs: 200 };
export const quickLimits: WorkerLimits = {
  startTimeoutMs: 10_000,
  missedBeats: 3,
  restarts: { maxRestarts: 2, windowMs: 60_000 },
};
const idleMeasure: PoolMeasure = {
  backlog: 0,
  slotsUsed: 0,
  quarantineWaiting: 0,
  cpuCount: 2,
  freeMemoryBytes: 2 ** 34,
  eventLoopDelayMs: 0,
};

type Emitted<Type extends WorkerEmitted['type']> = Extract<WorkerEmitted, { type: Type }>;

export class RealPool implements AsyncDisposable {
  readonly supervisor: Actor<typeof supervisorMachine>;
  readonly processes: WorkerProcesses;
  /** Of every process that was ever started. */
  readonly pids: number[] = [];
  readonly messages: WorkerToEngine[] = [];
  entry: Entry;
  readonly #emitted: WorkerEmitted[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(options: { entry?: Entry; limits?: WorkerLimits; inspect?: (event: InspectionEvent) => void } = {}) {
    this.entry = options.entry ?? 'good';
    const host: WorkerHost = {
      spawn: (spawnOptions, events) => {
        const worker = createChildProcessWorkerHost({ entry: entries[this.entry] }).spawn(spawnOptions, events);
        if (worker.pid !== undefined) this.pids.push(worker.pid);
        return worker;
      },
    };
    this.processes = createWorkerProcesses({
      host,
      onMessages: (workerId, messages) => {
        this.messages.push(...messages);
        // As the engine does: an attempt that has ended frees its slot.
        if (messages.some(({ type }) => type === 'failed' || type === 'done')) this.use(workerId, 0);
        this.#wake();
      },
    });
    this.supervisor = createActor(supervisorWith(this.processes.logic), {
      input: {
        min: 1,
        max: 1,
        slotsPerWorker: 1,
        measure: () => idleMeasure,
        now: Date.now,
        timings: quickTimings,
        workerLimits: options.limits ?? quickLimits,
      },
      ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
    });
    this.supervisor.on('*', (event: SupervisorEmitted) => {
      if (event.type !== 'changed' && event.type !== 'resized' && event.type !== 'isolated') this.#emitted.push(event);
      this.#wake();
    });
    this.supervisor.subscribe({ next: () => this.#wake() });
    this.supervisor.start();
  }

  get workers(): Omit<WorkerView, 'jobs'>[] {
    return workerViews(this.supervisor.getSnapshot());
  }

  use(workerId: string, used: number): void {
    this.supervisor.send({ type: 'SLOTS', workerId, used });
  }

  /** The next thing that the supervisor emits, in order; rejects when it is anything but one of these. */
  async next<Type extends WorkerEmitted['type']>(...types: Type[]): Promise<Emitted<Type>> {
    const wanted = types.join(' or ');
    await this.until(() => this.#emitted.length > 0, wanted);
    const event = this.#emitted.shift();
    if (event === undefined || !isOfType(event, types))
      throw new Error(`expected ${wanted}, got ${JSON.stringify(event)}`);
    return event;
  }

  /** Emitted and not yet taken with `next`. */
  get unheard(): readonly WorkerEmitted[] {
    return this.#emitted;
  }

  /** Resolves when the condition holds, looked at after each event of the pool; rejects after 20 s. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const limit = setTimeout(() => {
      const seen = JSON.stringify({ workers: this.workers, unheard: this.#emitted });
      reject(new Error(`waited 20 s in vain for: ${what}. ${seen}`));
    }, 20_000);
    const watch = () => {
      if (condition()) resolve();
    };
    this.#watchers.add(watch);
    watch();
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      this.#watchers.delete(watch);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.supervisor.getSnapshot().status !== 'active') return;
    this.supervisor.send({ type: 'STOP_NOW' });
    await this.until(() => this.supervisor.getSnapshot().status !== 'active', 'the end of the pool');
  }

  #wake(): void {
    // Emitted events arrive in the middle of a transition: look when it is over.
    queueMicrotask(() => {
      for (const watch of this.#watchers) watch();
    });
  }
}

function isOfType<Type extends WorkerEmitted['type']>(event: WorkerEmitted, types: Type[]): event is Emitted<Type> {
  return types.some((type) => event.type === type);
}
