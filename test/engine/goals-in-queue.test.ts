/** What the queue's lines say of the jobs of goals. */
import { expect, it } from 'vitest';
import type { AgentId } from '../../src/protocol/ids.ts';
import { startEngine } from '../support/engine.ts';
import { planOf, playModels, reaches, startGoal } from '../support/goals.ts';

it('names a job by its task, and one of the goal itself by the goal, with its agent and conversation; their prompts begin alike', async () => {
  await using night = await startEngine();
  playModels(night, { plan: () => JSON.stringify(planOf({ a: [], b: ['a'] })) });
  const goal = await startGoal(night, 'Write a handbook');
  await reaches(night, goal.id, 'delivered');
  const { listId } = await night.engine.queue.openList({});
  const { lines } = await night.engine.queue.lines({ listId, from: 0, limit: 20 });
  expect(lines.map((line) => [line?.name, line?.words])).toEqual([
    ['goal plan', 'The plan'],
    ['goal work', 'Task a'],
    ['goal review', 'Task a'],
    ['goal work', 'Task b'],
    ['goal review', 'Task b'],
    ['goal deliver', 'The plan'],
  ]);
  for (const line of lines) {
    expect(line?.conversationId, line?.name).toBe(goal.conversationId);
    expect(line?.agentName, line?.name).toEqual(expect.any(String));
  }
  // What a line shows, a list can be filtered by.
  const agentId = lines[0]?.agentId as AgentId;
  const ofAgent = lines.filter((line) => line?.agentId === agentId).length;
  expect(await night.engine.queue.openList({ agentId })).toMatchObject({ total: ofAgent });
  const { conversationId } = goal;
  expect(await night.engine.queue.openList({ conversationId })).toMatchObject({ total: lines.length });
});
