/** Pause, resume, cancel, retry, removal: at any time, and nothing is left running or waiting for nobody. */
import { describe, expect, it } from 'vitest';
import { purgeAfterMs } from '../../../src/engine/removal.ts';
import { newRequestId, startEngine } from '../../support/engine.ts';
import {
  inTime,
  planOf,
  playModels,
  reaches,
  startGoal,
  taskOf,
  taskReaches,
  timelineOf,
} from '../../support/goals.ts';

describe('pausing a goal', () => {
  it('lets calls under way end, takes back what only waits, and goes on where it was', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 2 } });
    const models = playModels(night, { work: ({ nth }) => (nth === 0 ? undefined : 'again') });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: [], c: [], d: ['a'] }) });
    await night.until(() => models.of('work').length === 1);
    const [running] = models.of('work');
    await night.engine.goals.pause(goal.id);
    const states = () =>
      Object.fromEntries(night.engine.goals.get(goal.id).tasks.map(({ key, state }) => [key, state]));
    expect(states()).toEqual({ a: 'working', b: 'waiting', c: 'waiting', d: 'waiting' });
    expect(night.store.goals.openJobs(goal.id)).toHaveLength(1);
    running?.run.done('The result of a.');
    await taskReaches(night, goal.id, 'a', 'inReview');
    expect(night.store.goals.openJobs(goal.id)).toEqual([]);
    await expect(night.engine.goals.pause(goal.id)).rejects.toMatchObject({ code: 'CONFLICT' });

    models.script.work = () => 'done';
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work', 'a')).toHaveLength(1);
    expect(models.of('review', 'a')).toHaveLength(1);
    await expect(night.engine.goals.resume({ requestId: newRequestId(), id: goal.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('keeps a plan that arrives meanwhile', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => undefined });
    const goal = await startGoal(night, 'Write');
    await night.until(() => models.of('plan').length === 1);
    await night.engine.goals.pause(goal.id);
    models.of('plan')[0]?.run.done(JSON.stringify(planOf({ a: [] })));
    await night.until(() => night.engine.goals.get(goal.id).tasks.length === 1);
    expect(night.engine.goals.get(goal.id).goal).toMatchObject({ state: 'paused', resumesTo: 'working' });
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('plan')).toHaveLength(1);
  });
});

describe('cancelling a goal', () => {
  it('aborts what runs, keeps results, and ends for good until a task is retried', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key }) => (key === 'a' ? 'done' : undefined) });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: [], c: ['b'] }) });
    await taskReaches(night, goal.id, 'a', 'accepted');
    await night.until(() => models.of('work', 'b').length === 1);
    const cancelled = await night.engine.goals.cancel(goal.id);
    expect(cancelled).toMatchObject({ state: 'cancelled', progress: { accepted: 1, cancelled: 2 } });
    await night.until(() => models.of('work', 'b')[0]?.run.worker.running.size === 0, 'the abort');
    expect(night.engine.jobs.get(models.of('work', 'b')[0]?.run.jobId ?? ('' as never)).state).toBe('cancelled');
    await expect(night.engine.goals.cancel(goal.id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(
      night.engine.goals.skipTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'b').id, reason: '' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });

    models.script.work = () => 'done';
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'b').id });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work', 'a')).toHaveLength(1);
  });

  it('happens when its conversation is removed; purged, nothing of it is left', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: ['a'] }) });
    await night.until(() => models.of('work').length === 1);
    await night.engine.conversations.remove(goal.conversationId);
    expect(night.store.goals.get(goal.id)?.state).toBe('cancelled');
    await night.engine.conversations.restore(goal.conversationId);
    expect(night.engine.goals.get(goal.id).goal.state).toBe('cancelled');

    await night.engine.conversations.remove(goal.conversationId);
    await night.pass(purgeAfterMs + 20_000);
    const left = (table: string) => night.store.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    for (const table of ['goals', 'goal_tasks', 'goal_dependencies', 'goal_jobs', 'goal_events', 'messages']) {
      expect([table, left(table)]).toEqual([table, 0]);
    }
    expect(() => night.engine.goals.get(goal.id)).toThrow('removed');
  });
});

