/** Watches of goals: the present, then each change; they end when what is watched is gone. */
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../support/engine.ts';
import { inTime, planOf, playModels, reaches, startGoal } from '../../support/goals.ts';

describe('watching', () => {
  it('one goal yields it as it is, then as it has become', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', {
      plan: planOf({ a: [] }),
      options: { automatic: true, review: false },
    });
    await night.until(() => models.of('work').length === 1);
    const stop = new AbortController();
    const seen = night.engine.goals.watch(goal.id, stop.signal)[Symbol.asyncIterator]();
    expect((await seen.next()).value).toMatchObject({ goal: { state: 'working' }, tasks: [{ state: 'working' }] });

    const next = seen.next();
    models.of('work')[0]?.run.done('done');
    await reaches(night, goal.id, 'delivered');
    expect((await inTime(night, next)).value).toMatchObject({
      goal: { state: 'delivered' },
      artefacts: [{ name: 'deliverable.md' }],
    });
    const last = seen.next();
    stop.abort();
    expect((await last).done).toBe(true);
  });

  it('a conversation yields its goals, and ends with it', async () => {
    await using night = await startEngine();
    playModels(night, { work: () => undefined });
    const conversationId = await night.conversation();
    const stop = new AbortController();
    const seen = night.engine.goals.watchConversation(conversationId, stop.signal)[Symbol.asyncIterator]();
    const all = night.engine.goals.watchAll(stop.signal)[Symbol.asyncIterator]();
    expect([(await seen.next()).value, (await all.next()).value]).toEqual([[], []]);
    const [next, nextOfAll] = [seen.next(), all.next()];
    const goal = await startGoal(night, 'Write', { conversationId, plan: planOf({ a: [] }) });
    expect((await inTime(night, next)).value).toMatchObject([{ id: goal.id, state: 'working' }]);
    expect((await inTime(night, nextOfAll)).value).toMatchObject([{ id: goal.id }]);

    const last = seen.next();
    await night.engine.conversations.remove(conversationId);
    expect((await inTime(night, last)).done).toBe(true);
    stop.abort();
  });

  it('refuses what is not there', async () => {
    await using night = await startEngine();
    const { signal } = new AbortController();
    const unknown = night.engine.goals.watch('goal_01ARZ3NDEKTSV4RRFFQ69G5FAV' as never, signal);
    await expect(unknown[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('as actors: goals and tasks under way are listed, and can be looked at', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: ['a'] }) });
    await night.until(() => models.of('work').length === 1);
    const listed = night.engine.actors.list().filter((id) => /^(?:goal|task):/u.test(id));
    expect(listed).toHaveLength(2);
    for (const [index, id] of listed.entries()) {
      const seen = night.engine.actors.watch(id, new AbortController().signal)[Symbol.asyncIterator]();
      const { value: view } = (await seen.next()) as { value: { machine: string; value: string } };
      expect(view).toMatchObject({ machine: ['goal', 'task'][index], value: 'working' });
    }
    expect(night.engine.goals.list({ open: true, limit: 10 }).map(({ id }) => id)).toEqual([goal.id]);
  });

  it('tells an inspector each step, and no word of what anybody wrote', async () => {
    await using night = await startEngine();
    playModels(night);
    const told: { to: string; type: string; detail: unknown; context: unknown }[] = [];
    const stop = night.engine.inspection.open((event) => void told.push(event));
    const goal = await startGoal(night, 'A secret intention', { plan: planOf({ a: [] }) });
    await reaches(night, goal.id, 'delivered');
    stop();
    const steps = told
      .filter(({ to }) => /^(?:goal|task):/u.test(to))
      .map(({ to, type }) => `${to.slice(0, 4)} ${type}`);
    expect(steps).toEqual([
      'goal PLANNED',
      'task START',
      'task RESULT',
      'task ACCEPT',
      'goal WORK_DONE',
      'goal DELIVERED',
    ]);
    expect(JSON.stringify(told)).not.toMatch(/secret|The result|in a line/u);
  });
});
