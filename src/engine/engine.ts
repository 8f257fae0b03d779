/**
 * The engine: puts the machines, the database and the worker host together. Everything that happens becomes an input of a
 * turn: calls (the services), what workers say and how they end (`worker-events.ts`), what the time brings (`timers.ts`).
 */
import type { HealthView } from '../protocol/views.ts';
import type { ActorsNow } from './actors-now.ts';
import { AttachmentCare } from './attachment-care.ts';
import { createServices } from './create-services.ts';
import { seed } from './defaults.ts';
import type { EngineOptions } from './engine-options.ts';
import { createParts } from './engine-parts.ts';
import { EngineError } from './errors.ts';
import type { Inspection } from './inspection.ts';
import { recoverJobs } from './recovery.ts';
import { Purge } from './removal.ts';
import { Retention } from './retention.ts';
import type { EngineService } from './service.ts';

export interface Engine extends EngineService {
  /** Recovers what a crash left behind, then starts the pool. Twice is harmless. */
  start(): Promise<void>;
  /**
   * Takes no more jobs, lets the workers finish for `drainMs` (0: not at all), puts the rest back into the queue. Resolves
   * when no process is left. Twice, or before `start`, is harmless; a later call with a shorter time ends the waiting.
   */
  stop(options?: { drainMs?: number }): Promise<void>;
  /** Starts no further job until `wake`: the machine goes to sleep. What runs goes on. */
  rest(): void;
  wake(): void;
  health(): HealthView;
  /** For who inspects without the API (`--inspect`). */
  readonly inspection: Inspection;
  readonly actorsNow: ActorsNow;
}

export function createEngine(options: EngineOptions): Engine {
  const { store, clock, ids, log } = options;
  const parts = createParts(options);
  const { streams, settings, providers, limits, turns, inputs, health, queue, dispatch, timers, goals } = parts;
  const { dispatcher, pool, network, bulk, inspection, actorsNow } = parts;
  const duties = [
    new Retention({ store, queue, turns, settings, clock, log }),
    new AttachmentCare(store, inputs, clock),
    new Purge({ store, turns, clock, log }),
  ];
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  return {
    ...createServices(options, parts, applySettings),
    inspection,
    actorsNow,
    start() {
      starting ??= start();
      return starting;
    },
    async stop({ drainMs = 10_000 } = {}) {
      if (stopping !== undefined && drainMs === 0) pool.killAll();
      stopping ??= stop(drainMs);
      await stopping;
    },
    rest: () => dispatcher.suspend(),
    wake: () => dispatcher.resume(),
    health: () => health.view(),
  };

  async function start(): Promise<void> {
    if (stopping !== undefined) throw new EngineError('UNAVAILABLE', 'This engine was stopped; make a new one.');
    health.status = 'starting';
    providers.load();
    network.load();
    queue.ledger.load();
    queue.runTimes.load(store);
    queue.lines.load(store);
    limits.load();
    // A start that has nothing to write must not find out later that it cannot.
    store.proveWritable();
    await turns.call('seed', (turn) => seed(turn, store, providers, settings, limits, ids));
    recoverJobs({ store, inputs, queue, providers, dispatch });
    goals.recover();
    await turns.call('recovered', (turn) => bulk.load(turn));
    applySettings();
    pool.start();
    dispatcher.start();
    timers.start();
    for (const duty of duties) duty.start();
    health.status = 'ok';
    void health.check();
  }

  async function stop(drainMs: number): Promise<void> {
    health.status = 'stopping';
    for (const duty of duties) duty.stop();
    if (starting !== undefined) {
      await starting.catch(() => undefined);
      dispatcher.stop();
      await pool.stop(clock, drainMs);
      timers.stop();
    }
    inputs.postOnce('store streams', (turn) => streams.store(turn));
    turns.close();
    queue.actors.stopAll();
    providers.stopAll();
    await options.history.close();
    health.status = 'stopped';
  }

  function applySettings(): void {
    store.setSynchronous(settings.get().synchronous);
    pool.resize(settings.poolSize());
  }
}
