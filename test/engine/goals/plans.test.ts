/** Plans: refused ones go back with the reasons, good ones may be changed by the user, and none is made twice. */
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/protocol/ids.ts';
import { newRequestId, startEngine } from '../../support/engine.ts';
import {
  approvePlan,
  asked,
  defaultAgentName,
  planOf,
  playModels,
  reaches,
  startGoal,
  taskOf,
  timelineOf,
} from '../../support/goals.ts';
import { failureOf } from '../../support/job-queue.ts';

const cyclic = JSON.stringify(planOf({ a: ['b'], b: ['a'] }));
const good = JSON.stringify(planOf({ a: [], b: ['a'] }));
const manual = { options: { automatic: false } };

describe('a plan that cannot be carried out', () => {
  it('is sent back with the reasons, and the next one counts', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: ({ nth }) => [cyclic, 'not a plan', good][nth] ?? '' });
    const goal = await startGoal(night, 'Write a handbook', manual);
    await reaches(night, goal.id, 'awaitingApproval');
    const [, second, third] = models.of('plan').map(({ run }) => run.request.messages.at(-1)?.content);
    expect(second).toContain('These tasks wait for each other');
    expect(third).toContain('not JSON');
    expect(timelineOf(night, goal.id)).toEqual(['started', 'plan-refused', 'plan-refused', 'planned']);
    expect(models.calls).toHaveLength(3);
  });

  it('fails the goal after two more tries, with the reasons; resumed, it is planned anew', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => cyclic });
    const goal = await startGoal(night, 'Write a handbook', manual);
    const { goal: failed } = await reaches(night, goal.id, 'failed');
    expect(models.calls).toHaveLength(3);
    expect(failed).toMatchObject({ resumesTo: 'planning', progress: { total: 0 } });
    expect(failed.failure).toContain('These tasks wait for each other');
    expect(night.engine.conversations.get(goal.conversationId).arrival?.kind).toBe('failure');

    models.script.plan = () => good;
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    await reaches(night, goal.id, 'awaitingApproval');
  });

  it('is not made at all when its job fails, or is cancelled by hand', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => failureOf('rejected', 'content-policy') });
    const goal = await startGoal(night, 'Write a handbook', manual);
    const { goal: failed } = await reaches(night, goal.id, 'failed');
    expect(failed.failure).toBe('it said content-policy');
    const [call] = models.of('plan');
    expect(night.engine.jobs.get(call?.run.jobId ?? ('' as never))).toMatchObject({
      state: 'failed',
      can: ['SKIP'],
      goal: { goalId: goal.id, taskId: null, purpose: 'plan' },
    });
    await expect(night.engine.jobs.send(call?.run.jobId ?? ('' as never), 'RETRY')).rejects.toMatchObject({
      code: 'CONFLICT',
    });

    models.script.plan = () => undefined;
    await night.engine.goals.replan({ requestId: newRequestId(), id: goal.id, note: 'Keep it short.' });
    await night.until(() => models.of('plan').length === 2);
    expect(models.of('plan')[1]?.run.request.messages[0]?.content).toContain('Keep it short.');
    await night.engine.jobs.send(night.engine.goals.get(goal.id).goal.jobId ?? ('' as never), 'CANCEL');
    expect((await reaches(night, goal.id, 'failed')).goal.failure).toContain('cancelled by hand');
  });

  it('is refused at once when a program hands it in, and nothing is stored', async () => {
    await using night = await startEngine();
    playModels(night);
    const conversationId = await night.conversation();
    await expect(startGoal(night, 'Write', { conversationId, plan: planOf({ a: ['gone'] }) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('depends on "gone"') as string,
    });
    expect(night.engine.goals.list({ open: false, limit: 10 })).toEqual([]);
    expect(night.engine.messages.list({ conversationId, limit: 10 }).messages).toEqual([]);
  });
});

