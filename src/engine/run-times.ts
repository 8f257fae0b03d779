/** How long jobs have lately run, by lane and provider: a mean that follows. It is a guess at the future, so it is only kept in memory. */
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { Store } from '../../db/store.ts';
import { nextMeanMs } from '../../machines/policy/expected-start.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';

/** Answers that a start looks back at. */
const remembered = 500;

export class RunTimes {
  readonly #means = new Map<string, number>();
  readonly #ofProviders = new Map<ProviderId, number>();

  /** From the last answers in the database. */
  load(store: Store): void {
    for (const { lane, provider, runMs } of store.jobTimes.recentRuns(remembered).toReversed()) {
      this.#add(lane, provider, runMs);
    }
  }

  /** An attempt has given its answer at `at` (epoch ms); `row` is from before. */
  answered({ lane, provider, processedOn }: JobRow, at: number): void {
    if (processedOn !== null && at >= processedOn) this.#add(lane, provider, at - processedOn);
  }

  /** In ms; that of the provider's other jobs where the lane has none; undefined when nothing is known. */
  mean(lane: Lane, provider: ProviderId): number | undefined {
    return this.#means.get(`${lane}/${provider}`) ?? this.#ofProviders.get(provider);
  }

  #add(lane: Lane, provider: ProviderId, runMs: number): void {
    const key = `${lane}/${provider}`;
    this.#means.set(key, nextMeanMs(this.#means.get(key), runMs));
    this.#ofProviders.set(provider, nextMeanMs(this.#ofProviders.get(provider), runMs));
  }
}
