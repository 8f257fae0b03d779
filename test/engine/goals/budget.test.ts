/** Budgets: estimated before each call, counted after it; at a cap the goal pauses and asks. */
import { describe, expect, it } from 'vitest';
import { noBudget, type GoalBudget } from '../../../src/protocol/goals.ts';
import { newRequestId, startEngine, type TestEngine } from '../../support/engine.ts';
import { approvePlan, planOf, playModels, reaches, startGoal, taskOf, type PlayedModels } from '../../support/goals.ts';
import { resultOf } from '../../support/scripted-workers.ts';

const withBudget = (budget: Partial<GoalBudget>, more = {}) => ({
  options: { automatic: true, review: false, budget: { ...noBudget, ...budget }, ...more },
});
const wide = planOf(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`t${at}`, []])));

/** Each call takes 1,000 tokens, as the agent's limit allows. */
async function metered(night: TestEngine): Promise<PlayedModels> {
  const { id } = night.engine.agents.list()[0] ?? { id: '' as never };
  await night.engine.agents.update({ id, agent: { params: { maxOutputTokens: 500 } } });
  const models = playModels(night);
  const take = (purpose: 'work' | 'deliver') => {
    models.script[purpose] = ({ run }) => {
      const usage = { inputTokens: 500, outputTokens: 500, estimated: false };
      queueMicrotask(() => {
        run.worker.end(run);
        run.worker.say({ type: 'done', jobId: run.jobId, attempt: run.attempt, result: resultOf('done', { usage }) });
      });
      return undefined;
    };
  };
  take('work');
  take('deliver');
  return models;
}

describe('a budget of tokens', () => {
  it('is never exceeded, pauses the goal with a question, and a larger one goes on', async () => {
    await using night = await startEngine();
    const models = await metered(night);
    const goal = await startGoal(night, 'Write', { plan: wide, ...withBudget({ tokens: 5_000 }) });
    const { goal: paused } = await reaches(night, goal.id, 'paused');
    expect(paused).toMatchObject({ pauseReason: 'tokens', resumesTo: 'working' });
    await night.until(() => night.engine.goals.get(goal.id).goal.burn.inFlightTokens === 0);
    const { burn, progress } = night.engine.goals.get(goal.id).goal;
    expect(burn.tokens).toBeLessThanOrEqual(5_000);
    expect(burn.tokens).toBe(models.of('work').length * 1_000);
    expect(progress).toMatchObject({ total: 8, running: 0, accepted: models.of('work').length });
    expect(progress.accepted).toBeGreaterThanOrEqual(2);
    expect(night.engine.conversations.get(goal.conversationId).arrival?.kind).toBe('paused');

    const { tokens: _tokens, ...rest } = noBudget;
    await night.engine.goals.resume({
      requestId: newRequestId(),
      id: goal.id,
      options: { budget: { ...rest, tokens: 100_000 } },
    });
    const { goal: done } = await reaches(night, goal.id, 'delivered');
    expect(done.burn).toMatchObject({ tokens: 9_000, inFlightTokens: 0 });
    expect(models.of('work')).toHaveLength(8);
  });

  it('waits for calls under way before it says that the rest is too little', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    // One call may take 2,000 tokens and what is sent: two of them do not fit at once.
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], b: [] }), ...withBudget({ tokens: 5_500 }) });
    await night.until(() => models.of('work').length === 1);
    expect(night.engine.goals.get(goal.id).goal.state).toBe('working');
    expect(taskOf(night, goal.id, 'b').state).toBe('waiting');
    models.of('work')[0]?.run.done('done');
    await night.until(() => models.of('work').length === 2);
    expect(night.engine.goals.get(goal.id).goal.state).toBe('working');
  });
});

describe('a budget of money', () => {
  it('is kept at the prices of the model', async () => {
    await using night = await startEngine();
    await metered(night);
    // A call takes 500 tokens in and 500 out: 1,500 millionths of a dollar.
    await night.engine.providers.editModel('demo', { id: 'demo', inputPrice: 1_000_000, outputPrice: 2_000_000 });
    const goal = await startGoal(night, 'Write', { plan: wide, ...withBudget({ costMicros: 8_000 }) });
    const { goal: paused } = await reaches(night, goal.id, 'paused');
    expect(paused.pauseReason).toBe('cost');
    await night.until(() => night.engine.goals.get(goal.id).goal.burn.inFlightCostMicros === 0);
    const { burn } = night.engine.goals.get(goal.id).goal;
    expect(burn.costMicros).toBeLessThanOrEqual(8_000);
    expect(burn.costMicros).toBeGreaterThan(0);
    expect(burn.costMicros % 1_500).toBe(0);
  });
});

describe('a budget of tasks', () => {
  it('refuses a plan that is larger', async () => {
    await using night = await startEngine();
    playModels(night);
    await expect(startGoal(night, 'Write', { plan: wide, ...withBudget({ tasks: 5 }) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('pauses at sub-tasks that would be too many; the task is done without them unless it is raised', async () => {
    await using night = await startEngine();
    const subTasks = `SUBTASKS: ${JSON.stringify(planOf({ x: [], y: [], z: [] }).tasks)}`;
    const models = playModels(night, { work: ({ key, nth }) => (key === 'a' && nth === 0 ? subTasks : 'done') });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }), ...withBudget({ tasks: 3 }) });
    const { goal: paused } = await reaches(night, goal.id, 'paused');
    expect(paused).toMatchObject({ pauseReason: 'tasks', progress: { total: 1, waiting: 1 } });
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work')).toHaveLength(2);
  });
});

describe('a budget of time', () => {
  it('counts what is under way, not what waits for the user, and pauses by itself', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', {
      plan: planOf({ a: [], b: ['a'] }),
      ...withBudget({ timeMs: 60_000 }, { automatic: false }),
    });
    await night.pass(120_000);
    expect(night.engine.goals.get(goal.id).goal).toMatchObject({ state: 'awaitingApproval', burn: { timeMs: 0 } });
    await approvePlan(night, goal.id);
    await night.pass(59_000);
    expect(night.engine.goals.get(goal.id).goal.state).toBe('working');
    await night.pass(2_000);
    const { goal: paused } = await reaches(night, goal.id, 'paused');
    expect(paused.pauseReason).toBe('time');
    expect(paused.burn.timeMs).toBeGreaterThanOrEqual(60_000);
    expect(paused.burn.timeMs).toBeLessThan(61_000);
    // What runs goes on to its end.
    models.of('work')[0]?.run.done('done');
    await night.until(() => taskOf(night, goal.id, 'a').state === 'accepted');
    await night.pass(60_000);
    expect(night.engine.goals.get(goal.id).goal.burn.timeMs).toBe(paused.burn.timeMs);
    await night.engine.goals.resume({
      requestId: newRequestId(),
      id: goal.id,
      options: { budget: { ...noBudget, timeMs: 600_000 } },
    });
    await night.until(() => models.of('work', 'b').length === 1);
  });
});
