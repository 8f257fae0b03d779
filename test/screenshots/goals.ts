/** Hands the world's goals over, and waits until they stand where one wants to see them. */
import { randomUUID } from 'node:crypto';
import type { GoalDetails } from '../../src/protocol/goal-views.ts';
import type { AgentId, ConversationId, GoalId, TaskId } from '../../src/protocol/ids.ts';
import type { TestHost } from '../support/host.ts';

export interface WorldGoals {
  readonly goal: GoalId;
  /** A task of it that an agent works on. */
  readonly workedOn: TaskId;
  /** Where it began. */
  readonly goalChannel: ConversationId;
  readonly planToApprove: GoalId;
  readonly deliveredGoal: GoalId;
  readonly deliveredIn: ConversationId;
}

/** `channels`: two, in which all agents take part. */
export async function startGoals(
  { client }: TestHost,
  agentIds: AgentId[],
  [launch, prices]: readonly [ConversationId, ConversationId],
): Promise<WorldGoals> {
  const start = (conversationId: ConversationId, text: string, options: object = {}) =>
    client.goals.start.mutate({ requestId: randomUUID(), conversationId, text, agentIds, options });
  const until = (id: GoalId, is: (details: GoalDetails) => boolean): Promise<GoalDetails> => {
    const { promise, resolve, reject } = Promise.withResolvers<GoalDetails>();
    const watched = client.goals.watch.subscribe(
      { id },
      {
        onData(details) {
          if (!is(details)) return;
          watched.unsubscribe();
          resolve(details);
        },
        onError: reject,
      },
    );
    return promise;
  };
  const done = await start(prices, 'Please compare three caches for the price list.', { automatic: true });
  await until(done.id, ({ goal }) => goal.state === 'delivered');
  const plan = await start(prices, 'Write the newsletter for the launch on Thursday.');
  await until(plan.id, ({ goal }) => goal.state === 'awaitingApproval');
  const budget = { tokens: 60_000, costMicros: 2_000_000, timeMs: 3_600_000, tasks: null };
  const open = await start(launch, 'Implement authentication for the web shop: accounts, sessions, reset, limits.', {
    automatic: true,
    budget,
  });
  const { tasks } = await until(
    open.id,
    ({ goal: { progress } }) => progress.needsInput === 1 && progress.failed === 1 && progress.accepted === 4,
  );
  const workedOn = tasks.find(({ title }) => title === 'Sign in and out')?.id;
  if (workedOn === undefined) throw new Error('the goal has no such task');
  return {
    goal: open.id,
    workedOn,
    goalChannel: launch,
    planToApprove: plan.id,
    deliveredGoal: done.id,
    deliveredIn: prices,
  };
}
