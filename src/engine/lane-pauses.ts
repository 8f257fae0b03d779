/** Which lanes give no jobs to workers, because the user wants it so. What runs goes on; what waits keeps its place. */
import type { Store } from '../../db/store.ts';
import { lanes, type Lane } from '../protocol/job.ts';
import type { Turn } from './turn.ts';

export class LanePauses {
  readonly #store: Store;
  #since: Readonly<Record<Lane, number | null>> = { high: null, medium: null, low: null };

  constructor(store: Store) {
    this.#store = store;
  }

  load(): void {
    const since: Record<Lane, number | null> = { high: null, medium: null, low: null };
    for (const { lane, pausedAt } of this.#store.log.laneClocks()) since[lane] = pausedAt;
    this.#since = since;
  }

  isPaused(lane: Lane): boolean {
    return this.#since[lane] !== null;
  }

  /** Those that are, with the time (epoch ms) since when. */
  all(): { lane: Lane; since: number }[] {
    return lanes.flatMap((lane) => {
      const since = this.#since[lane];
      return since === null ? [] : [{ lane, since }];
    });
  }

  /** False when it was paused before. */
  pause(turn: Turn, lane: Lane): boolean {
    return this.#set(turn, lane, turn.at);
  }

  /** False when it was not paused. */
  resume(turn: Turn, lane: Lane): boolean {
    return this.#set(turn, lane, null);
  }

  #set(turn: Turn, lane: Lane, pausedAt: number | null): boolean {
    const before = this.#since;
    if ((before[lane] === null) === (pausedAt === null)) return false;
    this.#store.log.setLanePause(lane, pausedAt);
    this.#since = { ...before, [lane]: pausedAt };
    turn.undo(() => {
      this.#since = before;
    });
    return true;
  }
}
