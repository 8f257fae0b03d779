/** What the inspector's views watch, each as long as a component shows it. */
import { useSelector } from '@xstate/react';
import { useEffect, useMemo, useState } from 'react';
import type { InspectedActors, MachineGraph } from '../../protocol/inspection.ts';
import { live } from '../remote/live.ts';
import { Store } from '../remote/store.ts';
import { useServices } from '../services.tsx';
import { emptySteps, followActor, type ActorSteps } from './actor-steps.ts';
import { noFeed, watchFeed, type Feed } from './feed.ts';

/** Definitions do not change while the service runs; asked for once in the page's life. */
let graphs: Promise<readonly MachineGraph[]> | undefined;

/** Undefined until they have arrived. `failed`: in the service's words, or the network's. */
export function useMachines(): { graphs: readonly MachineGraph[] | undefined; failed: boolean; again: () => void } {
  const { client } = useServices();
  const [known, setKnown] = useState<readonly MachineGraph[]>();
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let shown = true;
    graphs ??= client.inspector.machines.query();
    graphs.then(
      (loaded) => {
        if (shown) setKnown(loaded);
      },
      () => {
        graphs = undefined;
        if (shown) setFailed(true);
      },
    );
    return () => {
      shown = false;
    };
  }, [client, attempt]);
  const again = () => {
    setFailed(false);
    setAttempt((count) => count + 1);
  };
  return { graphs: known, failed, again };
}

export function useActorSteps(id: string): ActorSteps {
  const { client } = useServices();
  const store = useMemo(() => new Store<ActorSteps>(emptySteps()), []);
  useEffect(() => followActor(client, id, store), [client, id, store]);
  return useSelector(store, (steps) => steps);
}

export function useFeed(routine: boolean): Feed {
  const { client } = useServices();
  const store = useMemo(() => new Store<Feed>(noFeed), []);
  useEffect(() => watchFeed(client, routine, store), [client, routine, store]);
  return useSelector(store, (feed) => feed);
}

/** Null until the service has answered. */
export function useActors(): InspectedActors | null {
  const { client } = useServices();
  const store = useMemo(() => new Store<InspectedActors | null>(null), []);
  useEffect(
    () =>
      live<InspectedActors>({
        start: (handlers) => client.inspector.actors.subscribe(undefined, handlers),
        onData: (actors) => store.set(actors),
      }),
    [client, store],
  );
  return useSelector(store, (actors) => actors);
}
