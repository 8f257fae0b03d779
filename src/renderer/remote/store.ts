/**
 * A value that changes and tells: the smallest thing that XState's `useSelector` can read. An object or null, because
 * `useSelector` looks for a `status` in it.
 */
import type { Observer, Subscribable, Subscription } from 'xstate';

export class Store<T extends object | null> implements Subscribable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(initial: T) {
    this.#value = initial;
  }

  readonly getSnapshot = (): T => this.#value;

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener(value);
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value));
  }

  subscribe(observer: Observer<T>): Subscription;
  subscribe(next: (value: T) => void): Subscription;
  subscribe(listener: Observer<T> | ((value: T) => void)): Subscription {
    const next = typeof listener === 'function' ? listener : (value: T) => listener.next?.(value);
    this.#listeners.add(next);
    return { unsubscribe: () => void this.#listeners.delete(next) };
  }
}
