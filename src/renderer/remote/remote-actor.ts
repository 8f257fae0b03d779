/**
 * An actor that lives in the engine, seen from the page as if it were here: `getSnapshot`, `subscribe` and `send` like
 * any XState actor, so `useSelector` works on it. It is watched only while somebody subscribes.
 */
import type { Observer, Subscribable, Subscription } from 'xstate';
import type { ActorView, JobUserEvent } from '../../protocol/views.ts';
import type { Client } from '../connection/client.ts';
import { live } from './live.ts';
import { Store } from './store.ts';

/** What a watch brings: JSON drops a `value` that is undefined. */
type WatchedView = Omit<ActorView, 'value'> & { readonly value?: unknown };

export type RemoteEvent = { readonly type: JobUserEvent };

/** A state as `matches` takes it: `'active'` or `{ active: 'streaming' }`. */
export type StatePath = string | { readonly [state: string]: StatePath };

export class RemoteSnapshot {
  readonly view: WatchedView | null;
  /** Why it cannot be watched, in the service's words. */
  readonly missing: string | null;

  constructor(view: WatchedView | null, missing: string | null) {
    this.view = view;
    this.missing = missing;
  }

  /** It has told us about itself. */
  get known(): boolean {
    return this.view !== null;
  }

  matches(path: StatePath): boolean {
    return this.view !== null && matchesValue(this.view.value, path);
  }

  can(event: RemoteEvent): boolean {
    return this.view?.can.includes(event.type) ?? false;
  }

  hasTag(tag: string): boolean {
    return this.view?.tags.includes(tag) ?? false;
  }
}

/** XState's own rule: every state named in `path` is active in `value`. */
function matchesValue(value: unknown, path: StatePath): boolean {
  if (typeof path === 'string') {
    return value === path || (typeof value === 'object' && value !== null && path in value);
  }
  if (typeof value !== 'object' || value === null) return false;
  const regions: Readonly<Record<string, unknown>> = { ...value };
  return Object.entries(path).every(([state, inner]) => state in regions && matchesValue(regions[state], inner));
}

export class RemoteActor implements Subscribable<RemoteSnapshot> {
  readonly id: string;
  readonly #client: Pick<Client, 'actors'>;
  readonly #store = new Store(new RemoteSnapshot(null, null));
  #subscribers = 0;
  #stop: (() => void) | undefined;

  constructor(id: string, client: Pick<Client, 'actors'>) {
    this.id = id;
    this.#client = client;
  }

  readonly getSnapshot = (): RemoteSnapshot => this.#store.getSnapshot();

  matches(path: StatePath): boolean {
    return this.getSnapshot().matches(path);
  }

  can(event: RemoteEvent): boolean {
    return this.getSnapshot().can(event);
  }

  /** Resolves when the engine has committed it; rejects with the engine's refusal. */
  async send(event: RemoteEvent): Promise<void> {
    await this.#client.actors.send.mutate({ id: this.id, event });
  }

  subscribe(observer: Observer<RemoteSnapshot>): Subscription;
  subscribe(next: (snapshot: RemoteSnapshot) => void): Subscription;
  subscribe(listener: Observer<RemoteSnapshot> | ((snapshot: RemoteSnapshot) => void)): Subscription {
    const subscription =
      typeof listener === 'function' ? this.#store.subscribe(listener) : this.#store.subscribe(listener);
    this.#subscribers += 1;
    if (this.#subscribers === 1) this.#watch();
    let counted = true;
    return {
      unsubscribe: () => {
        if (!counted) return;
        counted = false;
        subscription.unsubscribe();
        this.#subscribers -= 1;
        if (this.#subscribers === 0) this.#stop?.();
      },
    };
  }

  #watch(): void {
    this.#stop = live<WatchedView>({
      start: (handlers) => this.#client.actors.watch.subscribe({ id: this.id }, handlers),
      onData: (view) => this.#store.set(new RemoteSnapshot(view, null)),
      onRefused: (message) => this.#store.update((last) => new RemoteSnapshot(last.view, message)),
    });
  }
}

/** One object for each actor, so that everybody who looks at it shares one subscription. */
export class RemoteActors {
  readonly #client: Pick<Client, 'actors'>;
  readonly #actors = new Map<string, WeakRef<RemoteActor>>();
  readonly #gone = new FinalizationRegistry<string>((id) => {
    if (this.#actors.get(id)?.deref() === undefined) this.#actors.delete(id);
  });

  constructor(client: Pick<Client, 'actors'>) {
    this.#client = client;
  }

  get(id: string): RemoteActor {
    const known = this.#actors.get(id)?.deref();
    if (known !== undefined) return known;
    const actor = new RemoteActor(id, this.#client);
    this.#actors.set(id, new WeakRef(actor));
    this.#gone.register(actor, id);
    return actor;
  }
}
