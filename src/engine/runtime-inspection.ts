/**
 * The runtime actors (supervisor, workers and their processes, dispatcher) as the inspectors' feed: XState's own inspection,
 * attached while somebody watches. XState tells of an event when it is sent, of the transitions when they are taken, and of
 * the snapshot at the end; one of ours is made of the three.
 */
import {
  isMachineSnapshot,
  type ActorRefLike,
  type AnyEventObject,
  type AnyTransitionDefinition,
  type InspectedSnapshotEvent,
  type InspectionEvent,
} from 'xstate';
import { actionNames, eventLabel, transitionId } from '../../machines/definition.ts';
import { statePaths } from './inspected-machines.ts';
import type { Happening } from './inspection.ts';
import { redact, redactEvent } from './redaction.ts';
import { blank } from './turn-inspection.ts';

/** Comes by itself, again and again. Ticks of `after` are among them. */
const clockwork: ReadonlySet<string> = new Set([
  'BEAT',
  'HEARTBEAT',
  'PROCESS_PONG',
  'WORKER_CHANGED',
  'SLOTS',
  'OFFERED',
]);

type Node = ActorRefLike & { readonly id?: unknown; readonly _parent?: unknown };

export interface RuntimeObserverOptions {
  /** Epoch ms. */
  now: () => number;
  tell: (happening: Happening) => void;
  /** A defect of the inspection. It runs inside the actors, and must not cost them anything. */
  failed: (error: unknown) => void;
}

/** Gives an observer for `system.inspect`. */
export function runtimeObserver({ now, tell, failed }: RuntimeObserverOptions): (event: InspectionEvent) => void {
  const senders = new WeakMap<AnyEventObject, string>();
  const taken = new WeakMap<ActorRefLike, AnyTransitionDefinition[]>();
  const observe = (inspected: InspectionEvent): void => {
    const { actorRef } = inspected;
    switch (inspected.type) {
      case '@xstate.event':
        if (inspected.sourceRef !== undefined) senders.set(inspected.event, actorId(inspected.sourceRef));
        return;
      case '@xstate.microstep':
        taken.set(actorRef, [...(taken.get(actorRef) ?? []), ...inspected._transitions]);
        return;
      case '@xstate.snapshot': {
        const transitions = taken.get(actorRef) ?? [];
        taken.delete(actorRef);
        tell(happening(now(), inspected, senders.get(inspected.event) ?? senderIn(inspected.event), transitions));
        return;
      }
      default:
    }
  };
  return (inspected) => {
    try {
      observe(inspected);
    } catch (error) {
      failed(error);
    }
  };
}

function happening(
  at: number,
  { actorRef, event, snapshot }: InspectedSnapshotEvent,
  sender: string,
  transitions: readonly AnyTransitionDefinition[],
): Happening {
  const starts = event.type === 'xstate.init';
  const shown = {
    ...blank(at, sender, actorId(actorRef), starts ? 'actor.STARTED' : eventLabel(event.type)),
    eventType: event.type,
    detail: redactEvent(event),
    status: snapshot.status,
    routine: clockwork.has(event.type) || event.type.startsWith('xstate.after.tick'),
  };
  if (!isMachineSnapshot(snapshot)) return shown;
  return {
    ...shown,
    states: statePaths(snapshot.value),
    context: redact(snapshot.context),
    edges: transitions.map(transitionId),
    actions: transitions.flatMap(({ actions }) => actionNames([...actions])),
    ignored: !starts && transitions.length === 0,
  };
}

/** `worker:1`; the process that an actor invokes is `worker:1/process`. */
function actorId(actor: Node): string {
  const parent = actor._parent;
  const id = typeof actor.id === 'string' ? actor.id : actor.sessionId;
  return id === 'process' && typeof parent === 'object' && parent !== null && 'id' in parent
    ? `${String(parent.id)}/process`
    : id;
}

/** What is sent from a listener has no sender that XState knows of, but names it. */
function senderIn(event: AnyEventObject): string {
  const told: unknown = event.type === 'WORKER_EMITTED' ? event['emitted'] : event;
  if (event.type !== 'WORKER_EMITTED' && event.type !== 'WORKER_CHANGED') return 'engine';
  return typeof told === 'object' && told !== null && 'workerId' in told ? String(told.workerId) : 'engine';
}
