/** The events between actors as the page keeps them: the newest, from when it began to watch. */
import type { FeedBatch, FeedEvent } from '../../protocol/inspection.ts';
import type { Client } from '../connection/client.ts';
import { live } from '../remote/live.ts';
import type { Store } from '../remote/store.ts';

/** `key`: unique also over a restart of the service, which begins its numbers anew. */
export type KeptEvent = FeedEvent & { readonly key: string };

export interface Feed {
  readonly events: readonly KeptEvent[];
  /** Of the run of numbers that is told now. */
  readonly epoch: string;
  /** The service has said that it tells. */
  readonly on: boolean;
  /** Some events were lost: the page was away, or too slow. */
  readonly missed: boolean;
}

const kept = 2_000;

export const noFeed: Feed = { events: [], epoch: '', on: false, missed: false };

/** Fills the store anew, and on. `routine`: with the clockwork. Returns how to end it. */
export function watchFeed(client: Pick<Client, 'inspector'>, routine: boolean, store: Store<Feed>): () => void {
  store.set(noFeed);
  return live<{ cursor: string; batch: FeedBatch }>({
    start: ({ onData, ...handlers }) =>
      client.inspector.watch.subscribe(
        { routine },
        { ...handlers, onData: ({ id, data }) => onData({ cursor: id, batch: data }) },
      ),
    onData: ({ cursor, batch }) => store.update((now) => withBatch(now, cursor, batch)),
  });
}

/** `cursor`: `epoch:seq`. Events that are known already are passed over. */
export function withBatch(now: Feed, cursor: string, { events, missed }: FeedBatch): Feed {
  const [epoch = ''] = cursor.split(':');
  const last = epoch === now.epoch ? (now.events.at(-1)?.seq ?? 0) : 0;
  const news = events.filter(({ seq }) => seq > last).map((event) => ({ ...event, key: `feed ${epoch}:${event.seq}` }));
  return { events: [...now.events, ...news].slice(-kept), epoch, on: true, missed: now.missed || missed };
}
