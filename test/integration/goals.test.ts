/**
 * Goals through both SDKs, on the real host with the built worker: aimock plays planner, agents, reviewer and composer. Several
 * goals are under way at a time on one host for each SDK.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBudget } from '../../src/protocol/goals.ts';
import type { GoalId } from '../../src/protocol/ids.ts';
import { acceptance, planFor, sendingBack, tokensOfAnswer } from '../support/goal-aimock.ts';
import { startGoalHost, taskOf, type GoalHost } from '../support/goal-host.ts';

const subjects = [{ provider: 'openai' }, { provider: 'anthropic' }] as const;

describe.each(subjects)('goals with $provider', ({ provider }) => {
  let night: GoalHost;
  let parts: GoalHost['parts'];
  beforeAll(async () => {
    night = await startGoalHost(provider);
    ({ parts } = night);
  });
  afterAll(() => night[Symbol.asyncDispose]());

  test('the whole story: a plan that is approved, a question, a result sent back, sub-tasks, a deliverable', async () => {
    const name = 'the story';
    const subTasks = planFor(name, { x: [], y: ['x'] }).tasks;
    const id = await night.start(
      name,
      {
        plan: () => JSON.stringify(planFor(name, { a: [], b: [], c: ['a', 'b'], d: ['c'] })),
        work: ({ key, nth }) => {
          if (nth > 0) return `The better result of ${key}.`;
          if (key === 'a') return 'ASK: For whom is it?';
          return key === 'c' ? `SUBTASKS:\n${JSON.stringify(subTasks)}` : `The result of ${key}.`;
        },
        review: ({ key, nth }) =>
          key === 'b' && nth === 0 ? sendingBack('It names nobody.') : acceptance(`${key} in a line`),
        deliver: () => '# All about it\n\n<<<RESULT d>>>\n\n<<<FILE notes.md>>>\nSome notes.',
      },
      { options: { automatic: false } },
    );
    const planned = await night.reaches(id, 'awaitingApproval');
    expect(planned.tasks.map(({ key, agentName }) => `${key} ${agentName}`)).toEqual([
      'a Writer',
      'b Writer',
      'c Writer',
      'd Writer',
    ]);
    expect(parts.of(name).map(({ purpose }) => purpose)).toEqual(['plan']);
    await night.client.goals.approve.mutate({ id, planVersion: planned.goal.planVersion ?? 0 });

    // The question holds up nothing but what depends on its task.
    const asked = await night.when(
      id,
      ({ tasks }) =>
        tasks.some(({ state }) => state === 'needsInput') &&
        tasks.some(({ key, state }) => key === 'b' && state === 'accepted'),
    );
    expect(asked.goal).toMatchObject({ state: 'working', waitsForUser: 1, progress: { accepted: 1, waiting: 2 } });
    expect(taskOf(asked, 'a').question).toBe('For whom is it?');
    await night.client.goals.answerTask.mutate({
      requestId: randomUUID(),
      taskId: taskOf(asked, 'a').id,
      text: 'For beginners.',
    });
    const { goal, tasks, artefacts } = await night.reaches(id, 'delivered');

    expect(tasks.map(({ key, state, sendBacks }) => `${key} ${state} ${sendBacks}`).toSorted()).toEqual([
      'a accepted 0',
      'b accepted 1',
      'c accepted 0',
      'c/x accepted 0',
      'c/y accepted 0',
      'd accepted 0',
    ]);
    // Once more each: the one that asked, the one that was sent back, the one that was split.
    const works = parts.of(name, 'work').map(({ key }) => key);
    expect(works.toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'x', 'y']);
    expect(parts.of(name, 'work', 'a')[1]?.prompt).toContain('For beginners.');
    expect(parts.of(name, 'work', 'b')[1]?.prompt).toContain('It names nobody.');
    expect(parts.of(name, 'work', 'y')[0]?.prompt).toContain('The result of x.');
    const combined = parts.of(name, 'work', 'c')[1]?.prompt ?? '';
    for (const text of ['The better result of a.', 'The better result of b.', 'The result of x.', 'The result of y.']) {
      expect(combined).toContain(text);
    }
    expect(works.indexOf('d')).toBe(works.length - 1);
    for (const call of parts.of(name, 'review')) expect(call.system).toContain('You are Reviewer.');
    for (const call of parts.of(name, 'work')) expect(call.system).toContain('You are Writer.');
    for (const call of [...parts.of(name, 'plan'), ...parts.of(name, 'deliver')])
      expect(call.system).toContain('You are Lead.');

    const calls = parts.of(name).length;
    const tokens = calls * tokensOfAnswer;
    expect(goal.burn).toMatchObject({ tokens, inFlightTokens: 0 });
    expect(artefacts.map((artefact) => artefact.name)).toEqual(['deliverable.md', 'notes.md']);
    expect(artefacts[0]?.text).toContain('# All about it\n\nThe result of d.');
    expect(artefacts[0]?.text).toContain('**the story task b** was sent back: It names nobody.');
    expect(artefacts[0]?.text).toContain('For whom is it? — For beginners.');
    const { messages } = await night.client.messages.list.query({ conversationId: goal.conversationId });
    expect(messages.map((message) => message.goal?.kind)).toEqual(
      expect.arrayContaining(['intention', 'plan', 'started', 'question', 'result', 'delivered']),
    );
  });

  test('a plan that cannot be carried out is sent back with the reasons at most twice, then the goal fails with them', async () => {
    const sixtyOne = Object.fromEntries(Array.from({ length: 61 }, (_, at) => [`t${at}`, []]));
    const twice = planFor('taken ids', { a: [] });
    const bad: Record<string, [answer: string, reason: string]> = {
      'a circle': [JSON.stringify(planFor('a circle', { a: ['b'], b: ['a'] })), 'These tasks wait for each other'],
      'an unknown agent': [
        JSON.stringify(planFor('an unknown agent', { a: [] }, () => ({ agent: 'Nobody' }))),
        'there is no agent of that name',
      ],
      'a dangling dependency': [
        JSON.stringify(planFor('a dangling dependency', { a: ['gone'] })),
        'depends on "gone", and no task has that id',
      ],
      'an empty plan': [JSON.stringify({ title: 'Empty', tasks: [] }), 'The plan has no task.'],
      'too many tasks': [JSON.stringify(planFor('too many tasks', sixtyOne)), 'The plan has 61 tasks; at most 60'],
      'taken ids': [
        JSON.stringify({ ...twice, tasks: [...twice.tasks, ...twice.tasks] }),
        'The id "a" is given to 2 tasks.',
      ],
      'missing tools': [
        JSON.stringify(planFor('missing tools', { a: [] }, () => ({ needs: ['files', 'tools'] }))),
        'needs access to files and tools or programs that are run, which the agents do not have',
      ],
      'no plan': ['I would rather not plan.', 'JSON'],
    };
    await Promise.all(
      Object.entries(bad).map(async ([name, [answer, reason]]) => {
        const id = await night.start(name, { plan: () => answer });
        const { goal, tasks } = await night.reaches(id, 'failed');
        expect(tasks, name).toEqual([]);
        expect(goal.failure, name).toContain(reason);
        const [first, ...again] = parts.of(name);
        expect(first?.prompt, name).not.toContain(reason);
        expect(again.map(({ purpose, prompt }) => [purpose, prompt.includes(reason)])).toEqual([
          ['plan', true],
          ['plan', true],
        ]);
      }),
    );
  });

  test('a good plan after two bad ones is carried out', async () => {
    const name = 'third time';
    const circle = JSON.stringify(planFor(name, { a: ['b'], b: ['a'] }));
    const id = await night.start(name, {
      plan: ({ nth }) => (nth < 2 ? circle : JSON.stringify(planFor(name, { a: [] }))),
    });
    await night.reaches(id, 'delivered');
    expect(parts.of(name).map(({ purpose }) => purpose)).toEqual(['plan', 'plan', 'plan', 'work', 'review', 'deliver']);
  });

  test('at its cap a goal pauses and asks; raised, it goes on', async () => {
    const name = 'a small budget';
    const wide = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`t${at}`, []]));
    const cap = 6_000;
    const options = { review: false, budget: { ...noBudget, tokens: cap } };
    const id = await night.start(name, {}, { options, plan: planFor(name, wide), inputTokens: 980 });
    const { goal } = await night.when(id, (now) => now.goal.state === 'paused' && now.goal.burn.inFlightTokens === 0);
    expect(goal).toMatchObject({ pauseReason: 'tokens', resumesTo: 'working' });
    expect(goal.burn.tokens).toBeLessThanOrEqual(cap);
    expect(goal.progress.accepted).toBeGreaterThan(0);
    expect(goal.progress.accepted).toBe(parts.of(name).length);
    await night.client.goals.resume.mutate({
      requestId: randomUUID(),
      id,
      options: { budget: { ...noBudget, tokens: 100_000 } },
    });
    await night.reaches(id, 'delivered');
    expect(parts.of(name, 'work')).toHaveLength(8);
  });

  test('a task that fails: ask, skip and stop', async () => {
    const refusal = `${provider} refused the request (HTTP 400)`;
    const run = async (policy: 'ask' | 'skip' | 'stop'): Promise<{ id: GoalId; name: string }> => {
      const name = `failing, ${policy}`;
      const plan = planFor(name, { a: [], b: ['a'], c: [] });
      const id = await night.start(
        name,
        { work: ({ key, nth }) => (key === 'a' && (policy !== 'ask' || nth < 2) ? 400 : `The result of ${key}.`) },
        { options: { onTaskFailure: policy }, plan },
      );
      return { id, name };
    };
    const [ask, skip, stop] = await Promise.all([run('ask'), run('skip'), run('stop')]);

    const waiting = await night.when(
      ask.id,
      (now) => taskOf(now, 'a').state === 'failed' && taskOf(now, 'c').state === 'accepted',
    );
    expect(waiting.goal).toMatchObject({ state: 'working', waitsForUser: 1 });
    expect(taskOf(waiting, 'a').failure).toContain(refusal);
    // Once by itself; a refusal is nothing that the queue tries again.
    expect(parts.of(ask.name, 'work', 'a')).toHaveLength(2);
    await night.client.goals.retryTask.mutate({ requestId: randomUUID(), taskId: taskOf(waiting, 'a').id });
    await night.reaches(ask.id, 'delivered');
    expect(parts.of(ask.name, 'work', 'c')).toHaveLength(1);

    const skipped = await night.reaches(skip.id, 'delivered');
    expect(skipped.goal.progress).toMatchObject({ accepted: 2, skipped: 1 });
    expect(parts.of(skip.name, 'work', 'b')[0]?.prompt).toContain(refusal);
    expect(skipped.artefacts[0]?.text).toContain(`**${skip.name} task a** was left out`);

    const stopped = await night.reaches(stop.id, 'failed');
    expect(stopped.goal.failure).toContain(`The task "${stop.name} task a" has failed`);
    expect(taskOf(stopped, 'b').state).toBe('cancelled');
    expect(parts.of(stop.name, 'work', 'b')).toEqual([]);
    expect(parts.of(stop.name, 'deliver')).toEqual([]);
  });

  test('results that are too long for their reader are summarised, and the reader is told', async () => {
    const name = 'long results';
    const long = (key: string): string =>
      `The beginning of ${key}. ${`More of ${key}. `.repeat(1_200)}The end of ${key}.`;
    const id = await night.start(
      name,
      { work: ({ key }) => (key === 'reader' ? 'The result of reader.' : long(key)) },
      {
        options: { review: false },
        plan: planFor(name, { a: [], b: [], reader: ['a', 'b'] }, (key) =>
          key === 'reader' ? { agent: 'Small' } : {},
        ),
      },
    );
    const done = await night.reaches(id, 'delivered');
    expect(
      parts
        .of(name, 'summary')
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['a', 'b']);
    const read = parts.of(name, 'work', 'reader')[0]?.prompt ?? '';
    expect(read).toContain('a, in short.');
    expect(read).toContain('form="summary"');
    expect(read).not.toContain('The end of a.');
    expect(taskOf(done, 'reader').readsSummaries).toBe(true);
    expect(done.artefacts[0]?.text).toContain('### Worked from summaries');
    // Whoever has the room reads them whole.
    expect(parts.of(name, 'deliver')[0]?.prompt).toContain('The end of a.');
  });
});