describe('a goal whose conversation was removed', () => {
  it('does not go on before that is restored', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    await night.until(() => models.of('work').length === 1);
    await night.engine.conversations.remove(goal.conversationId);
    const task = taskOf(night, goal.id, 'a').id;
    await expect(night.engine.goals.retryTask({ requestId: newRequestId(), taskId: task })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(models.of('work')).toHaveLength(1);

    await night.engine.conversations.restore(goal.conversationId);
    models.script.work = () => 'done';
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: task });
    await reaches(night, goal.id, 'delivered');
  });

  it('is shown nowhere meanwhile, and again when that is restored', async () => {
    await using night = await startEngine();
    playModels(night);
    const { id, conversationId } = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    await reaches(night, id, 'delivered');
    const { goals, conversations } = night.engine;
    const listed = () => [
      goals.list({ open: false, limit: 10 }).length,
      goals.list({ open: false, limit: 10, conversationId }).length,
    ];
    const stop = new AbortController();
    const all = goals.watchAll(stop.signal)[Symbol.asyncIterator]();
    const own = goals.watch(id, stop.signal)[Symbol.asyncIterator]();
    expect((await all.next()).value).toHaveLength(1);
    expect((await own.next()).value).toMatchObject({ goal: { state: 'delivered' } });

    const [gone, end] = [all.next(), own.next()];
    await conversations.remove(conversationId);
    expect((await inTime(night, gone)).value).toEqual([]);
    expect((await inTime(night, end)).done).toBe(true);
    expect(listed()).toEqual([0, 0]);
    expect(() => goals.get(id)).toThrow('Restore it');
    expect(() => goals.timeline({ id, limit: 1 })).toThrow('Restore it');
    expect(() => goals.download({ id, format: 'md' })).toThrow('Restore it');

    const back = all.next();
    await conversations.restore(conversationId);
    expect((await inTime(night, back)).value).toMatchObject([{ id, state: 'delivered' }]);
    expect(listed()).toEqual([1, 1]);
    expect(goals.get(id).artefacts).toHaveLength(1);
    stop.abort();
  });

  it('is not planned again either', async () => {
    await using night = await startEngine();
    const models = playModels(night, { plan: () => 'no plan' });
    const { id, conversationId } = await startGoal(night, 'Write');
    await reaches(night, id, 'failed');
    await night.engine.conversations.remove(conversationId);
    const calls = models.calls.length;
    await expect(night.engine.goals.resume({ requestId: newRequestId(), id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(night.engine.goals.replan({ requestId: newRequestId(), id, note: 'Smaller.' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(models.calls).toHaveLength(calls);
  });
});

describe('retrying a task', () => {
  it('starts everything below it again, accepted ones too, and delivers anew', async () => {
    await using night = await startEngine();
    const models = playModels(night, { deliver: ({ nth }) => `Delivery ${nth + 1}.` });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: ['a'], c: ['b'], other: [] }) });
    await reaches(night, goal.id, 'delivered');
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'b').id });
    expect(night.engine.goals.get(goal.id)).toMatchObject({
      goal: { state: 'working', hasDeliverable: true, progress: { accepted: 2 } },
      artefacts: [{ text: expect.stringMatching(/^Delivery 1\./u) as string }],
    });
    await night.until(() => models.of('deliver').length === 2);
    const { artefacts } = await reaches(night, goal.id, 'delivered');
    expect(artefacts).toEqual([{ name: 'deliverable.md', text: expect.stringMatching(/^Delivery 2\./u) as string }]);
    expect(
      models
        .of('work')
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['a', 'b', 'b', 'c', 'c', 'other']);
    expect(timelineOf(night, goal.id).filter((line) => line === 'delivered')).toHaveLength(2);
  });

  it('aborts what runs below it', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key, nth }) => (key === 'b' && nth === 0 ? undefined : 'done') });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: ['a'] }) });
    await night.until(() => models.of('work', 'b').length === 1);
    await night.engine.goals.retryTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'a').id });
    expect(taskOf(night, goal.id, 'b')).toMatchObject({ state: 'waiting', openDependencies: 1 });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work').map(({ key }) => key)).toEqual(['a', 'b', 'a', 'b']);
    await expect(
      night.engine.goals.retryTask({ requestId: newRequestId(), taskId: taskOf(night, goal.id, 'a').id }),
    ).resolves.toBeDefined();
  });
});

