import { useServices } from '../services.tsx';
import type { RemoteActor } from './remote-actor.ts';

/**
 * The actor `id` of the engine (`job:<id>`, `worker:<n>`, `provider:<id>`, `supervisor`, `dispatcher`). Read it with
 * `useSelector` of `@xstate/react`; it is watched while a component does so.
 */
export function useRemoteActor(id: string): RemoteActor {
  return useServices().remoteActors.get(id);
}
