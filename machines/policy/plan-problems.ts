/**
 * What is wrong with a plan, in sentences that a person and the planner understand alike: a plan with problems is sent back
 * with them. A plan without any can be carried out: every task gets its turn.
 */
import type { Plan, PlannedTask } from '../../src/protocol/goals.ts';

export interface PlanSetting {
  /** Names of the agents that may be given tasks. */
  readonly agents: readonly string[];
  /** The plan itself may have so many. */
  readonly maxTasks: number;
}

/** More sentences would not help anybody. */
const maxProblems = 20;

/** Empty: the plan can be carried out. At most 20 sentences. */
export function planProblems({ tasks }: Plan, { agents, maxTasks }: PlanSetting): string[] {
  if (tasks.length === 0) return ['The plan has no task. It needs at least one.'];
  const ids = new Set(tasks.map(({ id }) => id));
  const problems = [
    ...tooMany(tasks.length, maxTasks),
    ...duplicates(tasks),
    ...tasks.flatMap((task) => [
      ...unknownAgent(task, agents),
      ...danglingDependencies(task, ids),
      ...missingMeans(task),
    ]),
    ...cycles(tasks).map(inWords),
  ];
  return problems.slice(0, maxProblems);
}

/** The agent that a plan means: capitals and spaces around a name do not count. */
export function agentNamed<Agent extends { readonly name: string }>(
  name: string,
  agents: readonly Agent[],
): Agent | undefined {
  return agents.find((agent) => agent.name === name) ?? agents.find((agent) => folded(agent.name) === folded(name));
}

function folded(name: string): string {
  return name.trim().replace(/^@/u, '').toLowerCase();
}

function tooMany(count: number, maxTasks: number): string[] {
  if (count <= maxTasks) return [];
  return [`The plan has ${count} tasks; at most ${maxTasks} are possible. Join tasks that belong together.`];
}

function duplicates(tasks: readonly PlannedTask[]): string[] {
  const counts = new Map<string, number>();
  for (const { id } of tasks) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].flatMap(([id, count]) => {
    if (count === 1) return [];
    return [`The id "${id}" is given to ${count} tasks. Each task needs an id of its own.`];
  });
}

function unknownAgent({ id, agent }: PlannedTask, agents: readonly string[]): string[] {
  const named = agents.map((name) => ({ name }));
  if (agentNamed(agent, named) !== undefined) return [];
  const choice = agents.map((name) => `"${name}"`).join(', ');
  return [`Task "${id}" is given to "${agent}", and there is no agent of that name. Choose one of: ${choice}.`];
}

function danglingDependencies({ id, dependsOn }: PlannedTask, ids: ReadonlySet<string>): string[] {
  return [...new Set(dependsOn)]
    .filter((other) => !ids.has(other))
    .map((other) => `Task "${id}" depends on "${other}", and no task has that id.`);
}

const means: Readonly<Record<PlannedTask['needs'][number], string>> = {
  files: 'access to files',
  tools: 'tools or programs that are run',
  internet: 'the internet',
  people: 'people who do something',
};

function missingMeans({ id, needs }: PlannedTask): string[] {
  if (needs.length === 0) return [];
  const missing = [...new Set(needs)].map((need) => means[need]).join(' and ');
  return [
    `Task "${id}" needs ${missing}, which the agents do not have. They can only write text. ` +
      'Change the task so that it can be done by writing, or leave it out.',
  ];
}

/**
 * Circles of tasks that wait for each other, each as a way that leads back to its first task. Every circle that is reported
 * shares no task with another one; with those broken up, a next look may find more.
 */
function cycles(tasks: readonly PlannedTask[]): string[][] {
  const found: string[][] = [];
  const left = new Map(tasks.map(({ id, dependsOn }) => [id, new Set(dependsOn)]));
  for (;;) {
    peel(left);
    const cycle = wayAround(left);
    if (cycle === undefined) return found;
    found.push(cycle);
    for (const id of cycle) left.delete(id);
  }
}

/** Takes away, again and again, the tasks that wait for nobody who is left. */
function peel(left: Map<string, ReadonlySet<string>>): void {
  const dependants = new Map<string, string[]>();
  const open = new Map<string, number>();
  for (const [id, dependsOn] of left) {
    const waitsFor = [...dependsOn].filter((other) => left.has(other));
    open.set(id, waitsFor.length);
    for (const other of waitsFor) dependants.set(other, [...(dependants.get(other) ?? []), id]);
  }
  const free = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    left.delete(id);
    for (const dependant of dependants.get(id) ?? []) {
      const count = (open.get(dependant) ?? 0) - 1;
      open.set(dependant, count);
      if (count === 0) free.push(dependant);
    }
  }
}

/** Each task that is left waits for another one that is: whoever follows them comes back to where they were. */
function wayAround(left: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const [start] = left.keys();
  if (start === undefined) return undefined;
  const way: string[] = [];
  for (
    let at: string | undefined = start;
    at !== undefined;
    at = [...(left.get(at) ?? [])].find((id) => left.has(id))
  ) {
    const seen = way.indexOf(at);
    if (seen !== -1) return way.slice(seen);
    way.push(at);
  }
  return undefined;
}

function inWords(cycle: readonly string[]): string {
  const [first] = cycle;
  if (cycle.length === 1) return `Task "${first}" depends on itself.`;
  const way = [...cycle, first].map((id) => `"${id}"`).join(' → ');
  return `These tasks wait for each other and none could ever start: ${way}. Remove one of these dependencies.`;
}
