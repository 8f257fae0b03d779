/** Live counts of jobs by lane, state and provider. */
import type { JobKind } from '../../db/jobs/job-log.repository.ts';
import type { JobState, Lane } from '../protocol/job.ts';

interface Entry {
  readonly kind: JobKind;
  count: number;
}

export class JobCounts {
  readonly #entries = new Map<string, Entry>();

  get(kind: JobKind): number {
    return this.#entries.get(keyOf(kind))?.count ?? 0;
  }

  add({ lane, state, provider }: JobKind, change: number): void {
    const key = keyOf({ lane, state, provider });
    const entry = this.#entries.get(key);
    if (entry === undefined) this.#entries.set(key, { kind: { lane, state, provider }, count: change });
    else entry.count += change;
  }

  /** Over all providers. */
  sum(lane: Lane, state: JobState): number {
    let sum = 0;
    for (const { kind, count } of this.#entries.values()) if (kind.lane === lane && kind.state === state) sum += count;
    return sum;
  }

  entries(): [JobKind, number][] {
    return Array.from(this.#entries.values(), ({ kind, count }) => [kind, count]);
  }

  clear(): void {
    this.#entries.clear();
  }
}

function keyOf({ lane, state, provider }: JobKind): string {
  return `${lane}/${state}/${provider}`;
}
