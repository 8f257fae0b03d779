/** What becomes of a task's answers: questions, sub-tasks, results that are sent back, answers that cannot be used. */
import { describe, expect, it } from 'vitest';
import { newRequestId, startEngine } from '../../support/engine.ts';
import {
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

const noReview = { options: { automatic: true, review: false } };

describe('a question', () => {
  it('waits for the user while the other tasks go on, and the answer resumes its task', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ key, nth }) => (key === 'a' && nth === 0 ? 'ASK: Which colour?\nRed or blue?' : `done ${key}`),
    });
    const goal = await startGoal(night, 'Paint', { plan: planOf({ a: [], b: [], c: ['a'] }) });
    await taskReaches(night, goal.id, 'a', 'needsInput');
    await taskReaches(night, goal.id, 'b', 'accepted');
    const { goal: waiting, tasks } = night.engine.goals.get(goal.id);
    expect(waiting).toMatchObject({ state: 'working', waitsForUser: 1, progress: { needsInput: 1, waiting: 1 } });
    expect(tasks[0]).toMatchObject({ question: 'Which colour?\nRed or blue?', answers: [] });
    expect(night.engine.conversations.get(goal.conversationId).arrival?.kind).toBe('question');

    const a = taskOf(night, goal.id, 'a').id;
    const answered = await night.engine.goals.answerTask({ requestId: newRequestId(), taskId: a, text: 'Blue.' });
    expect(answered).toMatchObject({
      question: null,
      answers: [{ question: 'Which colour?\nRed or blue?', answer: 'Blue.' }],
    });
    const { artefacts } = await reaches(night, goal.id, 'delivered');
    expect(models.of('work', 'a')[1]?.run.request.messages.at(-1)?.content).toContain('Blue.');
    expect(artefacts[0]?.text).toContain('Which colour? Red or blue? — Blue.');
    await expect(
      night.engine.goals.answerTask({ requestId: newRequestId(), taskId: a, text: 'Red.' }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('takes no answer to the one before it', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: ({ nth }) => ['ASK: Which colour?', 'ASK: How dark?'][nth] ?? 'done' });
    const goal = await startGoal(night, 'Paint', { plan: planOf({ a: [] }) });
    await taskReaches(night, goal.id, 'a', 'needsInput');
    const taskId = taskOf(night, goal.id, 'a').id;
    const first = { taskId, question: 'Which colour?' };
    await night.engine.goals.answerTask({ requestId: newRequestId(), ...first, text: 'Blue.' });
    await night.until(() => taskOf(night, goal.id, 'a').question === 'How dark?');
    // From a window that has not seen the second question.
    await expect(
      night.engine.goals.answerTask({ requestId: newRequestId(), ...first, text: 'Red.' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await night.engine.goals.answerTask({ requestId: newRequestId(), taskId, question: 'How dark?', text: 'Very.' });
    await reaches(night, goal.id, 'delivered');
    expect(taskOf(night, goal.id, 'a').answers.map(({ answer }) => answer)).toEqual(['Blue.', 'Very.']);
    expect(models.of('work')).toHaveLength(3);
  });

  it('that is skipped becomes an open question of the deliverable', async () => {
    await using night = await startEngine();
    playModels(night, { work: ({ key }) => (key === 'a' ? 'ASK: Which colour?' : 'done') });
    const goal = await startGoal(night, 'Paint', { plan: planOf({ a: [], b: [] }) });
    await taskReaches(night, goal.id, 'a', 'needsInput');
    await night.engine.goals.skipTask({
      requestId: newRequestId(),
      taskId: taskOf(night, goal.id, 'a').id,
      reason: 'No colours.',
    });
    const { artefacts } = await reaches(night, goal.id, 'delivered');
    expect(artefacts[0]?.text).toContain('### Open questions\n\n- **Task a** asked: Which colour?');
    expect(artefacts[0]?.text).toContain('- **Task a** was left out: No colours.');
  });
});

