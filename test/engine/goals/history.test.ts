/** What a model is told of a conversation in which goals were handed over. */
import { expect, it } from 'vitest';
import { newRequestId, startEngine } from '../../support/engine.ts';
import { planOf, playModels, reaches, startGoal } from '../../support/goals.ts';

it('has turns that alternate: many models take no others', async () => {
  await using night = await startEngine();
  const models = playModels(night);
  const goal = await startGoal(night, 'Write a handbook', { plan: planOf({ a: [], b: [] }) });
  await reaches(night, goal.id, 'delivered');
  // A second one has nothing to report yet.
  models.script.work = () => undefined;
  await startGoal(night, 'Write another one', { conversationId: goal.conversationId });
  const answered = Promise.withResolvers<readonly { role: string; content: unknown }[]>();
  const play = night.workers.onRun;
  night.workers.onRun = (run) =>
    night.store.jobs.get(run.jobId)?.name === 'chat' ? answered.resolve(run.request.messages) : play?.(run);
  await night.engine.conversations.send({
    requestId: newRequestId(),
    conversationId: goal.conversationId,
    text: 'Thanks',
  });
  const messages = await answered.promise;
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  expect(messages[1]?.content).toMatch(/The plan[^]*a in a line[^]*b in a line[^]*All of it\./u);
  expect(messages.at(-1)?.content).toBe('Thanks');
});
