/** Which of a machine's transitions a test has taken: a model-based test that misses one says so. */
import type { AnyStateMachine, AnyTransitionDefinition, InspectionEvent } from 'xstate';
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';

export interface TransitionCoverage {
  /** For `createActor(machine, { inspect })`. */
  readonly inspect: (event: InspectionEvent) => void;
  /** The transitions that no inspected actor has taken, as `state: EVENT → target (guard)`. */
  missed(): string[];
}

export function transitionCoverage(machine: AnyStateMachine): TransitionCoverage {
  const all = allTransitions(toDirectedGraph(machine));
  const taken = new Set<AnyTransitionDefinition>();
  return {
    inspect: (event) => {
      if (event.type === '@xstate.microstep') for (const transition of event._transitions) taken.add(transition);
    },
    missed: () => all.filter((transition) => !taken.has(transition)).map(nameOf),
  };
}

function allTransitions(node: DirectedGraphNode): AnyTransitionDefinition[] {
  return [...new Set([...node.edges.map((edge) => edge.transition), ...node.children.flatMap(allTransitions)])];
}

function nameOf({ source, eventType, target, guard }: AnyTransitionDefinition): string {
  const where = target?.map((node) => node.key).join(', ') ?? 'stays';
  const when = typeof guard === 'string' ? ` (${guard})` : guard === undefined ? '' : ' (guarded)';
  return `${source.key}: ${eventType} → ${where}${when}`;
}
