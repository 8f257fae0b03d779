/** Live counts of jobs by lane, state and provider. */
import type { JobKind } from '../../db/jobs/job-log.repository.ts';
import type { ProviderId } from '../protocol/ids.ts';
import { JobState, Lane, type JobState as State, type Lane as LaneName } from '../protocol/job.ts';

export class JobCounts {
  readonly #counts = new Map<string, number>();

  get(kind: JobKind): number {
    return this.#counts.get(keyOf(kind)) ?? 0;
  }

  add(kind: JobKind, change: number): void {
    const key = keyOf(kind);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + change);
  }

  /** Over all providers. */
  sum(lane: LaneName, state: State): number {
    const prefix = `${lane}/${state}/`;
    let sum = 0;
    for (const [key, count] of this.#counts) if (key.startsWith(prefix)) sum += count;
    return sum;
  }

  entries(): [JobKind, number][] {
    return [...this.#counts].map(([key, count]) => {
      const [lane, state, ...provider] = key.split('/');
      return [
        { lane: Lane.parse(lane), state: JobState.parse(state), provider: provider.join('/') as ProviderId },
        count,
      ];
    });
  }

  clear(): void {
    this.#counts.clear();
  }
}

function keyOf({ lane, state, provider }: JobKind): string {
  return `${lane}/${state}/${provider}`;
}
