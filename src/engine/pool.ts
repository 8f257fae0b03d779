/** The pool of worker processes: the supervisor actor, and the way to a worker's process. */
import { createActor, type Actor, type InspectionEvent } from 'xstate';
import type { PoolMeasure } from '../../machines/policy/pool-plan.ts';
import type { SupervisorEmitted, SupervisorTimings } from '../../machines/supervisor.context.ts';
import { supervisorWith, workerViews, type supervisorMachine } from '../../machines/supervisor.machine.ts';
import type { WorkerLimits } from '../../machines/worker.context.ts';
import type { EngineToWorker, WorkerToEngine } from '../protocol/worker.ts';
import type { WorkerView } from '../protocol/pool.ts';
import { EngineError } from './errors.ts';
import type { Clock, WorkerHost } from './ports.ts';
import { WorkerHistory } from './worker-history.ts';
import { createWorkerProcesses, type WorkerProcesses } from './worker-process.ts';

export interface PoolOptions {
  host: WorkerHost;
  clock: Clock;
  size: { min: number; max: number; slotsPerWorker: number };
  measure: () => PoolMeasure;
  onMessages: (workerId: string, messages: readonly WorkerToEngine[]) => void;
  onEmitted: (emitted: SupervisorEmitted) => void;
  timings?: SupervisorTimings | undefined;
  workerLimits?: WorkerLimits | undefined;
}

export class Pool {
  readonly history: WorkerHistory;
  readonly #supervisor: Actor<typeof supervisorMachine>;
  readonly #processes: WorkerProcesses;

  constructor({ host, clock, size, measure, onMessages, onEmitted, timings, workerLimits }: PoolOptions) {
    this.#processes = createWorkerProcesses({ host, onMessages });
    this.#supervisor = createActor(supervisorWith(this.#processes.logic), {
      id: 'supervisor',
      clock: {
        setTimeout: (callback, delayMs) => clock.after(delayMs, callback),
        clearTimeout: (cancel: () => void) => cancel(),
      },
      input: {
        ...size,
        measure,
        now: () => clock.now(),
        ...(timings === undefined ? {} : { timings }),
        ...(workerLimits === undefined ? {} : { workerLimits }),
      },
    });
    this.history = new WorkerHistory(clock);
    this.#supervisor.on('*', (emitted) => {
      if (emitted.type === 'changed') this.#sample(emitted.workerId);
      else this.history.noteEmitted(emitted);
      onEmitted(emitted);
    });
  }

  start(): void {
    this.#supervisor.start();
  }

  /** What is sent to a worker without a process is dropped; the loss of its jobs is told by `lost`. */
  send(workerId: string, messages: readonly EngineToWorker[]): void {
    this.#processes.send(workerId, messages);
  }

  /** False when no worker is ready. */
  sendToAny(messages: readonly EngineToWorker[]): boolean {
    const ready = this.workers.find(({ state }) => state === 'ready' || state === 'saturated');
    if (ready === undefined) return false;
    this.send(ready.id, messages);
    return true;
  }

  slotsChanged(workerId: string, used: number): void {
    this.#supervisor.send({ type: 'SLOTS', workerId, used });
  }

  /** It did not confirm in time that it had stopped an attempt: its process is killed, and another one started. */
  unconfirmed(workerId: string): void {
    this.#supervisor.send({ type: 'UNCONFIRMED', workerId });
  }

  demandChanged(): void {
    this.#supervisor.send({ type: 'DEMAND_CHANGED' });
  }

  resize(size: { min: number; max: number; slotsPerWorker: number }): void {
    this.#supervisor.send({ type: 'RESIZE', ...size });
  }

  /** Throws `NOT_FOUND` for a worker that is not there. */
  drain(workerId: string): void {
    this.#require(workerId);
    this.#supervisor.send({ type: 'DRAIN_WORKER', workerId });
  }

  /** Throws `NOT_FOUND` for a worker that is not there. */
  restart(workerId: string, how: 'when-done' | 'now'): void {
    this.#require(workerId);
    this.#supervisor.send({ type: 'RESTART_WORKER', workerId, how });
  }

  get workers(): Omit<WorkerView, 'jobs'>[] {
    return workerViews(this.#supervisor.getSnapshot());
  }

  get snapshot(): ReturnType<Actor<typeof supervisorMachine>['getSnapshot']> {
    return this.#supervisor.getSnapshot();
  }

  /** Looks on at the supervisor, its workers and their processes. Returns how to end it. */
  inspect(observer: (event: InspectionEvent) => void): () => void {
    const subscription = this.#supervisor.system.inspect(observer);
    return () => subscription.unsubscribe();
  }

  /**
   * Asks all workers to finish what they run; kills those that are not done after `drainMs` (0: at once). Resolves when no
   * process is left.
   */
  async stop(clock: Clock, drainMs: number): Promise<void> {
    if (this.#supervisor.getSnapshot().status !== 'active') return;
    await new Promise<void>((resolve) => {
      this.#supervisor.subscribe({ complete: resolve });
      if (drainMs > 0) {
        const cancel = clock.after(drainMs, () => this.#supervisor.send({ type: 'STOP_NOW' }));
        this.#supervisor.subscribe({ complete: cancel });
        this.#supervisor.send({ type: 'STOP' });
      } else {
        this.#supervisor.send({ type: 'STOP_NOW' });
      }
    });
  }

  /** Also while `stop` drains. */
  killAll(): void {
    if (this.#supervisor.getSnapshot().status === 'active') this.#supervisor.send({ type: 'STOP_NOW' });
  }

  #require(workerId: string): void {
    if (this.workers.some(({ id }) => id === workerId)) return;
    throw new EngineError('NOT_FOUND', `There is no worker ${workerId} (any more).`);
  }

  /** Called for every change of a worker: most bring no new figures. */
  #sample(workerId: string): void {
    const worker = this.#supervisor.getSnapshot().context.workers.find(({ id }) => id === workerId);
    if (worker !== undefined) this.history.sample(worker.getSnapshot().context);
  }
}
