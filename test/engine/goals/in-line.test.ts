/** A task whose job only stands in the queue is not said to be worked on: what is shown of it is read from the job. */
import { expect, it } from 'vitest';
import { failureOf } from '../../support/job-queue.ts';
import { newRequestId, startEngine, type TestEngine } from '../../support/engine.ts';
import { inTime, planOf, playModels, startGoal, taskOf, taskReaches } from '../../support/goals.ts';
import type { GoalId } from '../../../src/protocol/ids.ts';
import type { GoalDetails } from '../../../src/protocol/goal-views.ts';

const plan = planOf({ a: [], b: ['a'] });

function shown({ goal: { progress }, tasks }: GoalDetails) {
  return {
    a: tasks.filter(({ key }) => key === 'a').map(({ state, inLine }) => `${state}${inLine ? ', in line' : ''}`)[0],
    running: progress.running,
    inLine: progress.inLine,
    waiting: progress.waiting,
  };
}

async function start(night: TestEngine): Promise<GoalId> {
  await night.engine.queue.pauseLane('medium');
  const { id } = await startGoal(night, 'Write', { plan });
  return id;
}

it('stands in line until a worker has its job, and whoever watches is told', async () => {
  await using night = await startEngine();
  const models = playModels(night, { work: () => undefined });
  const id = await start(night);
  const stop = new AbortController();
  const watches = [
    night.engine.goals.watch(id, stop.signal)[Symbol.asyncIterator](),
    night.engine.goals
      .watchConversation(night.engine.goals.get(id).goal.conversationId, stop.signal)
      [Symbol.asyncIterator](),
    night.engine.goals.watchAll(stop.signal)[Symbol.asyncIterator](),
  ] as const;
  const [details, cards, all] = await Promise.all([watches[0].next(), watches[1].next(), watches[2].next()]);
  const queued = { a: 'working, in line', running: 0, inLine: 1, waiting: 1 };
  expect(shown(details.value as GoalDetails)).toEqual(queued);
  for (const { value } of [cards, all]) expect(value).toMatchObject([{ progress: { running: 0, inLine: 1 } }]);

  const next = Promise.all([watches[0].next(), watches[1].next(), watches[2].next()]);
  await night.engine.queue.resumeLane('medium');
  await night.until(() => models.of('work').length === 1);
  const [detailsNow, cardsNow, allNow] = await inTime(night, next);
  expect(shown(detailsNow.value as GoalDetails)).toEqual({ a: 'working', running: 1, inLine: 0, waiting: 1 });
  for (const { value } of [cardsNow, allNow]) expect(value).toMatchObject([{ progress: { running: 1, inLine: 0 } }]);
  stop.abort();
});

it('stands in line again when its job goes back to the queue, for its review, and while its goal is paused', async () => {
  await using night = await startEngine();
  const models = playModels(night, { work: ({ nth }) => (nth === 0 ? undefined : 'done'), review: () => undefined });
  const id = await start(night);
  const now = () => shown(night.engine.goals.get(id));
  await night.engine.queue.resumeLane('medium');
  await night.until(() => models.of('work').length === 1);
  const [call] = models.of('work');
  call?.run.fail(failureOf('retryable', 'overloaded'));
  await night.until(() => night.store.jobs.get(call?.run.jobId ?? ('' as never))?.state === 'delayed');
  expect(now()).toEqual({ a: 'working, in line', running: 0, inLine: 1, waiting: 1 });

  await night.engine.jobs.send(call?.run.jobId ?? ('' as never), 'PROMOTE');
  await night.until(() => models.of('review').length === 1);
  expect(now()).toEqual({ a: 'inReview', running: 1, inLine: 0, waiting: 1 });

  // A review that cannot be read is asked for again, but not while the goal is paused.
  await night.engine.goals.pause(id);
  models.of('review')[0]?.run.done('not a review');
  await night.until(() => night.store.goals.openJobs(id).length === 0);
  expect(now()).toEqual({ a: 'inReview, in line', running: 0, inLine: 1, waiting: 1 });
  await night.engine.goals.resume({ requestId: newRequestId(), id });
  await night.until(() => models.of('review').length === 2);
  models.of('review')[1]?.run.done(JSON.stringify({ verdict: 'accept', reasons: [], summary: 'Done.' }));
  await taskReaches(night, id, 'a', 'accepted');
  expect(taskOf(night, id, 'b').state).toBe('working');
});
