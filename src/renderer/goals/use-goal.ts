/** A goal as a card needs it, and with all its tasks as its page does. */
import { useSelector } from '@xstate/react';
import { useEffect, useState } from 'react';
import type { ConversationId, GoalId } from '../../protocol/ids.ts';
import type { GoalDetails, GoalView } from '../../protocol/goal-views.ts';
import type { Client } from '../connection/client.ts';
import { inNextFrame } from '../remote/frames.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';
import { useServices } from '../services.tsx';

/** Undefined until it is known. It is watched while a component uses this. */
export function useGoal(conversationId: ConversationId, id: GoalId): GoalView | undefined {
  const goals = useServices().goals.of(conversationId);
  useEffect(() => goals.watch(), [goals]);
  return useSelector(goals.state, (state) => state.goals.get(id));
}

export interface WatchedGoal {
  /** Null until it is known. */
  readonly details: GoalDetails | null;
  /** There is no such goal, in the service's words; null: there is, as far as we know. */
  readonly missing: string | null;
}

const unknown: WatchedGoal = { details: null, missing: null };

/** Returns how to stop. */
function watchGoal(client: Pick<Client, 'goals'>, id: GoalId, store: Store<WatchedGoal>): () => void {
  let latest = unknown;
  let over = false;
  const publish = () => {
    if (!over) store.set(latest);
  };
  store.set(unknown);
  const stop = live<GoalDetails>({
    start: (handlers) => client.goals.watch.subscribe({ id }, handlers),
    onData: (details) => {
      latest = { details, missing: null };
      inNextFrame(publish);
    },
    onRefused: (missing) => {
      latest = { ...latest, missing };
      inNextFrame(publish);
    },
  });
  return () => {
    over = true;
    stop();
  };
}

/** Everything of a goal, live, while `wanted`. */
export function useGoalDetails(id: GoalId, wanted = true): WatchedGoal {
  const { client } = useServices();
  const [store] = useState(() => new Store(unknown));
  useEffect(() => (wanted ? watchGoal(client, id, store) : undefined), [client, id, wanted, store]);
  return useSelector(store, (state) => state);
}

/** Whether what is shown is the present: nothing is drawn as running that we cannot see running. */
export function useOnline(): boolean {
  return useSelector(useServices().connection, (snapshot) => snapshot.matches('online'));
}
