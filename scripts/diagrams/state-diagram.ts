/**
 * A machine as a Mermaid `stateDiagram-v2`, which GitHub draws. Only what changes the state is drawn; the table below the
 * drawing has the rest.
 *
 * Mermaid cannot draw an arrow from a state to a state inside it. Such a transition is drawn from each inner state that
 * leaves the event to the state around it.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { type DirectedGraphNode, toDirectedGraph } from 'xstate/graph';
import { guardName, transitionLabel } from '../../machines/definition.ts';
import { definitionsOf } from './model.ts';

interface Arrow {
  readonly from: AnyStateNode;
  readonly to: AnyStateNode;
  readonly label: string;
}

export function stateDiagram(machine: AnyStateMachine): string {
  const root = toDirectedGraph(machine);
  return ['stateDiagram-v2', ...contents(root, arrowsOf(root)).map(indent)].join('\n');
}

/** What stands inside of a state: its states, where it begins and ends, and the arrows that do not leave it. */
function contents(node: DirectedGraphNode, arrows: readonly Arrow[]): string[] {
  const own = arrows.filter(({ from, to }) => commonParent(from, to) === node.stateNode);
  return [
    ...node.children.flatMap((child) => declaration(child, arrows)),
    ...node.stateNode.initial.target.map((target) => `[*] --> ${idOf(target)}`),
    ...lines(own),
    ...node.children
      .filter(({ stateNode }) => stateNode.type === 'final')
      .map(({ stateNode }) => `${idOf(stateNode)} --> [*]`),
  ];
}

/** One arrow for all that leads from one state to another. */
function lines(arrows: readonly Arrow[]): string[] {
  const labels = new Map<string, string[]>();
  for (const { from, to, label } of arrows) {
    const line = `${idOf(from)} --> ${idOf(to)}`;
    labels.set(line, [...(labels.get(line) ?? []), label]);
  }
  return [...labels].map(([line, all]) => `${line}: ${[...new Set(all)].join(', ')}`);
}

function declaration(node: DirectedGraphNode, arrows: readonly Arrow[]): string[] {
  const { key } = node.stateNode;
  const line = `state "${key}" as ${idOf(node.stateNode)}`;
  return node.children.length === 0 ? [line] : [`${line} {`, ...contents(node, arrows).map(indent), '}'];
}

function arrowsOf(node: DirectedGraphNode): Arrow[] {
  const own = definitionsOf(node).flatMap((transition) =>
    (transition.target ?? []).flatMap((target) =>
      startsOf(node.stateNode, target, transition).map((from) => ({ from, to: target, label: textOf(transition) })),
    ),
  );
  return [...own, ...node.children.flatMap(arrowsOf)];
}

/** Where the arrow begins: at the state itself, or at each state inside it when the target is inside too. */
function startsOf(source: AnyStateNode, target: AnyStateNode, transition: AnyTransitionDefinition): AnyStateNode[] {
  const isInside = target !== source && target.path.length > source.path.length && isAncestor(source, target);
  if (!isInside && source.path.length > 0) return [source];
  return Object.values(source.states)
    .filter((child) => child.type !== 'final' && !takesForItself(child, String(transition.eventType)))
    .flatMap((child) => startsOf(child, target, transition));
}

function takesForItself(node: AnyStateNode, eventType: string): boolean {
  return node.transitions.get(eventType)?.some(({ guard }) => guard === undefined) ?? false;
}

function commonParent(from: AnyStateNode, to: AnyStateNode): AnyStateNode | undefined {
  let parent = from.parent;
  while (parent !== undefined && !isAncestor(parent, to)) parent = parent.parent;
  return parent;
}

function isAncestor(node: AnyStateNode, of: AnyStateNode): boolean {
  return of.parent !== undefined && (of.parent === node || isAncestor(node, of.parent));
}

function textOf(transition: AnyTransitionDefinition): string {
  const guard = guardName(transition);
  return guard === undefined ? transitionLabel(transition) : `${transitionLabel(transition)} [${guard}]`;
}

function idOf(node: AnyStateNode): string {
  return node.path.join('_');
}

function indent(line: string): string {
  return `  ${line}`;
}
