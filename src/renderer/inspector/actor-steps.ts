/** What the page knows of one actor: its steps so far, each with the whole context behind it, and how it is now. */
import type { Followed, InspectedStep } from '../../protocol/inspection.ts';
import type { Client } from '../connection/client.ts';
import { live } from '../remote/live.ts';
import type { Store } from '../remote/store.ts';

export type Context = Readonly<Record<string, unknown>>;

/** JSON drops what is undefined; nothing here is. */
export type Step = InspectedStep & { readonly context: Context };

export interface ActorSteps {
  readonly steps: readonly Step[];
  /** So many were before them, and are not kept. */
  readonly dropped: number;
  /** Null until the service has answered. */
  readonly actor: Omit<Followed, 'steps' | 'restarted'> | null;
  /** Raised each time the steps begin anew. */
  readonly run: number;
  /** Why there is nothing more, in the service's words. */
  readonly missing: string | null;
}

/** A runtime actor goes on for ever; of its steps the newest are kept. */
const kept = 1_000;

export function emptySteps(): ActorSteps {
  return { steps: [], dropped: 0, actor: null, run: 0, missing: null };
}

/** Steps that are known already are passed over: a connection that begins anew may bring them again. */
export function withFollowed(now: ActorSteps, followed: Followed): ActorSteps {
  const { steps: news, restarted, ...actor } = followed;
  const before = restarted ? [] : now.steps;
  const last = before.at(-1)?.seq ?? -1;
  const steps = [...before];
  let context = before.at(-1)?.context ?? {};
  for (const step of news) {
    if (step.seq <= last) continue;
    context = { ...context, ...step.changes };
    steps.push({ ...step, context });
  }
  const surplus = actor.machine === 'job' ? 0 : Math.max(0, steps.length - kept);
  const dropped = (restarted ? 0 : now.dropped) + surplus;
  return { steps: steps.slice(surplus), dropped, actor, run: restarted ? now.run + 1 : now.run, missing: null };
}

/** Follows the actor into the store. Returns how to end it. */
export function followActor(client: Pick<Client, 'inspector'>, id: string, store: Store<ActorSteps>): () => void {
  return live<Followed>({
    start: ({ onData, ...handlers }) =>
      client.inspector.follow.subscribe({ id }, { ...handlers, onData: ({ data }) => onData(data) }),
    onData: (followed) => store.update((now) => withFollowed(now, followed)),
    onRefused: (missing) => store.update((now) => ({ ...now, missing })),
  });
}
