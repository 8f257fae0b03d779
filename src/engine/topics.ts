/**
 * Who wants to know what changed. A ring says only *that* something changed (and which part, as a key); readers look at the
 * present state themselves. So a slow reader costs one flag, not a queue.
 */
export type Topic =
  | `job:${string}`
  | `stream:${string}`
  | `conversation:${string}`
  | `actor:${string}`
  | `draft:${string}`
  | `goal:${string}`
  /** Of one conversation. */
  | `goals:${string}`
  | 'goals'
  | 'conversations'
  | 'projects'
  | 'agents'
  | 'providers'
  | 'pool'
  | 'queue'
  | 'statistics'
  | 'inspection'
  | 'health';

type Listener = (key: string | undefined) => void;

export interface Bell {
  /** Keys that were rung since the last call. */
  takeKeys(): Set<string>;
  /** Resolves when a topic was rung since the last wait; false when the signal aborted. */
  next(): Promise<boolean>;
  close(): void;
}

export class Topics {
  readonly #listeners = new Map<Topic, Set<Listener>>();

  ring(topic: Topic, key?: string): void {
    const listeners = this.#listeners.get(topic);
    if (listeners === undefined) return;
    for (const listener of listeners) listener(key);
  }

  /** Listens until `close`, or until `signal` aborts. */
  listen(topics: readonly Topic[], signal: AbortSignal): Bell {
    let rung = false;
    let keys = new Set<string>();
    let wake: (() => void) | undefined;
    const listener: Listener = (key) => {
      rung = true;
      if (key !== undefined) keys.add(key);
      wake?.();
    };
    const onAbort = (): void => wake?.();
    for (const topic of topics) this.#add(topic, listener);
    signal.addEventListener('abort', onAbort);
    return {
      takeKeys() {
        const taken = keys;
        keys = new Set();
        return taken;
      },
      async next() {
        if (!rung && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
        rung = false;
        return !signal.aborted;
      },
      close: () => {
        signal.removeEventListener('abort', onAbort);
        for (const topic of topics) this.#remove(topic, listener);
      },
    };
  }

  #add(topic: Topic, listener: Listener): void {
    const listeners = this.#listeners.get(topic);
    if (listeners === undefined) this.#listeners.set(topic, new Set([listener]));
    else listeners.add(listener);
  }

  #remove(topic: Topic, listener: Listener): void {
    const listeners = this.#listeners.get(topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(topic);
  }
}