describe('sub-tasks', () => {
  const subTasks = (names: string[]): string =>
    `SUBTASKS:\n${JSON.stringify(planOf(Object.fromEntries(names.map((name, at) => [name, names.slice(0, at)]))).tasks)}`;

  it('are carried out, and their results are given to the task that proposed them', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ key, nth }) => (key === 'a' && nth === 0 ? subTasks(['x', 'y']) : `the text of ${key}`),
    });
    const goal = await startGoal(night, 'Write', { plan: planOf({ z: [], a: ['z'], b: ['a'] }) });
    const { tasks } = await reaches(night, goal.id, 'delivered');
    expect(tasks.map(({ key, state }) => [key, state])).toEqual(
      ['z', 'a', 'b', 'a/x', 'a/y'].map((key) => [key, 'accepted']),
    );
    expect(tasks.find(({ key }) => key === 'a/x')).toMatchObject({
      parentId: tasks[1]?.id,
      dependsOn: [tasks[0]?.id],
    });
    expect(models.of('work').map(({ key }) => key)).toEqual(['z', 'a', 'a/x', 'a/y', 'a', 'b']);
    const again = models.of('work', 'a')[1]?.run.request;
    expect(again?.messages[0]?.content).toContain('the text of a/y');
    expect(again?.system).not.toContain('SUBTASKS');
    expect(timelineOf(night, goal.id)).toContain('task-split a');
    // The deliverable is made of what the task made of them.
    const delivered = models.of('deliver')[0]?.run.request.messages[0]?.content;
    expect(delivered).toContain('the text of a');
    expect(delivered).not.toContain('the text of a/x');
  });

  it('get names of their own where the plan has a task that is called the same', async () => {
    await using night = await startEngine();
    playModels(night, {
      work: ({ key, nth }) => (key === 'a' && nth === 0 ? subTasks(['x', 'y']) : `the text of ${key}`),
    });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [], 'a/x': [], 'a/y-2': [] }) });
    const { tasks } = await reaches(night, goal.id, 'delivered');
    expect(tasks.map(({ key, state }) => [key, state])).toEqual(
      ['a', 'a/x', 'a/y-2', 'a/x-2', 'a/y'].map((key) => [key, 'accepted']),
    );
  });

  it('leave their parent open to changes of all but what it depends on', async () => {
    await using night = await startEngine();
    playModels(night, { work: ({ key, nth }) => (key === 'a' && nth === 0 ? subTasks(['x']) : undefined) });
    const goal = await startGoal(night, 'Write', { plan: planOf({ z: [], a: [] }) });
    await night.until(() => night.store.tasks.keys(goal.id).includes('a/x'), 'the sub-task');
    const parent = taskOf(night, goal.id, 'a');
    const dependsOn = night.store.tasks.dependencies(parent.id);
    const edited = await night.engine.goals.editTask({ taskId: parent.id, task: { title: 'Anew', dependsOn } });
    expect(edited).toMatchObject({ title: 'Anew', dependsOn });
    await expect(
      night.engine.goals.editTask({ taskId: parent.id, task: { dependsOn: [taskOf(night, goal.id, 'z').id] } }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('are as deep as it goes after two levels', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ key, nth }) => (nth === 0 && !key.endsWith('x/x/x') ? subTasks(['x', 'y']) : `done ${key}`),
    });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }), ...noReview });
    const { tasks } = await reaches(night, goal.id, 'delivered');
    expect(Math.max(...tasks.map(({ key }) => key.split('/').length))).toBe(3);
    const deepest = models.of('work', 'a/x/x');
    expect(deepest[1]?.run.request.messages.at(-1)?.content).toContain('cannot be split any further');
  });
});

describe('a review', () => {
  it('sends a result back with reasons, and the agent is told them', async () => {
    await using night = await startEngine();
    const models = playModels(night, {
      work: ({ nth }) => `version ${nth + 1}`,
      review: ({ nth }) => (nth === 0 ? sendBack('It is too short.') : accept('long enough')),
    });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    const { tasks, artefacts } = await reaches(night, goal.id, 'delivered');
    expect(tasks[0]).toMatchObject({ state: 'accepted', result: 'version 2', summary: 'long enough', sendBacks: 1 });
    const second = asked(models.of('work')[1]);
    expect(second).toContain('version 1');
    expect(second).toContain('It is too short.');
    expect(models.of('review')[1]?.run.request.messages[0]?.content).toContain('It is too short.');
    expect(artefacts[0]?.text).toContain('**Task a** was sent back: It is too short.');
    expect(tasks[0]?.jobs.map(({ purpose }) => purpose)).toEqual(['work', 'review', 'work', 'review']);
  });

  it('that sends back too often starts the task over once, then it has failed', async () => {
    await using night = await startEngine();
    const models = playModels(night, { review: () => sendBack('No.') });
    const goal = await startGoal(night, 'Write', {
      plan: planOf({ a: [], b: ['a'] }),
      options: { automatic: true, maxSendBacks: 1 },
    });
    await taskReaches(night, goal.id, 'a', 'failed');
    // Twice each: the first try and the one that mends it.
    expect(models.of('work', 'a')).toHaveLength(4);
    expect(taskOf(night, goal.id, 'a').failure).toContain('sent it back too often');
    expect(night.engine.goals.get(goal.id).goal).toMatchObject({ state: 'working', waitsForUser: 1 });
    expect(taskOf(night, goal.id, 'b').state).toBe('waiting');
  });

  it('that cannot be read is asked for again with the reason', async () => {
    await using night = await startEngine();
    const models = playModels(night, { review: ({ nth }) => (nth === 0 ? 'Looks good to me!' : accept()) });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }) });
    await reaches(night, goal.id, 'delivered');
    expect(models.of('work')).toHaveLength(1);
    expect(models.of('review')[1]?.run.request.messages[0]?.content).toContain('could not be used');
  });
});

describe('an answer that cannot be used', () => {
  it('is asked for again twice, then the task has failed', async () => {
    await using night = await startEngine();
    const models = playModels(night, { work: () => 'SUBTASKS: none' });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }), ...noReview });
    await taskReaches(night, goal.id, 'a', 'failed');
    expect(models.of('work')).toHaveLength(3);
    expect(models.of('work')[2]?.run.request.messages.at(-1)?.content).toContain('could not be used');
    expect(taskOf(night, goal.id, 'a').failure).toContain('The sub-tasks cannot be read');
  });

  it('of the composer is asked for again, then the goal has failed and can be delivered again', async () => {
    await using night = await startEngine();
    const models = playModels(night, { deliver: () => '' });
    const goal = await startGoal(night, 'Write', { plan: planOf({ a: [] }), ...noReview });
    const { goal: failed, tasks } = await reaches(night, goal.id, 'failed');
    expect(models.of('deliver')).toHaveLength(3);
    expect(failed).toMatchObject({ resumesTo: 'delivering', hasDeliverable: false });
    expect(tasks[0]).toMatchObject({ state: 'accepted', result: 'The result of a.' });

    models.script.deliver = () => 'At last.';
    await night.engine.goals.resume({ requestId: newRequestId(), id: goal.id });
    const { artefacts } = await reaches(night, goal.id, 'delivered');
    expect(artefacts[0]?.text).toMatch(/^At last\./u);
    expect(models.of('work')).toHaveLength(1);
  });
});
