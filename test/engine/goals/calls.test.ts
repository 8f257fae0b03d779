/** What the calls of goals may take, what is thought of before, and what is counted after. */
import { describe, expect, it } from 'vitest';
import { noBudget } from '../../../src/protocol/goals.ts';
import { mostTokens } from '../../../src/engine/request-builder.ts';
import { startEngine, type TestEngine } from '../../support/engine.ts';
import { planOf, playModels, reaches, startGoal, taskReaches } from '../../support/goals.ts';
import { failureOf } from '../../support/job-queue.ts';
import { textPart } from '../../support/scripted-workers.ts';

const plan = planOf({ a: [] });
const capped = { automatic: true, budget: { ...noBudget, tokens: 1_000_000 } };

async function limitAnswers(night: TestEngine, maxOutputTokens: number): Promise<void> {
  const { id } = night.engine.agents.list()[0] ?? { id: '' as never };
  await night.engine.agents.update({ id, agent: { params: { maxOutputTokens } } });
}

describe('the estimate of a call', () => {
  it('holds all that its request may take: the shape of the answer, too', async () => {
    await using night = await startEngine();
    const models = playModels(night);
    const estimates: (number | undefined)[] = [];
    const play = night.workers.onRun;
    night.workers.onRun = (run) => {
      estimates.push(night.store.goals.job(run.jobId)?.tokens);
      play?.(run);
    };
    const goal = await startGoal(night, 'Write', { options: capped });
    await reaches(night, goal.id, 'delivered');
    expect(models.calls.map(({ purpose }) => purpose)).toEqual(['plan', 'work', 'review', 'deliver']);
    expect(estimates).toEqual(models.calls.map(({ run }) => mostTokens(run.request)));
  });

  it('is what the model is held to, where a budget is', async () => {
    await using night = await startEngine();
    const models = playModels(night);
    await reaches(night, (await startGoal(night, 'Write', { options: capped, plan })).id, 'delivered');
    for (const { run } of models.calls) expect(run.request.params.maxOutputTokens).toBe(2_000);
    models.calls.length = 0;
    await reaches(night, (await startGoal(night, 'Write', { plan })).id, 'delivered');
    for (const { run } of models.calls) expect(run.request.params.maxOutputTokens).toBeUndefined();
  });
});

describe('an agent with short answers', () => {
  it('has room for plans, reviews and deliverables all the same; its results stay short', async () => {
    await using night = await startEngine();
    await limitAnswers(night, 50);
    const models = playModels(night);
    await reaches(night, (await startGoal(night, 'Write')).id, 'delivered');
    expect(models.calls.map(({ purpose, run }) => [purpose, run.request.params.maxOutputTokens])).toEqual([
      ['plan', 2_000],
      ['work', 50],
      ['review', 1_024],
      ['deliver', 2_000],
    ]);
  });
});

describe('what a goal has burnt', () => {
  it('holds attempts that broke off before the one that was answered', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => undefined });
    const goal = await startGoal(night, 'Write', { plan, options: { automatic: true, review: false } });
    await night.until(() => models.of('work').length === 1);
    const first = models.of('work')[0]?.run;
    first?.delta(textPart('x'.repeat(300)));
    await night.pass(500);
    first?.fail(failureOf('retryable', 'interrupted'));
    for (let left = 10; left > 0 && models.of('work').length < 2; left -= 1) await night.pass(500);
    models.of('work')[1]?.run.done('The result.');
    await taskReaches(night, goal.id, 'a', 'accepted');
    const { burnTokens } = night.store.goals.get(goal.id) ?? { burnTokens: 0 };
    // The answer took 8; what broke off was asked for whole, and 100 tokens of it had come.
    const asked = mostTokens(models.of('work')[0]?.run.request ?? ({} as never)) - 4_096;
    expect(burnTokens).toBe(8 + asked + 100);
  });
});
