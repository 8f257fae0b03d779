/** The way of a goal from its intention to its deliverable, with models that the test plays. */
import { describe, expect, it } from 'vitest';
import { startEngine } from '../../support/engine.ts';
import { approvePlan, planOf, playModels, reaches, startGoal, taskOf, timelineOf } from '../../support/goals.ts';

describe('a goal', () => {
  it('is planned, carried out along its dependencies, reviewed and delivered', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      plan: () =>
        JSON.stringify(planOf({ outline: [], text: ['outline'], pictures: ['outline'], book: ['text', 'pictures'] })),
    });
    const goal = await startGoal(night, 'Write a handbook');
    expect(goal).toMatchObject({ state: 'planning', title: 'Write a handbook', progress: { total: 0 } });

    const { goal: done, tasks, artefacts } = await reaches(night, goal.id, 'delivered');

    expect(done).toMatchObject({ title: 'The plan', hasDeliverable: true, progress: { total: 4, accepted: 4 } });
    expect(tasks.map(({ key, state, summary }) => [key, state, summary])).toEqual([
      ['outline', 'accepted', 'outline in a line'],
      ['text', 'accepted', 'text in a line'],
      ['pictures', 'accepted', 'pictures in a line'],
      ['book', 'accepted', 'book in a line'],
    ]);
    expect(artefacts).toEqual([
      { name: 'deliverable.md', text: expect.stringContaining('# The deliverable\n\nAll of it.') as string },
    ]);
    expect(artefacts[0]?.text).toContain('| Task book | Demo | book in a line |');
    expect(models.calls.map(({ purpose, key }) => `${purpose} ${key}`.trim())).toEqual([
      'plan',
      'work outline',
      'review outline',
      'work text',
      'work pictures',
      'review text',
      'review pictures',
      'work book',
      'review book',
      'deliver',
    ]);
    const book = models.of('work', 'book')[0]?.run.request.messages[0]?.content;
    expect(book).toContain('The result of text.');
    expect(book).toContain('The result of pictures.');
    expect(book).not.toContain('The result of outline.');
    // 8 tokens of each call.
    expect(done.burn).toMatchObject({ tokens: 80, inFlightTokens: 0, inFlightCostMicros: 0, tasks: 4 });
  });

  it('waits for its plan to be approved, and is told in the conversation as the agents', async () => {
    await using night = await startEngine();
    playModels(night, { plan: () => JSON.stringify(planOf({ a: [], b: ['a'] })) });
    const conversationId = await night.conversation();
    const goal = await startGoal(night, 'Write a handbook', { conversationId, options: { automatic: false } });

    const { goal: planned } = await reaches(night, goal.id, 'awaitingApproval');
    expect(planned).toMatchObject({ waitsForUser: 1, progress: { total: 2, waiting: 2 } });
    expect(night.engine.conversations.get(conversationId)).toMatchObject({ unread: 1, arrival: { kind: 'plan' } });

    await approvePlan(night, goal.id);
    await reaches(night, goal.id, 'delivered');
    const { messages } = night.engine.messages.list({ conversationId, limit: 50 });
    expect(messages.map(({ goal: about, text }) => [about?.kind, text.split('\n')[0]])).toEqual([
      ['intention', 'Write a handbook'],
      ['plan', '**The plan**: Task a · Task b'],
      ['started', '**The plan**: Task a · Task b'],
      ['result', '**Task a**: a in a line'],
      ['result', '**Task b**: b in a line'],
      ['delivered', '# The deliverable'],
    ]);
    expect(messages.every(({ versions }) => versions.length === 1)).toBe(true);
    expect(night.engine.conversations.get(conversationId)).toMatchObject({ unread: 2, arrival: { kind: 'delivered' } });
  });

  it('takes a plan that a program hands in, and asks no planner', async () => {
    await using night = await startEngine();
    const models = playModels(night);
    const goal = await startGoal(night, 'Write a handbook', {
      plan: planOf({ a: [], b: [] }),
      options: { automatic: true, review: false },
    });
    await reaches(night, goal.id, 'delivered');
    expect(models.calls.map(({ purpose, key }) => `${purpose} ${key}`.trim())).toEqual(['work a', 'work b', 'deliver']);
    expect(taskOf(night, goal.id, 'a')).toMatchObject({ state: 'accepted', summary: 'The result of a.' });
    expect(timelineOf(night, goal.id)).toEqual([
      'started',
      'planned',
      'task-started a',
      'task-started b',
      'task-accepted a',
      'task-accepted b',
      'delivering',
      'delivered',
    ]);
  });
});
