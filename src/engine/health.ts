/** How the service is, for `/healthz` and the page; and what is done about a database that cannot be trusted. */
import { basename } from 'node:path';
import { explainFault, StorageFault } from '../../db/storage-fault.ts';
import type { Store } from '../../db/store.ts';
import type { HealthView } from '../protocol/views.ts';
import type { JobHistory, Log } from './ports.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { TurnLoop } from './turn.ts';

export interface HealthOptions {
  store: Store;
  history: JobHistory;
  turns: TurnLoop;
  topics: Topics;
  log: Log;
}

export class Health {
  readonly #options: HealthOptions;
  #status: Exclude<HealthView['status'], 'failing'> = 'stopped';
  #rescue: { begun: boolean; path?: string } = { begun: false };

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  get service(): EngineService['system'] {
    return { health: () => this.view(), watchHealth: (signal) => this.#watch(signal) };
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

  /** Reads the whole database beside the engine's thread. Damage that is found stops all writing. Never rejects. */
  async check(): Promise<void> {
    const { history, store, turns, log } = this.#options;
    try {
      const problem = await history.check();
      if (problem === undefined) return;
      // Where another file has taken its place the check has read that one; the next turn says so.
      store.assertInPlace();
      log('error', 'the database is damaged', { problem });
      turns.distrust(new StorageFault('damaged', `a check found: ${problem}`));
    } catch (error) {
      log('warn', 'the database could not be checked', {
        error: error instanceof Error ? error.message : String(error),
      });
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

  async *#watch(signal: AbortSignal): AsyncGenerator<HealthView> {
    const bell = this.#options.topics.listen(['health'], signal);
    let shown = '';
    try {
      do {
        const view = this.view();
        const text = JSON.stringify(view);
        if (text !== shown) yield view;
        shown = text;
      } while (await bell.next());
    } finally {
      bell.close();
    }
  }
}
