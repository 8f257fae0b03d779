/** Settings with their defaults; what is stored goes before. */
import { Settings } from '../protocol/api.ts';
import type { Store } from '../../db/store.ts';
import type { Turn } from './turn.ts';

/** LLM calls are I/O: one process runs many at once (DESIGN.md, "Who goes next"). */
const defaultSlotsPerWorker = 32;

export class SettingsStore {
  #values: Settings;
  readonly #store: Store;
  readonly #defaults: Settings;

  constructor(store: Store, cpuCount: number) {
    this.#store = store;
    this.#defaults = {
      defaultAgentId: null,
      welcome: 'new',
      poolMin: 1,
      poolMax: Math.max(1, cpuCount),
      slotsPerWorker: defaultSlotsPerWorker,
      synchronous: 'FULL',
      writeTitles: true,
      retainDays: 30,
      retainJobs: 100_000,
      retainUsageDays: 400,
    };
    this.#values = this.#defaults;
  }

  /** Reads what is stored. A value that this version does not understand counts as not set. */
  load(): void {
    const values: Record<string, unknown> = { ...this.#defaults };
    for (const [key, value] of Object.entries(this.#store.settings.settings())) {
      const shape = Settings.partial().safeParse({ [key]: value });
      if (shape.success) Object.assign(values, shape.data);
    }
    this.#values = Settings.parse(values);
  }

  get(): Settings {
    return this.#values;
  }

  /** The bounds of the pool and what one of its workers holds. */
  poolSize(): { min: number; max: number; slotsPerWorker: number } {
    const { poolMin, poolMax, slotsPerWorker } = this.#values;
    return { min: poolMin, max: poolMax, slotsPerWorker };
  }

  update(turn: Turn, change: { [Key in keyof Settings]?: Settings[Key] | undefined }): Settings {
    const before = this.#values;
    for (const [key, value] of Object.entries(change)) if (value !== undefined) this.#store.settings.set(key, value);
    this.#values = Settings.parse({ ...before, ...dropUndefined(change) });
    turn.undo(() => {
      this.#values = before;
    });
    return this.#values;
  }
}

function dropUndefined(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
