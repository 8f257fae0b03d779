/** The queue as the control room watches it: counts from the counters that turns keep, pauses, and the last bulk change. */
import type { Lane } from '../protocol/job.ts';
import type { ProviderId } from '../protocol/ids.ts';
import type { QueueView } from '../protocol/queue.ts';
import type { BulkChanges } from './bulk-changes.ts';
import { pausedProviders } from './held-up.ts';
import type { JobLists } from './job-lists.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { ProviderActors } from './provider-actors.ts';
import type { EngineService } from './service.ts';
import type { Topics } from './topics.ts';
import type { Turn, TurnLoop } from './turn.ts';
import { watchState } from './watch-state.ts';

export interface QueueViewOptions {
  queue: LlmJobQueue;
  providers: ProviderActors;
  lists: JobLists;
  bulk: BulkChanges;
  topics: Topics;
  turns: TurnLoop;
  /** Something may be claimable now. */
  ringDispatcher(): void;
}

export function createQueueView(options: QueueViewOptions): EngineService['queue'] {
  const { queue, providers, lists, bulk, topics, turns } = options;

  const view = (): QueueView => ({
    counts: queue.ledger.entries(),
    pausedLanes: providers.lanePauses.all(),
    pausedProviders: pausedProviders(providers),
    bulk: bulk.view(),
  });

  /** Runs it, tells all who watch, and looks for what may run now. */
  const change = async (name: string, work: (turn: Turn) => boolean): Promise<QueueView> => {
    await turns.call(name, (turn) => {
      if (!work(turn)) return;
      options.ringDispatcher();
      for (const topic of ['queue', 'pool', 'providers'] as const) turn.ring(topic);
    });
    return view();
  };

  return {
    get: view,
    watch: (signal) => watchState(topics, 'queue', signal, view),
    openList: (filter) => lists.open(filter),
    lines: async ({ listId, from, limit }) => ({ lines: await lists.lines(listId, from, limit) }),
    news: (listId) => lists.news(listId),
    startBulk: (input) => bulk.start(input),
    stopBulk: () => bulk.stop(),
    pauseLane: (lane: Lane) => change('queue.pauseLane', (turn) => providers.lanePauses.pause(turn, lane)),
    resumeLane: (lane: Lane) => change('queue.resumeLane', (turn) => providers.lanePauses.resume(turn, lane)),
    pauseProvider: (id: ProviderId) => change('queue.pauseProvider', (turn) => providers.pause(turn, id)),
    resumeProvider: (id: ProviderId) => change('queue.resumeProvider', (turn) => providers.resume(turn, id)),
  };
}
