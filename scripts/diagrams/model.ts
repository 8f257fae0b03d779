/** A machine as its page needs it: states and transitions in the order of the definition, with names for people. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';

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
      label: labelOf(transition),
      guard: guardOf(transition),
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
export function pathOf(node: AnyStateNode): string {
  return node.path.length === 0 ? '(anywhere)' : node.path.join('.');
}

/** XState's names of events that nobody sends, in words. */
export function labelOf(transition: AnyTransitionDefinition): string {
  const eventType = String(transition.eventType);
  if (eventType === '') return 'at once';
  const [, about, delay = ''] = /^xstate\.(after|done\.actor|error\.actor)\.([^.]+)/.exec(eventType) ?? [];
  const child = delay === '*' ? 'a child' : `the ${delay}`;
  switch (about) {
    case 'after':
      return `after ${delay}`;
    case 'done.actor':
      return `${child} ends`;
    case 'error.actor':
      return `${child} fails`;
    default:
      return eventType;
  }
}

export function guardOf({ guard }: AnyTransitionDefinition): string | undefined {
  if (guard === undefined || typeof guard === 'string') return guard;
  return 'type' in guard ? guard.type : guard.name;
}

/** Throws for an action without a name: it could not be told from any other on the page. */
export function actionNames(actions: AnyStateNode['entry']): string[] {
  return actions.flatMap((action) => {
    if (typeof action === 'string') return [action];
    if (typeof action !== 'function') return [action.type];
    // XState's own, which starts the timer of an `after`.
    if ('type' in action && action.type === 'xstate.raise') return [];
    throw new Error('an action is written in place: give it a name in the setup of its machine');
  });
}

function nodesBelow(node: DirectedGraphNode): DirectedGraphNode[] {
  return node.children.flatMap((child) => [child, ...nodesBelow(child)]);
}
