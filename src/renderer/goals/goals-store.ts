/** The goals that this page knows of: the newest and the open ones of all conversations, and those of one on screen. */
import type { ConversationId } from '../../protocol/ids.ts';
import type { GoalView } from '../../protocol/goal-views.ts';
import type { Client } from '../connection/client.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';
import { ConversationGoals } from './conversation-goals.ts';

export interface GoalList {
  readonly loaded: boolean;
  /** All that are open and the newest that are at rest, the newest first. */
  readonly goals: readonly GoalView[];
}

/** How many conversations' goals are kept beside those that are on screen. */
const keptConversations = 20;

export class GoalsStore {
  readonly state = new Store<GoalList>({ loaded: false, goals: [] });
  /** The same at once and not with the next frame: a page in the background has none. */
  readonly latest = new Store<GoalList>(this.state.getSnapshot());
  readonly #client: Pick<Client, 'goals'>;
  /** In the order in which they were first looked at. */
  readonly #conversations = new Map<ConversationId, ConversationGoals>();

  constructor(client: Pick<Client, 'goals'>) {
    this.#client = client;
  }

  /** Returns how to stop. */
  watch(): () => void {
    return live<GoalView[]>({
      start: (handlers) => this.#client.goals.watchAll.subscribe(undefined, handlers),
      onData: (goals) => {
        this.latest.set({ loaded: true, goals: goals.toSorted((a, b) => (a.id < b.id ? 1 : -1)) });
        inNextFrame(this.#publish);
      },
    });
  }

  of(id: ConversationId): ConversationGoals {
    const known = this.#conversations.get(id);
    if (known !== undefined) return known;
    const goals = new ConversationGoals(id, this.#client);
    this.#conversations.set(id, goals);
    for (const [oldId, old] of this.#conversations) {
      if (this.#conversations.size <= keptConversations) break;
      if (oldId !== id && !old.isWatched) this.#conversations.delete(oldId);
    }
    return goals;
  }

  readonly #publish = (): void => this.state.set(this.latest.getSnapshot());
}
