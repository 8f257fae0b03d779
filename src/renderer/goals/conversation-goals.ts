/** The goals of one conversation, as long as somebody looks at them: every card in it shares one watch. */
import type { ConversationId, GoalId } from '../../protocol/ids.ts';
import type { GoalView } from '../../protocol/goal-views.ts';
import type { Client } from '../connection/client.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';

export interface KnownGoals {
  readonly loaded: boolean;
  readonly goals: ReadonlyMap<GoalId, GoalView>;
}

export class ConversationGoals {
  readonly state = new Store<KnownGoals>({ loaded: false, goals: new Map() });
  readonly #id: ConversationId;
  readonly #client: Pick<Client, 'goals'>;
  #watchers = 0;
  #stop: (() => void) | undefined;
  #latest: readonly GoalView[] = [];

  constructor(id: ConversationId, client: Pick<Client, 'goals'>) {
    this.#id = id;
    this.#client = client;
  }

  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** Follows them until the returned function is called. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) {
      this.#stop = live<GoalView[]>({
        start: (handlers) => this.#client.goals.watchConversation.subscribe({ conversationId: this.#id }, handlers),
        onData: (all) => {
          this.#latest = all;
          inNextFrame(this.#publish);
        },
      });
    }
    return () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#stop?.();
    };
  }

  readonly #publish = (): void =>
    this.state.update(({ goals: known }) => ({
      loaded: true,
      // What did not change stays the same object, so that its card rests.
      goals: new Map(this.#latest.map((goal) => [goal.id, newer(known.get(goal.id), goal)])),
    }));
}

function newer(known: GoalView | undefined, arrived: GoalView): GoalView {
  return known !== undefined && JSON.stringify(known) === JSON.stringify(arrived) ? known : arrived;
}
