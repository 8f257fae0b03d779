/** The time of a goal is that in which something is done for it. */
import { describe, expect, it } from 'vitest';
import { noBudget } from '../../../src/protocol/goals.ts';
import { newRequestId, startEngine } from '../../support/engine.ts';
import { planOf, playModels, reaches, startGoal, taskOf, taskReaches } from '../../support/goals.ts';

const options = { automatic: true, review: false, budget: { ...noBudget, timeMs: 60_000 } };

describe('a budget of time', () => {
  it('is not used up by waiting for an answer of the user', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ nth }) => (nth === 0 ? 'ASK: Which one?' : undefined) });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: ['a'] }), options });
    await taskReaches(night, goal.id, 'a', 'needsInput');
    expect(night.store.goals.get(goal.id)).toMatchObject({ activeSince: null, timeCapAt: null });
    await night.pass(120_000);
    expect(night.engine.goals.get(goal.id).goal).toMatchObject({ state: 'working', burn: { timeMs: 0 } });
    await night.engine.goals.answerTask({
      requestId: newRequestId(),
      taskId: taskOf(night, goal.id, 'a').id,
      text: 'This one.',
    });
    await night.until(() => models.of('work').length === 2);
    await night.pass(61_000);
    expect((await reaches(night, goal.id, 'paused')).goal.pauseReason).toBe('time');
  });

  it('goes on while others are worked on, and stands still when a failed task waits for the user', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key }) => (key === 'a' ? 'ASK: Which one?' : undefined) });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: [] }), options });
    await taskReaches(night, goal.id, 'a', 'needsInput');
    await night.pass(10_000);
    models.of('work', 'b')[0]?.run.done('done');
    await taskReaches(night, goal.id, 'b', 'accepted');
    await night.pass(120_000);
    const { goal: waiting } = night.engine.goals.get(goal.id);
    expect(waiting.state).toBe('working');
    expect(waiting.burn.timeMs).toBeGreaterThanOrEqual(10_000);
    expect(waiting.burn.timeMs).toBeLessThan(11_000);
  });
});

describe('the measured times of tasks', () => {
  it('hold neither pauses nor the sub-tasks of one that was split', async () => {
    await using night = await startEngine();
    const subTasks = `SUBTASKS: ${JSON.stringify(planOf({ x: [] }).tasks)}`;
    const models = playModels(night, { work: ({ key, nth }) => (key === 'split' && nth === 0 ? subTasks : undefined) });
    const goal = await startGoal(night, 'Write', {
      plan: planOf({ split: [], paused: [] }),
      options: { automatic: true, review: false },
    });
    await night.until(() => models.of('work').length === 3);
    await night.pass(5_000);
    models.of('work', 'split/x')[0]?.run.done('done');
    await night.until(() => models.of('work', 'split').length === 2);
    expect(night.store.goals.get(goal.id)?.measuredMs).toEqual([expect.closeTo(5_000, -3)]);
    models.of('work', 'split')[1]?.run.done('done');
    await taskReaches(night, goal.id, 'split', 'accepted');
    await night.engine.goals.pause(goal.id);
    await night.pass(60_000);
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    models.of('work', 'paused')[0]?.run.done('done');
    await taskReaches(night, goal.id, 'paused', 'accepted');
    expect(night.store.goals.get(goal.id)?.measuredMs).toHaveLength(1);
  });
});
