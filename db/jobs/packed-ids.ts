/** Many job ids in ascending order, packed: 26 bytes each where a string takes 60. A million of them are 26 MB. */
import type { JobId } from '../../src/protocol/ids.ts';

const prefix = 'job_';
/** The ULID behind the prefix. */
const idBytes = 26;

export class PackedIds {
  #bytes = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Ids have to come in ascending order. */
  push(id: JobId): void {
    const at = this.#length * idBytes;
    if (at + idBytes > this.#bytes.length) this.#grow(at + idBytes);
    this.#bytes.write(id.slice(prefix.length), at, idBytes, 'latin1');
    this.#length += 1;
  }

  /** Undefined behind the end. */
  at(place: number): JobId | undefined {
    if (place < 0 || place >= this.#length) return undefined;
    const at = place * idBytes;
    return `${prefix}${this.#bytes.toString('latin1', at, at + idBytes)}` as JobId;
  }

  /** How many ids are in one of both only. */
  differences(other: PackedIds): { onlyHere: number; onlyThere: number } {
    let [here, there, both] = [0, 0, 0];
    while (here < this.#length && there < other.#length) {
      const from = here * idBytes;
      const otherFrom = there * idBytes;
      const order = this.#bytes.compare(other.#bytes, otherFrom, otherFrom + idBytes, from, from + idBytes);
      if (order === 0) both += 1;
      if (order <= 0) here += 1;
      if (order >= 0) there += 1;
    }
    return { onlyHere: this.#length - both, onlyThere: other.#length - both };
  }

  #grow(atLeast: number): void {
    const larger = Buffer.allocUnsafe(Math.max(atLeast, this.#bytes.length * 2, 64 * idBytes));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}
