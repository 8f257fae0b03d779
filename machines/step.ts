/**
 * The pure transition: the one file that knows XState's stepping API. Rows without a live actor change through here, by
 * the same definition as the actors; so does the replay of what has been.
 */
import {
  transition,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  type EventFromLogic,
  type SnapshotFrom,
} from 'xstate';

/** The snapshot after `event`; the same object when the machine does not accept the event. Throws what a guard or action throws. */
export function step<Machine extends AnyStateMachine>(
  machine: Machine,
  snapshot: SnapshotFrom<Machine>,
  event: EventFromLogic<Machine>,
): SnapshotFrom<Machine> {
  const [next] = transition(machine, snapshot, event);
  return next;
}

/** The transitions that `step` would take first; none when the machine does not accept the event. */
export function transitionsTaken<Machine extends AnyStateMachine>(
  machine: Machine,
  snapshot: SnapshotFrom<Machine>,
  event: EventFromLogic<Machine>,
): AnyTransitionDefinition[] {
  return machine.getTransitionData(snapshot, event);
}
