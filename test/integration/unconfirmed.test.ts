/** A worker that hangs with a request that somebody stopped: killed within seconds, and its other answers come all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, ask, completed, jobWhen, longAnswer, streaming, timeline, workerPids } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';
import { processGone } from '../support/process-gone.ts';

let model: Model;
let host: TestHost;
beforeAll(async () => {
  model = await startModel();
  host = await startHost({ env: model.env });
  await host.client.pool.resize.mutate({ min: 1, max: 1 });
});
afterAll(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
});

test('a worker that is stopped (SIGSTOP) cannot keep a cancelled request, nor its neighbours', async () => {
  const content = longAnswer('neighbour', 60);
  model.mock.onMessage('to be cancelled', { content: longAnswer('slow', 2_000) }, { latency: 20, chunkSize: 12 });
  model.mock.onMessage('neighbour', { content }, { latency: 30, chunkSize: 12 });
  const cancelled = await ask(host, 'to be cancelled');
  const neighbour = await ask(host, 'neighbour');
  await Promise.all([streaming(host, cancelled.jobId), streaming(host, neighbour.jobId)]);

  const [pid] = await workerPids(host);
  if (pid === undefined) throw new Error('no worker');
  process.kill(pid, 'SIGSTOP');
  const stoppedAt = Date.now();
  await host.client.jobs.cancel.mutate({ id: cancelled.jobId });
  const confirmed = await jobWhen(host, cancelled.jobId, ({ stoppedOn }) => stoppedOn !== null);
  const took = (confirmed.stoppedOn ?? 0) - stoppedAt;
  expect(took, 'sooner than any heartbeat would tell').toBeLessThan(4_000);
  expect(took).toBeGreaterThanOrEqual(1_900);
  await processGone(pid, 5_000);

  const done = await completed(host, neighbour.jobId);
  expect(done).toMatchObject({ attemptsStarted: 2, attemptsMade: 0, stalledCounter: 0 });
  expect(await answers(host, neighbour.conversationId)).toEqual([{ text: content, status: 'complete' }]);
  expect(await timeline(host, neighbour.jobId)).toContain('LOST');
  expect(await timeline(host, cancelled.jobId)).toEqual(['CLAIM', 'FIRST_CONTENT', 'CANCEL', 'STOPPED']);
  const [call] = model.callsFor('to be cancelled');
  await model.until(() => call?.state !== 'open', 'the end of the request');
  expect(model.callsFor('to be cancelled')).toHaveLength(1);
});