describe('a plan that awaits approval', () => {
  it('is planned anew with what the user wants changed; the old tasks go with the new plan', async () => {
    await using night = await startEngine();
    const other = JSON.stringify(planOf({ c: [] }));
    const models = playModels(night, { plan: ({ nth }) => (nth === 0 ? good : other) });
    const goal = await startGoal(night, 'Write a handbook', manual);
    await reaches(night, goal.id, 'awaitingApproval');
    await night.engine.goals.replan({ requestId: newRequestId(), id: goal.id, note: 'One task is enough.' });
    await night.until(() => night.engine.goals.get(goal.id).tasks.length === 1);
    const messages = asked(models.of('plan')[1]);
    expect(messages).toContain('One task is enough.');
    expect(messages).toContain('"id":"b"');
    const { goal: planned, tasks } = await reaches(night, goal.id, 'awaitingApproval');
    expect(tasks.map(({ key }) => key)).toEqual(['c']);
    expect(planned.progress).toMatchObject({ total: 1, waiting: 1 });
  });

  it('takes tasks that are added, changed and taken out, and carries out what is there then', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => good });
    const goal = await startGoal(night, 'Write a handbook', manual);
    await reaches(night, goal.id, 'awaitingApproval');
    const { goals } = night.engine;
    const agentId = night.engine.agents.list()[0]?.id ?? ('' as never);
    const [a, b] = [taskOf(night, goal.id, 'a').id, taskOf(night, goal.id, 'b').id];
    const fields = {
      title: 'One more',
      instructions: 'Do more.',
      acceptance: ['it is more'],
      agentId,
      dependsOn: [b],
      result: 'analysis' as const,
    };
    const requestId = newRequestId();
    const added = await goals.addTask({ requestId, id: goal.id, task: fields });
    expect((await goals.addTask({ requestId, id: goal.id, task: fields })).id).toBe(added.id);
    expect(added).toMatchObject({ key: 'task-1', dependsOn: [b], agentName: defaultAgentName });

    await expect(goals.editTask({ taskId: b, task: { dependsOn: [added.id] } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(
      goals.editTask({ taskId: b, task: { dependsOn: ['task_01ARZ3NDEKTSV4RRFFQ69G5FAV' as TaskId] } }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const edited = await goals.editTask({ taskId: b, task: { title: 'Another title', dependsOn: [] } });
    expect(edited).toMatchObject({ title: 'Another title', instructions: 'Do b.', dependsOn: [] });
    expect((await goals.removeTask(a)).progress.total).toBe(2);

    await approvePlan(night, goal.id);
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work').map(({ key }) => key)).toEqual(['b', 'task-1']);
  });

  it('is not approved without a task', async () => {
    await using night = await startEngine();
    playModels(night, { plan: () => JSON.stringify(planOf({ a: [] })) });
    const goal = await startGoal(night, 'Write a handbook', manual);
    await reaches(night, goal.id, 'awaitingApproval');
    await night.engine.goals.removeTask(taskOf(night, goal.id, 'a').id);
    await expect(approvePlan(night, goal.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('approving', () => {
  it('twice the same plan is harmless, and begins its work once', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => good, work: ({ key }) => (key === 'a' ? undefined : 'done') });
    const { id } = await startGoal(night, 'Write a handbook', manual);
    const { planVersion } = (await reaches(night, id, 'awaitingApproval')).goal;
    const seen = { id, planVersion: planVersion ?? -1 };
    const { goals } = night.engine;
    const both = await Promise.all([goals.approve(seen), goals.approve(seen)]);
    expect(both.map(({ state }) => state)).toEqual(['working', 'working']);
    await night.until(() => models.of('work', 'a').length === 1);
    await goals.pause(id);
    expect((await goals.approve(seen)).state).toBe('paused');
    await goals.resume({ requestId: newRequestId(), id });
    models.of('work', 'a')[0]?.run.done('a is done');
    await reaches(night, id, 'delivered');
    expect((await goals.approve(seen)).state).toBe('delivered');
    expect(timelineOf(night, id).filter((line) => line === 'approved')).toHaveLength(1);
    expect(models.of('work').map(({ key }) => key)).toEqual(['a', 'b']);
  });

  it('another plan than the one that is there now is refused', async () => {
    await using night = await startEngine();
    playModels(night, { plan: () => good, work: () => undefined });
    const { id } = await startGoal(night, 'Write a handbook', manual);
    const { goals } = night.engine;
    const refused = { code: 'CONFLICT', message: expect.stringContaining('has changed') as string };
    const first = { id, planVersion: (await reaches(night, id, 'awaitingApproval')).goal.planVersion ?? -1 };
    await goals.editTask({ taskId: taskOf(night, id, 'b').id, task: { title: 'Another title' } });
    await expect(goals.approve(first)).rejects.toMatchObject(refused);

    const second = { id, planVersion: goals.get(id).goal.planVersion ?? -1 };
    await goals.replan({ requestId: newRequestId(), id, note: 'Shorter.' });
    await night.until(() => timelineOf(night, id).at(-1) === 'planned');
    await expect(goals.approve(second)).rejects.toMatchObject(refused);

    const third = { id, planVersion: goals.get(id).goal.planVersion ?? -1 };
    await goals.approve(third);
    await goals.editTask({ taskId: taskOf(night, id, 'b').id, task: { title: 'Yet another' } });
    await expect(goals.approve(third)).rejects.toMatchObject(refused);
  });

  it('a plan that is being made anew, or was cancelled, is refused', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: ({ nth }) => (nth === 0 ? good : undefined) });
    const { id } = await startGoal(night, 'Write a handbook', manual);
    const { goals } = night.engine;
    const seen = { id, planVersion: (await reaches(night, id, 'awaitingApproval')).goal.planVersion ?? -1 };
    await goals.replan({ requestId: newRequestId(), id, note: 'Shorter.' });
    await night.until(() => models.of('plan').length === 2);
    await expect(goals.approve(seen)).rejects.toMatchObject({ code: 'CONFLICT' });
    await goals.cancel(id);
    await expect(goals.approve(seen)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('a goal under way', () => {
  it('starts what is added to it, and keeps what somebody has begun to work on', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => good, work: ({ key }) => (key === 'a' ? undefined : 'done') });
    const goal = await startGoal(night, 'Write a handbook');
    await night.until(() => models.of('work', 'a').length === 1);
    const { goals } = night.engine;
    const task = {
      title: 'At once',
      instructions: 'Do it.',
      acceptance: ['it is done'],
      agentId: night.engine.agents.list()[0]?.id ?? ('' as never),
      dependsOn: [],
      result: 'document' as const,
    };
    const added = await goals.addTask({ requestId: newRequestId(), id: goal.id, task });
    await night.until(() => night.store.tasks.get(added.id)?.state === 'accepted');
    const a = taskOf(night, goal.id, 'a').id;
    await expect(goals.editTask({ taskId: a, task: { title: 'x' } })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(goals.removeTask(a)).rejects.toMatchObject({ code: 'CONFLICT' });
    await goals.removeTask(taskOf(night, goal.id, 'b').id);
    models.of('work', 'a')[0]?.run.done('a is done');
    expect((await reaches(night, goal.id, 'delivered')).goal.progress).toMatchObject({ total: 2, accepted: 2 });
  });

  it('is started once for each request', async () => {
    await using night = await startEngine();
    const models = playModels(night);
    const conversationId = await night.conversation();
    const input = { conversationId, requestId: newRequestId() };
    const [first, second] = await Promise.all([startGoal(night, 'Write', input), startGoal(night, 'Write', input)]);
    expect(second.id).toBe(first.id);
    await reaches(night, first.id, 'delivered');
    expect(models.of('plan')).toHaveLength(1);
  });
});
