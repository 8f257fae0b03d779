/** The machines that the inspector knows, by the names of their actors. A further kind of actor is a line here. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { actionNames, guardName, statePath, transitionId, transitionLabel } from '../../machines/definition.ts';
import { dispatcherMachine } from '../../machines/dispatcher.machine.ts';
import { goalMachine } from '../../machines/goal.machine.ts';
import { jobMachine } from '../../machines/job.machine.ts';
import { providerMachine } from '../../machines/provider.machine.ts';
import { supervisorMachine } from '../../machines/supervisor.machine.ts';
import { taskMachine } from '../../machines/task.machine.ts';
import { workerMachine } from '../../machines/worker.machine.ts';
import type { MachineGraph } from '../protocol/inspection.ts';

/** By the part of an actor's id before the first `:`. */
const inspectedMachines: Readonly<Record<string, AnyStateMachine>> = {
  job: jobMachine,
  goal: goalMachine,
  task: taskMachine,
  provider: providerMachine,
  worker: workerMachine,
  supervisor: supervisorMachine,
  dispatcher: dispatcherMachine,
};

/** The machine of `job:<id>`, `worker:1`, `supervisor`; undefined for what has none. */
export function machineOf(actorId: string): AnyStateMachine | undefined {
  const [kind = '', , more] = actorId.split(/[:/]/, 3);
  return more === undefined ? inspectedMachines[kind] : undefined;
}

let graphs: MachineGraph[] | undefined;

/** Drawn once: definitions do not change while the process runs. */
export function machineGraphs(): MachineGraph[] {
  graphs ??= Object.values(inspectedMachines).map(graphOf);
  return graphs;
}

function graphOf(machine: AnyStateMachine): MachineGraph {
  const nodes = below(machine.root);
  return {
    id: machine.id,
    states: nodes.map((node) => ({
      path: statePath(node),
      parent: node.parent === undefined ? '' : statePath(node.parent),
      key: node.key,
      type: node.type,
      initial: node.parent?.initial.target.includes(node) ?? false,
      description: node.description ?? '',
      tags: [...node.tags],
      entry: actionNames(node.entry),
    })),
    transitions: [machine.root, ...nodes].flatMap((node) => definitionsOf(node).map(describe)),
  };
}

/** The innermost active states of a state value, as paths: `{ active: 'streaming' }` is `['active.streaming']`. */
export function statePaths(value: unknown, within = ''): string[] {
  if (typeof value === 'string') return [`${within}${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const paths = statePaths(inner, `${within}${key}.`);
    return paths.length === 0 ? [`${within}${key}`] : paths;
  });
}

function describe(transition: AnyTransitionDefinition): MachineGraph['transitions'][number] {
  return {
    id: transitionId(transition),
    source: statePath(transition.source),
    event: String(transition.eventType),
    label: transitionLabel(transition),
    guard: guardName(transition) ?? null,
    targets: (transition.target ?? []).map(statePath),
    actions: actionNames([...transition.actions]),
  };
}

function definitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

function below(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states).flatMap((child) => [child, ...below(child)]);
}
