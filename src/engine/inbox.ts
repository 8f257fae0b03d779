/** What waits for a turn, in the order in which it came. Taking from the front costs the same however much waits. */
import { EngineError } from './errors.ts';
import type { Turn } from './turn.ts';

export interface Input {
  readonly name: string;
  /**
   * `call`: somebody waits for the answer, and is refused when the disk takes no writes.
   * `event`: something that has happened; it waits in the inbox until a commit succeeds.
   */
  readonly kind: 'call' | 'event';
  run(turn: Turn): void;
  /** After the commit. */
  done?(): void;
  /** It failed alone in its turn; nothing of it was stored. */
  refuse(error: unknown): void;
}

/** So many that were taken stay in the array until they are cut off. */
const keptTaken = 4_096;

export class Inbox {
  #inputs: Input[] = [];
  #head = 0;

  get size(): number {
    return this.#inputs.length - this.#head;
  }

  push(input: Input): void {
    this.#inputs.push(input);
  }

  /** The oldest one. Throws `INTERNAL` when there is none. */
  take(): Input {
    const input = this.#inputs[this.#head];
    if (input === undefined) throw new EngineError('INTERNAL', 'took from an empty inbox');
    this.#head += 1;
    if (this.#head === this.#inputs.length || this.#head > keptTaken) this.#replace(this.#rest());
    return input;
  }

  /** They were taken, and are the first again. */
  putBack(inputs: readonly Input[]): void {
    this.#replace([...inputs, ...this.#rest()]);
  }

  /** Takes all calls out; events stay. */
  takeCalls(): Input[] {
    const all = this.#rest();
    this.#replace(all.filter(({ kind }) => kind === 'event'));
    return all.filter(({ kind }) => kind === 'call');
  }

  clear(): void {
    this.#replace([]);
  }

  #rest(): Input[] {
    return this.#inputs.slice(this.#head);
  }

  #replace(inputs: Input[]): void {
    this.#inputs = inputs;
    this.#head = 0;
  }
}
