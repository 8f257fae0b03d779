/** Tasks that fail: one more try by itself, then what the goal's policy says; the others go on. */
import { describe, expect, it } from 'vitest';
import { AgentSpec } from '../../../src/protocol/agents.ts';
import { newRequestId, startEngine } from '../../support/engine.ts';
import {
  approvePlan,
  accept,
  asked,
  planOf,
  playModels,
  reaches,
  sendBack,
  startGoal,
  taskOf,
  taskReaches,
  timelineOf,
} from '../../support/goals.ts';
import { failureOf } from '../../support/job-queue.ts';

const rejected = failureOf('rejected', 'content-policy');
const plan = planOf({ a: [], b: ['a'], c: [] });

describe('a task whose job has failed', () => {
  it('is tried once more by itself', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key, nth }) => (key === 'a' && nth === 0 ? rejected : 'done') });
    const goal = await startGoal(night, 'Write', { plan });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work', 'a')).toHaveLength(2);
  });

  it('ask: the user decides, the others go on; retried, all below it goes on too', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key }) => (key === 'a' ? rejected : 'done') });
    const goal = await startGoal(night, 'Write', { plan });
    await taskReaches(night, goal.id, 'a', 'failed');
    await taskReaches(night, goal.id, 'c', 'accepted');
    expect(night.engine.goals.get(goal.id).goal).toMatchObject({
      state: 'working',
      waitsForUser: 1,
      progress: { failed: 1, waiting: 1, accepted: 1 },
    });
    expect(night.engine.conversations.get(goal.conversationId).arrival?.kind).toBe('failure');

    models.script.work = () => 'done';
    const a = taskOf(night, goal.id, 'a').id;
    await night.engine.goals.editTask({ taskId: a, task: { instructions: 'Do it in another way.' } });
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: a });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work', 'a').at(-1)?.run.request.messages[0]?.content).toContain('Do it in another way.');
    expect(models.of('work', 'c')).toHaveLength(1);
  });

  it('skip: it is left out, what depends on it is told so, and so is the deliverable', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key }) => (key === 'a' ? rejected : 'done') });
    const goal = await startGoal(night, 'Write', { plan, options: { automatic: true, onTaskFailure: 'skip' } });
    const { goal: done, artefacts } = await reaches(night, goal.id, 'delivered');
    expect(done.progress).toMatchObject({ skipped: 1, accepted: 2 });
    expect(models.of('work', 'b')[0]?.run.request.messages[0]?.content).toContain('Task a: it said content-policy');
    expect(artefacts[0]?.text).toContain('**Task a** was left out: it said content-policy');
  });

  it('skip: of reasons without end only the beginning is told to those that go on without it', async () => {
    await using night = await startEngine();
    const reasons = Array.from({ length: 20 }, (_, at) => `${at}: ${'no '.repeat(1_000)}`);
    const models = playModels(night, { review: ({ key }) => (key === 'a' ? sendBack(...reasons) : accept()) });
    const options = { automatic: true, onTaskFailure: 'skip', maxSendBacks: 0 } as const;
    const goal = await startGoal(night, 'Write', { plan, options });
    await reaches(night, goal.id, 'delivered');
    const told = asked(models.of('work', 'b')[0]);
    expect(told).toContain('sent it back too often');
    expect(told.length).toBeLessThan(3_000);
    expect(asked(models.of('deliver')[0]).length).toBeLessThan(3_000);
  });

  it('skip: without any result there is nothing to deliver', async () => {
    await using night = await startEngine();
    playModels(night, { work: () => rejected });
    const goal = await startGoal(night, 'Write', { plan, options: { automatic: true, onTaskFailure: 'skip' } });
    const { goal: failed } = await reaches(night, goal.id, 'failed');
    expect(failed).toMatchObject({ progress: { skipped: 3 }, hasDeliverable: false });
  });

  it('stop: the goal ends with what there is, and nothing runs on', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ key }) => (key === 'a' ? rejected : key === 'c' ? undefined : 'done'),
    });
    const goal = await startGoal(night, 'Write', {
      plan: planOf({ first: [], a: ['first'], b: ['a'], c: [] }),
      options: { automatic: true, onTaskFailure: 'stop' },
    });
    const { goal: failed, tasks } = await reaches(night, goal.id, 'failed');
    expect(failed.failure).toContain('The task "Task a" has failed: it said content-policy');
    expect(tasks.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'first accepted',
      'a failed',
      'b cancelled',
      'c cancelled',
    ]);
    expect(tasks[0]?.result).toBe('done');
    const running = models.of('work', 'c')[0]?.run.jobId ?? ('' as never);
    expect(night.engine.jobs.get(running).state).toBe('cancelled');
    expect(night.store.goals.openJobs(goal.id)).toEqual([]);
    await expect(night.engine.goals.resume({ requestId: newRequestId(), id: goal.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });

    models.script.work = () => 'done';
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'a').id });
    expect((await reaches(night, goal.id, 'delivered')).goal.progress).toMatchObject({ accepted: 4 });
    expect(models.of('work', 'first')).toHaveLength(1);
  });

  it('has failed when its job is cancelled by hand: nobody tries that again', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    await night.until(() => models.of('work').length === 1);
    await night.engine.jobs.send(taskOf(night, goal.id, 'a').jobId ?? ('' as never), 'CANCEL');
    await taskReaches(night, goal.id, 'a', 'failed');
    expect(models.of('work')).toHaveLength(1);
  });

  it('has failed at once when the provider of its agent is gone', async () => {
    await using night = await startEngine();
    playModels(night);
    const { id: agentId, model } = night.engine.agents.list()[0] ?? { id: '' as never, model: '' };
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }), options: { automatic: false } });
    await reaches(night, goal.id, 'awaitingApproval');
    night.store.chat.updateAgent(agentId, { model: 'gone/model' });
    await approvePlan(night, goal.id);
    expect(taskOf(night, goal.id, 'a')).toMatchObject({ state: 'failed', startedAt: expect.any(Number) as number });
    expect(taskOf(night, goal.id, 'a').failure).toContain('"gone", which was removed');
    night.store.chat.updateAgent(agentId, { model });
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'a').id });
    await reaches(night, goal.id, 'delivered');
    expect(timelineOf(night, goal.id)).toContain('task-retried a');
  });

  it('goes on with the agent of the conversation when its own was removed', async () => {
    await using night = await startEngine();
    playModels(night);
    const other = await night.engine.agents.create({
      requestId: newRequestId(),
      agent: AgentSpec.parse({ name: 'Other', model: 'demo/demo' }),
    });
    const conversationId = await night.conversation();
    const own = night.engine.conversations.get(conversationId).agentId;
    const goal = await startGoal(night, 'Write', {
      conversationId,
      agentIds: [other.id, own],
      plan: planOf({ a: [] }, 'Other'),
      options: { automatic: false },
    });
    await night.engine.agents.remove(other.id);
    await approvePlan(night, goal.id);
    const { tasks } = await reaches(night, goal.id, 'delivered');
    expect(tasks[0]?.agentName).toBe('Demo');
    const { messages } = night.engine.messages.list({ conversationId, limit: 20 });
    expect(messages.filter(({ role }) => role === 'assistant').map(({ agentId }) => agentId)).toEqual(
      messages.slice(1).map(() => own),
    );
  });
});
