/**
 * Jobs that wait for a provider in trouble, and may be answered by another model: they are moved, never while they run, to
 * the first of their models whose provider is well. They keep their place in line.
 */
import type { JobFallbacks, JobRow } from '../../db/llm-jobs.model.ts';
import { UnreadableRow } from '../../db/jobs/job.repository.ts';
import type { Store } from '../../db/store.ts';
import { splitModel, type JobId, type ProviderId } from '../protocol/ids.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { ProviderActors } from './provider-actors.ts';

/** Jobs looked at for each provider in trouble at each tick; the next tick goes on behind them. */
const maxLooks = 64;

export interface FallbacksOptions {
  store: Store;
  queue: LlmJobQueue;
  providers: ProviderActors;
}

export class Fallbacks {
  readonly #options: FallbacksOptions;
  /** Up to which job the waiting ones of a provider were looked at. */
  readonly #lookedUpTo = new Map<ProviderId, JobId>();

  constructor(options: FallbacksOptions) {
    this.#options = options;
  }

  /** Jobs that should be moved now, with the model that is to answer them: null is the one that was asked for. */
  due(at: number): { id: JobId; model: string | null }[] {
    const { providers, store } = this.#options;
    return providers.ids.flatMap((provider) => {
      if (providers.row(provider)?.state === 'healthy') return [];
      const ids = store.jobs.mayFallBack(provider, this.#lookedUpTo.get(provider) ?? ('' as JobId), maxLooks);
      const last = ids.length < maxLooks ? undefined : ids.at(-1);
      if (last === undefined) this.#lookedUpTo.delete(provider);
      else this.#lookedUpTo.set(provider, last);
      return ids.flatMap((id) => {
        const row = this.#readable(id);
        const model = row === undefined ? undefined : this.#modelFor(row, at);
        return model === undefined ? [] : [{ id, model: model === row?.data.model ? null : model }];
      });
    });
  }

  /** A damaged row stays where it is, and keeps no other from being moved: its claim will end it. */
  #readable(id: JobId): JobRow | undefined {
    try {
      return this.#options.store.jobs.get(id);
    } catch (error) {
      if (error instanceof UnreadableRow) return undefined;
      throw error;
    }
  }

  #modelFor(row: JobRow, at: number): string | undefined {
    const { providers } = this.#options;
    if (row.fallbacks === null || !this.#isTooLong(row, row.fallbacks, at)) return undefined;
    return [row.data.model, ...row.fallbacks.models].find((model) => {
      const { provider } = splitModel(model);
      return provider !== row.provider && providers.isWell(provider);
    });
  }

  /** The pause will last longer than the job is to wait for it, or it has waited that long. */
  #isTooLong({ provider, waitingSince }: JobRow, { afterMs }: JobFallbacks, at: number): boolean {
    const row = this.#options.providers.row(provider);
    if (row?.state === 'misconfigured') return true;
    return (row?.coolingUntil ?? at) - at > afterMs || at - (waitingSince ?? at) > afterMs;
  }
}