describe('a request that is sent again, because its answer was lost', () => {
  it('retries a task once', async () => {
    await using night = await startEngine();
    const models = playModels(night);
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: ['a'] }) });
    await reaches(night, goal.id, 'delivered');
    const again = { requestId: newRequestId(), taskId: taskOf(night, goal.id, 'a').id };
    const [first, second] = await Promise.all([
      night.engine.goals.retryTask(again),
      night.engine.goals.retryTask(again),
    ]);
    expect(second.id).toBe(first.id);
    await reaches(night, goal.id, 'delivered');
    await night.engine.goals.retryTask(again);
    expect(night.engine.goals.get(goal.id).goal.state).toBe('delivered');
    expect(models.of('work', 'a')).toHaveLength(2);
    const other = { ...again, taskId: taskOf(night, goal.id, 'b').id };
    await expect(night.engine.goals.retryTask(other)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('plans anew once', async () => {
    await using night = await startEngine();
    const models = playModels(night);
    const goal = await startGoal(night, 'Write', { options: { automatic: false } });
    await reaches(night, goal.id, 'awaitingApproval');
    const again = { requestId: newRequestId(), id: goal.id, note: 'Shorter.' };
    await night.engine.goals.replan(again);
    await reaches(night, goal.id, 'awaitingApproval');
    await night.engine.goals.replan(again);
    expect(night.engine.goals.get(goal.id).goal.state).toBe('awaitingApproval');
    expect(models.of('plan')).toHaveLength(2);
  });

  it('resumes once: a goal that was paused since stays so', async () => {
    await using night = await startEngine();
    playModels(night, { work: () => undefined });
    const { id } = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    await night.engine.goals.pause(id);
    const again = { requestId: newRequestId(), id };
    expect((await night.engine.goals.resume(again)).state).toBe('working');
    expect((await night.engine.goals.resume(again)).state).toBe('working');
    await night.engine.goals.pause(id);
    expect((await night.engine.goals.resume(again)).state).toBe('paused');
  });

  it('answers one question, and leaves out one task, once', async () => {
    await using night = await startEngine();
    playModels(night, { work: ({ nth }) => (nth < 2 ? 'ASK: Which?' : 'done') });
    const { id } = await startGoal(night, 'Write', { plan: planOf({ a: [], b: [] }) });
    await taskReaches(night, id, 'a', 'needsInput');
    const answer = { requestId: newRequestId(), taskId: taskOf(night, id, 'a').id, text: 'That one.' };
    await night.engine.goals.answerTask(answer);
    await night.until(() => taskOf(night, id, 'a').question !== null);
    await night.engine.goals.answerTask(answer);
    expect(taskOf(night, id, 'a')).toMatchObject({ state: 'needsInput', answers: [{ answer: 'That one.' }] });

    const skip = { requestId: newRequestId(), taskId: taskOf(night, id, 'b').id, reason: 'Not needed.' };
    await night.engine.goals.skipTask(skip);
    expect(await night.engine.goals.skipTask(skip)).toMatchObject({ state: 'skipped' });
  });
});

describe('the messages of a goal', () => {
  it('stay as they were said, and the conversation goes on beside it', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    await night.until(() => models.of('work').length === 1);
    await expect(
      night.engine.messages.edit({ requestId: 'edit-the-intention', messageId: goal.messageId, text: 'Other' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    const said = await night.say(goal.conversationId, 'How are you?');
    await night.reaches(said.jobId ?? ('' as never), 'active');
    expect(night.engine.goals.get(goal.id).goal.state).toBe('working');
  });

  it('keep nobody waiting, and let nobody in before: the next question waits for the one before the goal', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const conversationId = await night.conversation();
    const first = await night.say(conversationId, 'A question');
    await night.reaches(first.jobId ?? ('' as never), 'active');
    const goal = await startGoal(night, 'Write', { conversationId, plan: planOf({ a: [] }) });
    await night.until(() => models.of('work').length === 1);
    const second = await night.say(conversationId, 'Another question');
    expect(night.engine.jobs.get(second.jobId ?? ('' as never)).state).toBe('blocked');
    await night.engine.goals.cancel(goal.id);
    expect(night.engine.jobs.get(first.jobId ?? ('' as never)).state).toBe('active');
  });
});
