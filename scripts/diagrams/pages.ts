/** One page for each machine: the drawing, what its states mean, and every transition with all that it does. */
import type { AnyStateMachine } from 'xstate';
import { actionNames } from '../../machines/definition.ts';
import { dispatcherMachine } from '../../machines/dispatcher.machine.ts';
import { goalMachine } from '../../machines/goal.machine.ts';
import { jobMachine } from '../../machines/job.machine.ts';
import { providerMachine } from '../../machines/provider.machine.ts';
import { supervisorMachine } from '../../machines/supervisor.machine.ts';
import { taskMachine } from '../../machines/task.machine.ts';
import { workerMachine } from '../../machines/worker.machine.ts';
import { statesOf, transitionsOf } from './model.ts';
import { stateDiagram } from './state-diagram.ts';

const machines: readonly AnyStateMachine[] = [
  jobMachine,
  goalMachine,
  taskMachine,
  workerMachine,
  supervisorMachine,
  dispatcherMachine,
  providerMachine,
];

/** With a slash at its end, so that a file's name can be resolved against it. */
export const diagramFolder = new URL('../../docs/diagrams/', import.meta.url);

/** All pages, the same for the same machines. `file` is a name in `diagramFolder`. */
export function diagramPages(): { file: string; text: string }[] {
  return machines.map((machine) => ({ file: `${machine.id}.md`, text: page(machine) }));
}

function page(machine: AnyStateMachine): string {
  const states = statesOf(machine).map((node) => [
    node.name,
    node.description,
    code(node.tags),
    code(actionNames(node.entry)),
  ]);
  const transitions = transitionsOf(machine).map(({ source, label, guard, target, actions }) => [
    source,
    label,
    code(guard === undefined ? [] : [guard]),
    target ?? '(stays)',
    code(actions),
  ]);
  return `# The ${machine.id} machine

Drawn from [\`machines/${machine.id}.machine.ts\`](../../machines/${machine.id}.machine.ts) by \`npm run diagrams\`; change the machine, not this page.

\`\`\`mermaid
${stateDiagram(machine)}
\`\`\`

## States

${table(['state', 'meaning', 'tags', 'on entry'], states)}

## Transitions

The first of one state and event whose condition holds is taken. An event that is not listed for a state or for one of
the states around it does nothing there.

${table(['in', 'on', 'if', 'goes to', 'and does'], transitions)}
`;
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** Columns that are empty in every row are left out. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const used = head.map((_, column) => rows.some((row) => row[column] !== ''));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => used[column]).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
