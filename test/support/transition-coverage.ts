/** Which of a machine's transitions a test has taken: a model-based test that misses one says so. */
import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
  EventObject,
  InspectionEvent,
} from 'xstate';

export interface TransitionCoverage {
  /** For `createActor(machine, { inspect })`, also where the machine runs as a child, and with other logic provided. */
  readonly inspect: (event: InspectionEvent) => void;
  /** For a step that no actor takes, such as one over rows: what `event` sets off in `snapshot`. */
  readonly take: (snapshot: AnyMachineSnapshot, event: EventObject) => void;
  /** The transitions that no inspected actor has taken, as `state: EVENT → target (guard)`. */
  missed(): string[];
}

export function transitionCoverage(machine: AnyStateMachine): TransitionCoverage {
  const missed = new Map(transitionsBelow(machine.root).map((transition) => [keyOf(transition), nameOf(transition)]));
  return {
    inspect: (event) => {
      if (event.type === '@xstate.microstep') {
        for (const transition of event._transitions) missed.delete(keyOf(transition));
      }
    },
    take: (snapshot, event) => {
      for (const transition of machine.getTransitionData(snapshot, event)) missed.delete(keyOf(transition));
    },
    missed: () => [...missed.values()],
  };
}

function transitionsBelow(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...transitionsOf(node), ...Object.values(node.states).flatMap(transitionsBelow)];
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

/** `provide` copies a machine with all its nodes, so a transition is known by its place, not by identity. */
function keyOf(transition: AnyTransitionDefinition): string {
  return `${transition.source.id} ${transitionsOf(transition.source).indexOf(transition)}`;
}

function guardName(guard: NonNullable<AnyTransitionDefinition['guard']>): string {
  if (typeof guard === 'string') return guard;
  return 'type' in guard ? guard.type : guard.name;
}

function nameOf({ source, eventType, target, guard }: AnyTransitionDefinition): string {
  const where = target?.map((node) => node.key).join(', ') ?? 'stays';
  const when = guard === undefined ? '' : ` (${guardName(guard)})`;
  return `${source.key}: ${eventType === '' ? 'always' : eventType} → ${where}${when}`;
}
