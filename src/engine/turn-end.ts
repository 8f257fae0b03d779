/** The end of every turn: free slots are filled and counters written, all in its transaction; and what the pool needs to know. */
import type { PoolMeasure } from '../../machines/policy/pool-plan.ts';
import { lanes } from '../protocol/job.ts';
import type { Dispatch } from './dispatch.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Inspection } from './inspection.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Pool } from './pool.ts';
import type { Clock, SystemMeter } from './ports.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { Signals } from './signals.ts';
import type { Slots } from './slots.ts';
import { tellSent } from './turn-inspection.ts';
import type { Turn } from './turn.ts';

/** The supervisor is asked for more workers at most this often. */
const demandEveryMs = 20;

export interface TurnEndOptions {
  clock: Clock;
  system: SystemMeter;
  signals: Signals;
  slots: Slots;
  queue: LlmJobQueue;
  providers: ProviderActors;
  dispatch: Dispatch;
  dispatcher: Dispatcher;
  /** Made after this, because it asks for `measure` as it is made. */
  pool: () => Pool;
  inspection: Inspection;
}

export class TurnEnd {
  readonly #options: TurnEndOptions;
  #lastDemandAt = 0;

  constructor(options: TurnEndOptions) {
    this.#options = options;
  }

  finish(turn: Turn): void {
    const { signals, slots, queue, dispatch, dispatcher, inspection } = this.#options;
    const pool = this.#options.pool();
    if (signals.workersChanged) {
      const accepting = pool.workers.filter(({ state: at }) => at === 'ready' || at === 'saturated');
      slots.acceptOnly(new Set(accepting.map(({ id }) => id)));
      signals.workersChanged = false;
    }
    const offers = signals.bell && dispatcher.isRunning;
    if (offers) {
      const offer = dispatch.offer(turn, dispatcher.nextClaim);
      turn.after(() => {
        signals.bell = false;
        dispatcher.offered(offer);
      });
    }
    queue.ledger.finishTurn(turn);
    queue.statistics.finishTurn(turn);
    turn.after(() => this.#tellSlots());
    if (inspection.on) tellSent(inspection, turn);
    // Behind the counters: what this turn has enqueued counts.
    if (offers) turn.after(() => this.#askForWorkers());
  }

  /** What the pool's size depends on. `maxWorkers`: more jobs that need a worker of their own are not counted. */
  measure(maxWorkers: number): PoolMeasure {
    const { providers, dispatch, slots, system } = this.#options;
    let backlog = 0;
    for (const lane of lanes) {
      for (const provider of providers.open(lane)) backlog += dispatch.first.runnable(lane, provider);
    }
    return {
      backlog,
      slotsUsed: slots.used,
      quarantineWaiting: dispatch.suspectsWaiting(maxWorkers),
      cpuCount: system.cpuCount,
      freeMemoryBytes: system.freeMemoryBytes(),
      eventLoopDelayMs: system.eventLoopDelayMs(),
    };
  }

  /** Once for a turn, however many slots it filled and freed. */
  #tellSlots(): void {
    const { slots, signals } = this.#options;
    const pool = this.#options.pool();
    for (const { workerId, used } of slots.takeChanges()) {
      signals.pulseDue = true;
      pool.slotsChanged(workerId, used);
    }
  }

  /** Backlog without a free slot: the supervisor looks at the pool's size now, and not only at its next tick. */
  #askForWorkers(): void {
    const { slots, queue, clock } = this.#options;
    const pool = this.#options.pool();
    if (slots.freest(false) !== undefined || lanes.every((lane) => queue.ledger.countIn(lane, 'waiting') === 0)) return;
    // Not less than nothing either: the clock may have gone back.
    if (Math.abs(clock.now() - this.#lastDemandAt) < demandEveryMs) return;
    this.#lastDemandAt = clock.now();
    pool.demandChanged();
  }
}
