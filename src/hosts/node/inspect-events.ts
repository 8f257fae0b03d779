/**
 * The engine's inspection as @statelyai/inspect's events: an actor is registered with its machine's definition, then come
 * the events it is sent and its snapshot after each. What comes from the engine is redacted; it is redacted again here, so
 * that this door has a lock of its own.
 */
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { machineOf } from '../../engine/inspected-machines.ts';
import type { ActorsNow } from '../../engine/actors-now.ts';
import type { Inspected, Inspection } from '../../engine/inspection.ts';
import { redact, redactEvent } from '../../engine/redaction.ts';

/** Actors that a new reader is told of. A job is forgotten when it comes to rest. */
const knownActors = 1_000;

interface Shown {
  readonly status: Inspected['status'];
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface InspectEvents {
  /** Everything that a reader has to know before the next event: all actors as they are. */
  introduce(send: (event: StatelyInspectionEvent) => void): void;
  close(): void;
}

/** `send` is given each event as it happens. */
export function createInspectEvents(
  { inspection, actorsNow }: { inspection: Inspection; actorsNow: ActorsNow },
  send: (event: StatelyInspectionEvent) => void,
): InspectEvents {
  const known = new Map<string, Shown>();
  let receive = send;
  let count = 0;
  const stately = createInspector(
    { send: (event) => receive(event) },
    {
      autoStart: false,
      sanitizeContext: redact,
      sanitizeEvent: (event) => ({ ...redactEvent(event), type: event.type }),
      // Its type says that every event has an id; the package leaves it out of some.
      serialize: (event) => {
        count += 1;
        return { ...event, id: String(count) };
      },
    },
  );
  const close = inspection.open(tell);
  return {
    introduce(to) {
      meet();
      receive = to;
      try {
        stately.actor('engine', { status: 'active' });
        for (const [id, shown] of known) register(id, shown);
      } finally {
        receive = send;
      }
    },
    close,
  };

  /** Actors that are there and have not been sent anything yet. */
  function meet(): void {
    for (const { id, states } of actorsNow.list().actors) {
      if (known.has(id)) continue;
      const { status, context } = actorsNow.get(id) ?? { status: 'active', context: {} };
      known.set(id, { status, value: stateValue(states), context: redact(context) });
    }
  }

  function tell(event: Inspected): void {
    const { from, to, eventType, detail, states, status, context } = event;
    const shown: Shown = { status, value: stateValue(states), context };
    const isNew = !known.has(to);
    known.delete(to);
    known.set(to, shown);
    if (isNew) register(to, shown);
    const stateEvent = { ...detail, type: eventType };
    stately.event(to, stateEvent, { source: from });
    if (states.length > 0) stately.snapshot(to, shown, { event: stateEvent });
    const rests = to.startsWith('job:') && !states.some((state) => /^(?:blocked|delayed|waiting|active)\b/.test(state));
    const [oldest] = known.keys();
    if (rests || status === 'stopped') known.delete(to);
    else if (known.size > knownActors && oldest !== undefined) known.delete(oldest);
  }

  function register(id: string, shown: Shown): void {
    const machine = machineOf(id);
    stately.actor(machine === undefined ? id : reference(id, machine.config), shown);
  }
}

/** What the package reads of an actor: its id, its root, and its definition. */
interface Reference {
  readonly sessionId: string;
  readonly id: string;
  readonly logic: { readonly config: object };
  readonly _parent?: Reference;
  send(): void;
  getSnapshot(): undefined;
}

function reference(id: string, config: object): Reference {
  return {
    sessionId: id,
    id,
    logic: { config },
    ...(id.startsWith('worker:') ? { _parent: reference('supervisor', {}) } : {}),
    send: () => undefined,
    getSnapshot: () => undefined,
  };
}

/** The other way round than `statePaths`: `['active.streaming']` is `{ active: 'streaming' }`. */
export function stateValue(paths: readonly string[]): unknown {
  const inner = new Map<string, string[]>();
  for (const path of paths) {
    const dot = path.indexOf('.');
    const key = dot < 0 ? path : path.slice(0, dot);
    inner.set(key, [...(inner.get(key) ?? []), ...(dot < 0 ? [] : [path.slice(dot + 1)])]);
  }
  const [only] = inner;
  if (only === undefined) return undefined;
  if (inner.size === 1 && only[1].length === 0) return only[0];
  return Object.fromEntries([...inner].map(([key, rest]) => [key, stateValue(rest) ?? {}]));
}
