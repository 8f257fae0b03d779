/** The events between actors as the page keeps them: the newest, from when it began to watch. */
import type { FeedBatch, FeedEvent } from '../../protocol/inspection.ts';
import type { Client } from '../connection/client.ts';
import { live } from '../remote/live.ts';
import type { Store } from '../remote/store.ts';

export interface Feed {
  readonly events: readonly FeedEvent[];
  /** The service has said that it tells. */
  readonly on: boolean;
  /** Some events were lost: the page was away, or too slow. */
  readonly missed: boolean;
}

const kept = 2_000;

export const noFeed: Feed = { events: [], on: false, missed: false };

/** Fills the store anew, and on. `routine`: with the clockwork. Returns how to end it. */
export function watchFeed(client: Pick<Client, 'inspector'>, routine: boolean, store: Store<Feed>): () => void {
  store.set(noFeed);
  return live<FeedBatch>({
    start: ({ onData, ...handlers }) =>
      client.inspector.watch.subscribe({ routine }, { ...handlers, onData: ({ data }) => onData(data) }),
    onData: ({ events, missed }) =>
      store.update((now) => ({
        events: [...now.events, ...events].slice(-kept),
        on: true,
        missed: now.missed || missed,
      })),
  });
}
