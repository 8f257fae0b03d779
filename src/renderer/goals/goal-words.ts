/** What can be done with goals and tasks in which state, and what of them is shown how. Pure. */
import type { GoalProgress, GoalView, TaskView } from '../../protocol/goal-views.ts';
import type { GoalState, TaskState } from '../../protocol/goals.ts';

/** The dot before a state's name; the name says the same. */
export const goalDot: Readonly<Record<GoalState, string>> = {
  planning: 'bg-lamp',
  awaitingApproval: 'border-2 border-lamp-text',
  working: 'bg-lamp',
  delivering: 'bg-lamp',
  delivered: 'bg-ok',
  paused: 'border-2 border-ink-faint',
  failed: 'bg-alarm',
  cancelled: 'bg-line-strong',
};

export const taskDot: Readonly<Record<TaskState, string>> = {
  waiting: 'bg-ink-faint',
  working: 'bg-lamp',
  inReview: 'bg-lamp',
  accepted: 'bg-ok',
  needsInput: 'border-2 border-lamp-text',
  sentBack: 'border-2 border-ink-faint',
  failed: 'bg-alarm',
  skipped: 'border-2 border-line-strong',
  cancelled: 'bg-line-strong',
};

/** Something works on it now. */
export function isGoalRunning(state: GoalState): boolean {
  return state === 'planning' || state === 'working' || state === 'delivering';
}

/** The same, and not only because a job of it stands in line or a person is waited for. */
export function isAtWork({ state, progress }: Pick<GoalView, 'state' | 'progress'>): boolean {
  return state === 'working' ? progress.running > 0 : isGoalRunning(state);
}

export function isTaskRunning(state: TaskState): boolean {
  return state === 'working' || state === 'inReview';
}

/** Nothing more happens to it by itself. */
export function isGoalAtRest(state: GoalState): boolean {
  return state === 'delivered' || state === 'failed' || state === 'cancelled';
}

/** Where it stands; of a paused one, where it goes on. */
function stageOf({ state, resumesTo }: Pick<GoalView, 'state' | 'resumesTo'>): GoalState {
  return state === 'paused' ? (resumesTo ?? state) : state;
}

export function mayAddTasks(goal: Pick<GoalView, 'state' | 'resumesTo'>): boolean {
  const stage = stageOf(goal);
  return stage === 'awaitingApproval' || stage === 'working';
}

export type GoalAction = 'approve' | 'change' | 'pause' | 'resume' | 'raise' | 'again' | 'options' | 'cancel';

/** What a user can do with it now, the most likely first: what its machine accepts. */
export function goalActions(goal: Pick<GoalView, 'state' | 'pauseReason' | 'resumesTo'>): readonly GoalAction[] {
  switch (goal.state) {
    case 'awaitingApproval':
      return ['approve', 'change', 'options', 'cancel'];
    case 'planning':
    case 'working':
    case 'delivering':
      return ['pause', 'options', 'cancel'];
    case 'paused':
      return [goal.pauseReason === 'user' ? 'resume' : 'raise', 'options', 'cancel'];
    case 'failed':
      // What has failed of planning or delivery can be tried again; of a task, that task.
      if (goal.resumesTo === 'planning') return ['again', 'change'];
      return goal.resumesTo === 'delivering' ? ['again'] : [];
    case 'delivered':
    case 'cancelled':
      return [];
    default:
      return goal.state satisfies never;
  }
}

export type TaskAction = 'edit' | 'remove' | 'retry' | 'skip';

/** The plan can be changed while it awaits approval, what waits or has failed also later; a goal at rest goes on with a task that is run again. */
export function taskActions(
  goal: Pick<GoalView, 'state' | 'resumesTo'>,
  { state }: Pick<TaskView, 'state'>,
): readonly TaskAction[] {
  const stage = stageOf(goal);
  if (stage === 'awaitingApproval') return ['edit', 'remove'];
  if (stage === 'planning') return [];
  const atRest = isGoalAtRest(goal.state);
  switch (state) {
    case 'waiting':
      return atRest ? [] : ['edit', 'skip'];
    case 'failed':
      return atRest ? ['retry'] : ['retry', 'skip', 'edit'];
    case 'working':
    case 'inReview':
    case 'needsInput':
    case 'sentBack':
      return atRest ? ['retry'] : ['skip', 'retry'];
    case 'accepted':
    case 'skipped':
    case 'cancelled':
      return ['retry'];
    default:
      return state satisfies never;
  }
}

export interface Segment {
  readonly name: 'accepted' | 'running' | 'needsInput' | 'failed' | 'skipped' | 'waiting';
  readonly count: number;
}

/** The parts of the progress bar in their order, without those that are empty. Cancelled ones count as left out, those in line as waiting. */
export function segments(progress: GoalProgress): readonly Segment[] {
  const { accepted, running, inLine, needsInput, failed, skipped, cancelled, waiting } = progress;
  const all: Segment[] = [
    { name: 'accepted', count: accepted },
    { name: 'running', count: running },
    { name: 'needsInput', count: needsInput },
    { name: 'failed', count: failed },
    { name: 'skipped', count: skipped + cancelled },
    { name: 'waiting', count: inLine + waiting },
  ];
  return all.filter(({ count }) => count > 0);
}

/** Tasks in an order in which each stands behind what it waits for; among equals as they came. */
export function inOrder(tasks: readonly TaskView[]): readonly TaskView[] {
  const layer = new Map<string, number>();
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const layerOf = (task: TaskView): number => {
    const known = layer.get(task.id);
    if (known !== undefined) return known;
    // For a moment of editing there might be a circle: it ends here.
    layer.set(task.id, 0);
    const above = task.dependsOn.flatMap((id) => byId.get(id) ?? []).map(layerOf);
    const own = above.length === 0 ? 0 : Math.max(...above) + 1;
    layer.set(task.id, own);
    return own;
  };
  return tasks.toSorted((a, b) => layerOf(a) - layerOf(b));
}
