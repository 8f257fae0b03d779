/** One of a few values that this browser keeps, the same in all its windows. */
import { useSelector } from '@xstate/react';
import { Store } from '../remote/store.ts';

export class KeptChoice<Value extends string> {
  readonly values: readonly [Value, ...Value[]];
  readonly #storageKey: string;
  /** For `useSelector`. */
  readonly state: Store<{ readonly value: Value }>;

  /** The first of `values` holds until another is chosen. */
  constructor(storageKey: string, values: readonly [Value, ...Value[]]) {
    this.values = values;
    this.#storageKey = storageKey;
    this.state = new Store({ value: this.#read() });
  }

  get value(): Value {
    return this.state.getSnapshot().value;
  }

  choose(value: Value): void {
    if (value === this.values[0]) localStorage.removeItem(this.#storageKey);
    else localStorage.setItem(this.#storageKey, value);
    this.state.set({ value });
  }

  /** Applies the choice now and whenever it changes, here or in another window. */
  follow(apply: (value: Value) => void): void {
    apply(this.value);
    this.state.subscribe(({ value }) => apply(value));
    window.addEventListener('storage', ({ key }) => {
      if (key === this.#storageKey) this.state.set({ value: this.#read() });
    });
  }

  #read(): Value {
    const stored = localStorage.getItem(this.#storageKey);
    return this.values.find((value) => value === stored) ?? this.values[0];
  }
}

export function useKeptChoice<Value extends string>(choice: KeptChoice<Value>): Value {
  return useSelector(choice.state, ({ value }) => value);
}
