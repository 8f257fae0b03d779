/**
 * Goals with models that a test plays: each call is answered by what it is for, without a word of its prompt being looked at.
 *
 *     await using night = await startEngine();
 *     const model = playModels(night, { plan: () => planOf({ a: [], b: ['a'] }) });
 *     const goal = await startGoal(night, 'Write a handbook');
 *     await reaches(night, goal.id, 'delivered');
 */
import { StartGoal } from '../../src/protocol/goal-inputs.ts';
import type { GoalDetails, GoalView } from '../../src/protocol/goal-views.ts';
import type { GoalJob, GoalState, Plan } from '../../src/protocol/goals.ts';
import type { GoalId } from '../../src/protocol/ids.ts';
import type { Failure } from '../../src/protocol/job.ts';
import { textOf } from '../../src/protocol/request.ts';
import type { TaskRow } from '../../db/goals.model.ts';
import { newRequestId, type TestEngine } from './engine.ts';
import type { ScriptedRun } from './scripted-workers.ts';

export interface GoalCallSeen {
  readonly run: ScriptedRun;
  readonly purpose: GoalJob['purpose'];
  /** The task's key; '' for calls of the goal itself. */
  readonly key: string;
  /** How often this was called for the task before. */
  readonly nth: number;
}

/** A text: that is the answer. A failure: so it ends. Undefined: the test answers the run itself. */
export type Answerer = (call: GoalCallSeen) => string | Failure | undefined;
export type Script = Partial<Record<GoalJob['purpose'], Answerer>>;

export interface PlayedModels {
  /** All calls so far, in the order in which workers were given them. */
  readonly calls: GoalCallSeen[];
  script: Script;
  of(purpose: GoalJob['purpose'], key?: string): GoalCallSeen[];
}

/** The agent that every fresh data folder has. */
export const defaultAgentName = 'Demo';

export const accept = (summary = 'It is done.'): string => JSON.stringify({ verdict: 'accept', reasons: [], summary });
export const sendBack = (...reasons: string[]): string =>
  JSON.stringify({ verdict: 'send-back', reasons, summary: '' });

/** Tasks by their ids, with what they depend on. */
export function planOf(edges: Readonly<Record<string, readonly string[]>>, agent = defaultAgentName): Plan {
  return {
    title: 'The plan',
    tasks: Object.entries(edges).map(([id, dependsOn]) => ({
      id,
      title: `Task ${id}`,
      instructions: `Do ${id}.`,
      acceptance: [`${id} is done`],
      agent,
      dependsOn: [...dependsOn],
      result: 'document',
      needs: [],
    })),
  };
}

const usual: Record<GoalJob['purpose'], Answerer> = {
  plan: () => JSON.stringify(planOf({ a: [] })),
  work: ({ key }) => `The result of ${key}.`,
  review: ({ key }) => accept(`${key} in a line`),
  summary: ({ key }) => `${key}, in short.`,
  deliver: () => '# The deliverable\n\nAll of it.',
};

export function playModels(night: TestEngine, script: Script = {}): PlayedModels {
  const played: PlayedModels = {
    calls: [],
    script,
    of: (purpose, key) =>
      played.calls.filter((call) => call.purpose === purpose && (key === undefined || call.key === key)),
  };
  night.workers.onRun = (run) => {
    const job = night.store.goals.job(run.jobId);
    if (job === undefined) return;
    const task = job.taskId === null ? undefined : night.store.tasks.get(job.taskId);
    const key = task?.key ?? '';
    const call = { run, purpose: job.purpose, key, nth: played.of(job.purpose, key).length };
    played.calls.push(call);
    const answer = (played.script[job.purpose] ?? usual[job.purpose])(call);
    // As with real processes: never inside the call that gives the run.
    if (answer !== undefined) queueMicrotask(() => (typeof answer === 'string' ? run.done(answer) : run.fail(answer)));
  };
  return played;
}

export async function startGoal(
  night: TestEngine,
  text: string,
  input: Omit<Partial<StartGoalInput>, 'text'> = {},
): Promise<GoalView> {
  const conversationId = input.conversationId ?? (await night.conversation());
  return night.engine.goals.start(
    StartGoal.parse({ requestId: newRequestId(), options: { automatic: true }, ...input, conversationId, text }),
  );
}
type StartGoalInput = Parameters<TestEngine['engine']['goals']['start']>[0];

/** As it is now. */
export function approvePlan(night: TestEngine, id: GoalId): Promise<GoalView> {
  return night.engine.goals.approve({ id, planVersion: night.store.goals.planVersion(id) });
}

export async function reaches(night: TestEngine, id: GoalId, state: GoalState): Promise<GoalDetails> {
  await night.until(() => night.store.goals.get(id)?.state === state, `the goal to be ${state}`);
  return night.engine.goals.get(id);
}

/** All that a call was asked, in one text. */
export function asked(call: GoalCallSeen | undefined): string {
  return call?.run.request.messages.map((message) => textOf(message)).join('\n') ?? '';
}

/** Lets time pass until it is there: what comes about within a moment is one piece. */
export async function inTime<Value>(night: TestEngine, pending: Promise<Value>): Promise<Value> {
  let isThere = false;
  const settled = pending.finally(() => {
    isThere = true;
  });
  while (!isThere) await night.pass(50);
  return settled;
}

export function taskOf(night: TestEngine, id: GoalId, key: string): TaskRow {
  const task = night.store.tasks.ofGoal(id).find((one) => one.key === key);
  if (task === undefined) throw new Error(`the goal has no task ${key}`);
  return task;
}

export function taskReaches(night: TestEngine, id: GoalId, key: string, state: TaskRow['state']): Promise<void> {
  return night.until(() => taskOf(night, id, key).state === state, `${key} to be ${state}`);
}

/** What the goal's timeline says, oldest first: `task-accepted a`. */
export function timelineOf(night: TestEngine, id: GoalId): string[] {
  const keys = new Map(night.store.tasks.ofGoal(id).map((task) => [task.id, task.key]));
  const { events } = night.engine.goals.timeline({ id, limit: 500 });
  return events.map(({ type, taskId }) => (taskId === null ? type : `${type} ${keys.get(taskId) ?? '?'}`));
}
