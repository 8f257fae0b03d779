/** A goal without a key: the demo takes every part, in real processes, at the pace that it is told. */
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { GoalDetails } from '../../src/protocol/goal-views.ts';
import { startHost } from '../support/host.ts';

test('the demo plans, works, reviews and composes, and the deliverable can be saved', async () => {
  await using host = await startHost();
  const { goals, conversations } = host.client;
  const { id: conversationId } = await conversations.create.mutate({ requestId: 'a-conversation' });
  const { id } = await goals.start.mutate({
    requestId: 'a-goal-of-the-demo',
    conversationId,
    text: 'Write a guide to our office plants.',
    options: { automatic: true },
    demo: { firstContentMs: 0, tokenMs: 0 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<GoalDetails>();
  const watch = goals.watch.subscribe(
    { id },
    {
      onData: (details) => {
        if (details.goal.state === 'delivered' || details.goal.state === 'failed') resolve(details);
      },
      onError: reject,
    },
  );
  const { goal, tasks, artefacts } = await promise;
  watch.unsubscribe();

  expect(goal).toMatchObject({ state: 'delivered', failure: null, title: 'Write a guide to our office plants.' });
  expect(goal.burn.tokens).toBeGreaterThan(0);
  expect(tasks.length).toBeGreaterThanOrEqual(4);
  for (const task of tasks) {
    expect(task).toMatchObject({ state: 'accepted', summary: expect.stringContaining(task.title) as string });
    expect(artefacts[0]?.text).toContain(`## ${task.title}\n\n**Written by the built-in demo`);
  }
  const file = await goals.download.query({ id, format: 'zip' });
  const [name, bytes] = Object.entries(unzipSync(Buffer.from(file.base64, 'base64')))[0] ?? [];
  expect(name).toBe('deliverable.md');
  expect(strFromU8(bytes ?? new Uint8Array())).toBe(`${artefacts[0]?.text}\n`);
});
