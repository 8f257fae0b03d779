/** The count when a goal is delivered: the database against what the model has sent. One line for each thing that must not be. */
import { rowsOf } from '../../support/chat.ts';
import type { GoalId } from '../../../src/protocol/ids.ts';
import { resultOf, type GoalModelCall } from './goal-journal.ts';
import { taskCount, type GoalRun } from './goal-plan.ts';

interface TaskLine {
  id: string;
  key: string;
  state: string;
  result: string;
}
interface JobLine {
  purpose: string;
  key: string | null;
  state: string;
  is_open: number;
  text: string | null;
}

/** `kills`: how many there were. */
export function auditGoal(
  dataDir: string,
  id: GoalId,
  { plan }: GoalRun,
  calls: readonly GoalModelCall[],
  kills: number,
): string[] {
  const faults: string[] = [];
  const rows = <Row>(sql: string): Row[] => rowsOf(dataDir, sql, id) as Row[];
  const once = (what: string, times: readonly unknown[], wanted = 1): void => {
    if (times.length !== wanted) faults.push(`${what}: ${times.length} times, not ${wanted}: ${JSON.stringify(times)}`);
  };

  const [goal] = rows<{ state: string; title: string; in_flight_tokens: number; burn_tokens: number }>(
    'SELECT state, title, in_flight_tokens, burn_tokens FROM goals WHERE id = ?',
  );
  if (goal?.state !== 'delivered' || goal.in_flight_tokens !== 0) faults.push(`the goal is ${JSON.stringify(goal)}`);
  const events = rows<{ type: string; key: string | null }>(
    'SELECT e.type, t.key FROM goal_events e LEFT JOIN goal_tasks t ON t.id = e.task_id WHERE e.goal_id = ?',
  );
  const timesOf = (type: string, key: string | null = null) =>
    events.filter((event) => event.type === type && event.key === key);
  for (const type of ['started', 'planned', 'delivering', 'delivered']) once(type, timesOf(type));

  const tasks = rows<TaskLine>('SELECT id, key, state, result FROM goal_tasks WHERE goal_id = ?');
  once('tasks', tasks, taskCount);
  const jobs = rows<JobLine>(
    `SELECT j.purpose, t.key, l.state, j.is_open, json_extract(l.returnvalue, '$.text') AS text FROM goal_jobs j
     LEFT JOIN goal_tasks t ON t.id = j.task_id LEFT JOIN llm_jobs l ON l.id = j.job_id WHERE j.goal_id = ?`,
  );
  const jobsOf = (purpose: string, key: string | null = null) =>
    jobs.filter((job) => job.purpose === purpose && job.key === key);
  once('jobs', jobs, 2 * taskCount + 2);
  for (const job of jobs) {
    if (job.state !== 'completed' || job.is_open !== 0) faults.push(`a job is ${JSON.stringify(job)}`);
  }
  once('plan jobs', jobsOf('plan'));
  once('deliver jobs', jobsOf('deliver'));
  const messages = rows<{ kind: string; task_id: string | null; text: string }>(
    `SELECT json_extract(goal, '$.kind') AS kind, json_extract(goal, '$.taskId') AS task_id, text FROM messages
     WHERE json_extract(goal, '$.goalId') = ?`,
  );
  once(
    'deliverables in the conversation',
    messages.filter(({ kind }) => kind === 'delivered'),
  );

  /** The one whole answer that this came from. */
  const sent = (purpose: string, key: string, answer: string | null): void => {
    const from = calls.filter((call) => call.purpose === purpose && call.key === key && call.answer === answer);
    once(
      `${purpose} ${key} as it was sent`,
      from.filter(({ outcome }) => outcome === 'whole').map(({ serial }) => serial),
    );
  };
  const results = new Map(tasks.map(({ key, result }) => [key, result]));
  for (const { key, state, id: taskId, result } of tasks) {
    if (state !== 'accepted') faults.push(`${key} is ${state}`);
    once(`${key} accepted`, timesOf('task-accepted', key));
    once(
      `${key} in the conversation`,
      messages.filter((message) => message.kind === 'result' && message.task_id === taskId),
    );
    once(`work of ${key}`, jobsOf('work', key));
    once(`reviews of ${key}`, jobsOf('review', key));
    if (jobsOf('work', key)[0]?.text !== result) faults.push(`${key} has not the result of its job: ${result}`);
    sent('work', key, result);
    // Nothing was begun before what it builds on was accepted: all of it is in the request, as it stands.
    const dependsOn = plan.tasks.find((task) => task.id === key)?.dependsOn ?? [];
    for (const call of calls.filter((one) => one.purpose === 'work' && one.key === key)) {
      for (const other of dependsOn) {
        if (!call.prompt.includes(results.get(other) ?? '?'))
          faults.push(`${key} was begun without the result of ${other}`);
      }
    }
    const reviews = calls.filter((call) => call.purpose === 'review' && call.key === key);
    if (!reviews.every(({ prompt }) => prompt.includes(result))) faults.push(`another result of ${key} was reviewed`);
  }
  if (tasks.some(({ key }) => plan.tasks.every((task) => task.id !== key))) faults.push('a task is not of the plan');

  sent('plan', '', jobsOf('plan')[0]?.text ?? null);
  if (!jobsOf('plan')[0]?.text?.includes(`"${goal?.title}"`)) faults.push(`the title is ${goal?.title}`);
  sent('deliver', '', jobsOf('deliver')[0]?.text ?? null);
  const artefacts = rows<{ text: string }>('SELECT text FROM goal_artefacts WHERE goal_id = ?');
  once('artefacts', artefacts);
  if (!artefacts[0]?.text.startsWith(jobsOf('deliver')[0]?.text ?? '?')) faults.push('the deliverable is another one');
  const last = calls.findLast(({ purpose }) => purpose === 'deliver')?.prompt ?? '';
  for (const [key, result] of results) if (!last.includes(result)) faults.push(`${key} is not in the deliverable`);

  // Calls are made at least once, and again only for a death: one of a worker may cost each of its slots a call.
  for (const [what, made] of Map.groupBy(calls, ({ purpose, key }) => `${purpose} ${key}`)) {
    if (made.length > 1 + kills) faults.push(`${what} was asked ${made.length} times at ${kills} kills`);
  }
  if (calls.length > 2 * taskCount + 2 && kills === 0) faults.push(`${calls.length} calls without a kill`);
  for (const { purpose, key, serial, answer } of calls) {
    if (purpose === 'work' && answer !== resultOf(key, serial)) faults.push(`call ${serial} is not of this goal`);
  }
  return faults;
}
