/** How the service is, for `/healthz` and the page; and what is done about a database that cannot be trusted. */
import { basename } from 'node:path';
import { explainFault, StorageFault } from '../../db/storage-fault.ts';
import type { Store } from '../../db/store.ts';
import type { IntegrityView } from '../protocol/data.ts';
import type { HealthView } from '../protocol/views.ts';
import type { Clock, JobHistory, Log } from './ports.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { TurnLoop } from './turn.ts';
import { watchChanges } from './watch-state.ts';

export interface HealthOptions {
  store: Store;
  history: JobHistory;
  turns: TurnLoop;
  topics: Topics;
  clock: Clock;
  log: Log;
}

export class Health {
  readonly #options: HealthOptions;
  #status: Exclude<HealthView['status'], 'failing'> = 'stopped';
  #checking: Promise<void> | undefined;
  #integrity: IntegrityView = { state: 'unknown', at: null, problem: null };
  #rescue: { begun: boolean; path?: string } = { begun: false };

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  get service(): EngineService['system'] {
    const { topics } = this.#options;
    return {
      health: () => this.view(),
      watchHealth: (signal) => watchChanges(topics, 'health', signal, () => this.view()),
    };
  }

  set status(status: Exclude<HealthView['status'], 'failing'>) {
    this.#status = status;
    this.#options.topics.ring('health');
  }

  /** A store that takes no writes goes before everything else. */
  view(): HealthView {
    const fault = this.#options.turns.storageFault;
    if (fault === undefined) return { status: this.#status, reason: null };
    const { what, next } = explainFault(fault);
    const { path } = this.#rescue;
    const rescued =
      path === undefined
        ? ''
        : ` All that was acknowledged was copied to ${basename(path)} in the data folder: with Nightshift stopped it can be renamed to take its place.`;
    return { status: 'failing', reason: `The database takes no writes: ${what}. ${next}${rescued}` };
  }

  /** Called by the turns when their fault changed. */
  faultChanged(): void {
    const { turns, topics, log } = this.#options;
    const fault = turns.storageFault;
    if (fault === undefined) log('info', 'the store takes writes again');
    else if (['deleted', 'replaced'].includes(explainFault(fault).kind)) this.#saveCopy();
    topics.ring('health');
  }

  /** What the last check has found. */
  get integrity(): IntegrityView {
    return this.#integrity;
  }

  /** Reads the whole database beside the engine's thread. Damage that is found stops all writing. Never rejects. */
  check(): Promise<void> {
    return (this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    }));
  }

  async #check(): Promise<void> {
    const { history, store, turns, clock, log } = this.#options;
    const before = this.#integrity;
    this.#integrity = { ...before, state: 'checking' };
    try {
      const problem = await history.check();
      // Where another file has taken its place the check has read that one; the next turn says so.
      if (problem !== undefined) store.assertInPlace();
      this.#integrity = {
        state: problem === undefined ? 'sound' : 'damaged',
        at: clock.now(),
        problem: problem ?? null,
      };
      if (problem === undefined) return;
      log('error', 'the database is damaged', { problem });
      turns.distrust(new StorageFault('damaged', `a check found: ${problem}`));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#integrity = { ...before, state: 'unknown', problem: reason };
      log('warn', 'the database could not be checked', { error: reason });
    }
  }

  /** What the vanished file held is there as long as it is open: once, and only while nothing else is written. */
  #saveCopy(): void {
    if (this.#rescue.begun) return;
    this.#rescue.begun = true;
    const { store, topics, log } = this.#options;
    store.rescue().then(
      (path) => {
        this.#rescue.path = path;
        log('warn', 'the database was copied through its open file', { path });
        topics.ring('health');
      },
      (error: unknown) => {
        this.#rescue.begun = false;
        log('error', 'the database could not be copied through its open file', {
          error: error instanceof Error ? error.message : String(error),
        });
      },
    );
  }
}
