/** Results that are too long for their reader's model: summarised once, by jobs of their own, and the reader is told. */
import { describe, expect, it } from 'vitest';
import { newRequestId, startEngine } from '../../support/engine.ts';
import { planOf, playModels, reaches, startGoal, taskOf } from '../../support/goals.ts';
import { failureOf } from '../../support/job-queue.ts';

/** The demo takes 8,000 tokens, 3 characters each. */
const long = `The beginning. ${'Much more of it. '.repeat(1_500)}`;
const input = {
  plan: planOf({ a: [], b: [], c: ['a', 'b'], d: ['a'] }),
  options: { automatic: true, review: false },
};

describe('a result that is too long for its reader', () => {
  it('is summarised once for all who read it', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ key }) => (key === 'a' ? long : `The result of ${key}.`) });
    const goal = await startGoal(night, 'Write', input);
    const { tasks, artefacts } = await reaches(night, goal.id, 'delivered');
    expect(models.of('summary').map(({ key }) => key)).toEqual(['a']);
    const [c, d] = ['c', 'd'].map((key) => models.of('work', key)[0]?.run.request.messages[0]?.content);
    expect(c).toContain('a, in short.');
    expect(c).toContain('The result of b.');
    expect(c).not.toContain('Much more of it.');
    expect(d).toContain('a, in short.');
    expect(tasks.map(({ key, readsSummaries }) => [key, readsSummaries])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', true],
    ]);
    expect(tasks[0]?.result).toBe(long.trim());
    expect(tasks[0]?.jobs.map(({ purpose }) => purpose)).toEqual(['work', 'summary']);
    expect(artefacts[0]?.text).toContain('### Worked from summaries');
  });

  it('is cut where it cannot be summarised, and says so', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ key }) => (key === 'a' ? long : 'done'),
      summary: () => failureOf('rejected', 'content-policy'),
    });
    const goal = await startGoal(night, 'Write', input);
    await reaches(night, goal.id, 'delivered');
    const read = models.of('work', 'd')[0]?.run.request.messages[0]?.content;
    expect(read).toContain('The beginning.');
    expect(read).toContain('characters were left out');
  });

  it('waits for its summary also over a pause', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ key }) => (key === 'a' ? long : 'done'),
      summary: ({ nth }) => (nth === 0 ? undefined : 'In short.'),
    });
    const goal = await startGoal(night, 'Write', input);
    await night.until(() => models.of('summary').length === 1);
    expect(taskOf(night, goal.id, 'd')).toMatchObject({ state: 'waiting', awaitsSummaries: true });
    await night.engine.goals.pause(goal.id);
    models.of('summary')[0]?.run.done('Briefly.');
    await night.until(() => taskOf(night, goal.id, 'a').digest !== null);
    expect(taskOf(night, goal.id, 'd')).toMatchObject({ state: 'waiting', awaitsSummaries: false });
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('summary')).toHaveLength(1);
    expect(models.of('work', 'd')[0]?.run.request.messages[0]?.content).toContain('Briefly.');
  });
});
