/**
 * When the WAL is copied into the database's file, and when it is started over.
 *
 * The bulk is copied by the side thread (PASSIVE: writers go on meanwhile). They go on, so there is always a rest, and SQLite
 * starts the WAL over only when all of it is copied and nobody reads from it. So, right after the thread's reply, when it
 * reads nothing and the engine is between two turns, the engine's own connection copies the rest (RESTART); it is small, or
 * the thread is sent once more. A WAL over its bound is started over whatever is left. When nothing was written for a
 * while, all of it is copied; its file stays, because a commit that writes over bytes that are there takes half as long as
 * one that makes the file longer (docs/decisions/0027-a-log-of-fixed-size.md).
 */
import type { Store } from '../store.ts';

export interface CheckpointPolicy {
  /** So many new pages are copied by the side thread. */
  duePages: number;
  /** A WAL larger than this is started over when the rest is small. */
  restartPages: number;
  /** A rest that the engine's thread may copy. */
  restPages: number;
  /** A WAL larger than this is started over whatever is left. Only a read that takes long lets it grow further. */
  boundPages: number;
  /** How long nothing was written before all of the WAL is copied: between once and twice this. */
  idleMs: number;
}

/**
 * A page is 4 KiB. 1,000 is SQLite's own threshold. At 40,000 rows a second the rest comes down to 30-60 pages in two or
 * three passes, which the engine's thread copies in 1-5 ms about twice a second; an automatic checkpoint took 5-15 ms, ten
 * times as often.
 */
export const defaultPolicy: CheckpointPolicy = {
  duePages: 1_000,
  restartPages: 4_096,
  restPages: 64,
  boundPages: 16_384,
  idleMs: 2_000,
};

/** The thread is sent so often for one checkpoint; each time there is less left. */
const maxPasses = 4;
/**
 * A look at the WAL takes 4 us, a twentieth of a small commit. It holds for so long: small commits write about 300 pages
 * meanwhile, and a large one takes longer than that and is always looked at.
 */
const looksEveryMs = 2;

export interface CheckpointerOptions {
  store: Store;
  policy: CheckpointPolicy;
  /** Has the thread copy what it can; `done` is called with the thread idle, outside any turn. */
  copy(done: (copied: boolean) => void): void;
  after(delayMs: number, callback: () => void): () => void;
  /** A checkpoint failed; the next commits try again. What is committed is safe in the WAL. */
  onFault(error: unknown): void;
}

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #release: (() => void) | undefined;
  #running = false;
  /** Pages in the WAL when the last checkpoint ended. */
  #seen = 0;
  #cancelIdle: (() => void) | undefined;
  #lookedAt = -Infinity;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
  }

  /** From now on instead of SQLite's automatic checkpoints. */
  start(): void {
    this.#release ??= this.#options.store.takeOverCheckpoints(() => this.#committed());
  }

  /** SQLite checkpoints by itself again. Harmless when not started. */
  stop(): void {
    this.#release?.();
    this.#release = undefined;
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
  }

  #committed(): void {
    const now = performance.now();
    // While the idle watch runs, nothing that is written now is forgotten.
    if (this.#cancelIdle !== undefined && now - this.#lookedAt < looksEveryMs) return;
    this.#lookedAt = now;
    this.#safely(() => {
      const { store, policy } = this.#options;
      const { pages, copiedPages } = store.wal();
      if (pages < this.#seen) this.#seen = 0;
      if (pages > copiedPages) this.#watchIdle(pages);
      if (!this.#running && pages - this.#seen >= policy.duePages) this.#pass(1, 'full');
    });
  }

  /** Sends the thread once. */
  #pass(number: number, goal: 'full' | 'idle'): void {
    this.#running = true;
    this.#options.copy((copied) => {
      this.#running = false;
      if (this.#release !== undefined) this.#safely(() => this.#copied(number, goal, copied));
    });
  }

  #copied(number: number, goal: 'full' | 'idle', copied: boolean): void {
    const { store, policy } = this.#options;
    const { pages, copiedPages } = store.wal();
    if (goal === 'idle' || pages > policy.restartPages) {
      const again = copied && number < maxPasses;
      if (pages - copiedPages <= policy.restPages || (!again && pages > policy.boundPages)) {
        store.checkpoint();
      } else if (again) {
        this.#pass(number + 1, goal);
        return;
      }
    }
    this.#seen = store.wal().pages;
  }

  /** Looks again after a while; runs only while there is something to copy. */
  #watchIdle(pages: number): void {
    this.#cancelIdle ??= this.#options.after(this.#options.policy.idleMs, () => {
      this.#cancelIdle = undefined;
      this.#safely(() => {
        const { store, policy } = this.#options;
        const { pages: now, copiedPages } = store.wal();
        if (now === copiedPages) return;
        if (now !== pages || this.#running) this.#watchIdle(now);
        else if (now - copiedPages <= policy.restPages) store.checkpoint();
        else this.#pass(1, 'idle');
      });
    });
  }

  /** It runs after commits that have happened, and in callbacks that nobody waits for. */
  #safely(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}
