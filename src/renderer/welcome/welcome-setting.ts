/** Whether the welcome is to be shown: a setting of the service, so that it is shown once and not once for each browser. */
import { useSelector } from '@xstate/react';
import { useEffect } from 'react';
import type { Settings } from '../../protocol/api.ts';
import { Store } from '../remote/store.ts';
import { useServices, type Services } from '../services.tsx';

/** Null until the service has said. */
const welcome = new Store<{ readonly is: Settings['welcome'] } | null>(null);

export async function startWelcome({ client }: Services): Promise<void> {
  welcome.set({ is: (await client.settings.update.mutate({ welcome: 'asked' })).welcome });
}

/** Gone through, or skipped: never shown again by itself. */
export function endWelcome({ client }: Services): void {
  welcome.set({ is: 'done' });
  client.settings.update.mutate({ welcome: 'done' }).catch((error: unknown) => {
    // It is shown once more then, which is not worth a message.
    console.warn('The service did not keep that the welcome is over.', error);
  });
}

/** `unknown` for the first moments of an empty page: then nothing is better than something that is replaced at once. */
export function useWelcome(): 'shown' | 'hidden' | 'unknown' {
  const services = useServices();
  const online = useSelector(services.connection, (snapshot) => snapshot.matches('online'));
  const state = useSelector(welcome, (known) => known?.is ?? null);
  const loaded = useSelector(services.conversations.state, (list) => list.loaded);
  const used = useSelector(services.conversations.state, (list) => list.conversations.length > 0);
  useEffect(() => {
    if (!online || welcome.getSnapshot() !== null) return;
    services.client.settings.get.query().then(
      (settings) => welcome.set({ is: settings.welcome }),
      (error: unknown) => console.warn('The settings could not be read; the next connection tries again.', error),
    );
  }, [online, services]);
  useEffect(() => {
    // Whoever has begun without it does not need it, also not after removing all conversations.
    if (state === 'new' && used) endWelcome(services);
  }, [state, used, services]);
  if (state === 'asked') return 'shown';
  if (state === 'done' || used) return 'hidden';
  return state === 'new' && loaded ? 'shown' : 'unknown';
}
