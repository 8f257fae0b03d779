/** All conversations, as the side bar shows them. */
import type { ConversationId } from '../../protocol/ids.ts';
import type { ConversationListEvent, ConversationView } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';

export interface ConversationList {
  readonly loaded: boolean;
  /** The one that changed last first. */
  readonly conversations: readonly ConversationView[];
}

const newestFirst = (a: ConversationView, b: ConversationView) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1);

/** The list after one event. */
export function applyListEvent(list: ConversationList, event: ConversationListEvent): ConversationList {
  switch (event.type) {
    case 'all':
      return { loaded: true, conversations: event.conversations.toSorted(newestFirst) };
    case 'changed': {
      const others = list.conversations.filter(({ id }) => id !== event.conversation.id);
      // The rest is in order: one place is looked for, thousands are not sorted.
      const place = others.findIndex((other) => newestFirst(event.conversation, other) < 0);
      return { ...list, conversations: others.toSpliced(place === -1 ? others.length : place, 0, event.conversation) };
    }
    case 'removed':
      return { ...list, conversations: list.conversations.filter(({ id }) => id !== event.id) };
    default:
      return event satisfies never;
  }
}

export class ConversationListStore {
  readonly state = new Store<ConversationList>({ loaded: false, conversations: [] });
  /** The same, but at once and not with the next frame: a page in the background has none. */
  readonly latest = new Store<ConversationList>(this.state.getSnapshot());
  readonly #client: Pick<Client, 'conversations'>;

  constructor(client: Pick<Client, 'conversations'>) {
    this.#client = client;
  }

  /** Returns how to stop. */
  watch(): () => void {
    return live<ConversationListEvent>({
      start: (handlers) => this.#client.conversations.watchAll.subscribe(undefined, handlers),
      onData: (event) => {
        this.latest.update((list) => applyListEvent(list, event));
        inNextFrame(this.#publish);
      },
    });
  }

  find(id: ConversationId): ConversationView | undefined {
    return this.latest.getSnapshot().conversations.find((conversation) => conversation.id === id);
  }

  readonly #publish = (): void => this.state.set(this.latest.getSnapshot());
}
