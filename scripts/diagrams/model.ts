/** A machine as its page needs it: states and transitions in the order of the definition, with names for people. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';
import { actionNames, guardName, transitionLabel } from '../../machines/definition.ts';

export interface StateRow {
  /** `alive.ready` */
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly entry: AnyStateNode['entry'];
}

export interface TransitionRow {
  readonly source: string;
  /** The event, or what happens instead of one: `after startTimeout`. */
  readonly label: string;
  readonly guard: string | undefined;
  /** Undefined: the state stays as it is. */
  readonly target: string | undefined;
  readonly actions: readonly string[];
}

export function statesOf(machine: AnyStateMachine): StateRow[] {
  return nodesBelow(toDirectedGraph(machine)).map(({ stateNode }) => ({
    name: pathOf(stateNode),
    description: stateNode.description ?? '',
    tags: stateNode.tags,
    entry: stateNode.entry,
  }));
}

export function transitionsOf(machine: AnyStateMachine): TransitionRow[] {
  const root = toDirectedGraph(machine);
  return [root, ...nodesBelow(root)].flatMap((node) =>
    definitionsOf(node).map((transition) => ({
      source: pathOf(transition.source),
      label: transitionLabel(transition),
      guard: guardName(transition),
      target: transition.target?.map(pathOf).join(', '),
      actions: actionNames([...transition.actions]),
    })),
  );
}

/** A state's own transitions: those that the graph has as edges, and those without an event, which it leaves out. */
export function definitionsOf({ edges, stateNode }: DirectedGraphNode): AnyTransitionDefinition[] {
  return [...new Set([...edges.map(({ transition }) => transition), ...(stateNode.always ?? [])])];
}

/** `alive.ready`; the machine itself is `(anywhere)`. */
function pathOf(node: AnyStateNode): string {
  return node.path.length === 0 ? '(anywhere)' : node.path.join('.');
}

function nodesBelow(node: DirectedGraphNode): DirectedGraphNode[] {
  return node.children.flatMap((child) => [child, ...nodesBelow(child)]);
}
