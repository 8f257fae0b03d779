/** A job that takes its worker down every time it runs. The test does the killing: no answer of a model could. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PoolView } from '../../src/protocol/pool.ts';
import { answers, ask, type Asked, completed, jobWhen, longAnswer, timeline } from '../support/chat.ts';
import { startHost, type TestHost } from '../support/host.ts';
import { type Model, startModel } from '../support/model.ts';

let model: Model;
let host: TestHost;
beforeAll(async () => {
  model = await startModel();
  host = await startHost({ env: model.env });
});
afterAll(async () => {
  await host.close();
  await model[Symbol.asyncDispose]();
});

const poison = 'this takes the worker down';

/** Kills the worker that runs the job, in the middle of the answer; resolves with what the worker was there for. */
async function killItsWorker({ jobId }: Asked, attempt: number): Promise<PoolView['workers'][number]['purpose']> {
  const job = await jobWhen(host, jobId, (now) => now.phase === 'streaming' && now.attemptsStarted === attempt);
  const { workers } = await host.client.pool.get.query();
  const worker = workers.find(({ id }) => id === job.processedBy);
  if (worker?.pid == null) throw new Error(`no worker runs ${jobId}`);
  process.kill(worker.pid, 'SIGKILL');
  await model.until(() => model.callsFor(poison)[attempt - 1]?.state === 'cut', `the cut of attempt ${attempt}`);
  return worker.purpose;
}

test('a job that kills its worker again and again fails as poison; its neighbours finish as if nothing had been', async () => {
  await host.client.pool.resize.mutate({ min: 1, max: 2 });
  model.mock.onMessage(poison, { content: longAnswer('poison', 150) }, { latency: 30, chunkSize: 12 });
  model.mock.onMessage('and then?', { content: 'Then this.' });
  const neighbours: (Asked & { content: string })[] = [];
  for (const name of ['one', 'two', 'three']) {
    const content = longAnswer(name, 60);
    model.mock.onMessage(`neighbour ${name}`, { content }, { latency: 30, chunkSize: 12 });
    neighbours.push({ ...(await ask(host, `neighbour ${name}`)), content });
  }
  const bad = await ask(host, poison);
  const queued = await ask(host, 'and then?', { conversationId: bad.conversationId });

  // Two crashes make it a suspect; after that it dies alone, and twice is enough.
  expect(await killItsWorker(bad, 1)).toBe('regular');
  expect(await killItsWorker(bad, 2)).toBe('regular');
  expect(await killItsWorker(bad, 3)).toBe('quarantine');
  expect(await killItsWorker(bad, 4)).toBe('quarantine');

  const failed = await jobWhen(host, bad.jobId, ({ state }) => state === 'failed');
  expect(failed).toMatchObject({
    attemptsStarted: 4,
    attemptsMade: 0,
    stalledCounter: 4,
    failure: { class: 'rejected', code: 'poison' },
  });
  expect(failed.failure?.message).toMatch(/took down every worker.*Change the request, or retry it/u);
  expect((await timeline(host, bad.jobId)).filter((event) => event === 'LOST')).toHaveLength(4);
  expect(model.callsFor(poison)).toHaveLength(4);

  for (const { jobId, conversationId, content } of neighbours) {
    const job = await completed(host, jobId);
    expect(job).toMatchObject({ attemptsMade: 0, failure: null });
    // Caught in the first two crashes at most: no neighbour is in the worker that dies alone.
    expect(job.stalledCounter).toBeLessThanOrEqual(2);
    expect(await answers(host, conversationId)).toEqual([{ text: content, status: 'complete' }]);
  }
  // Behind it nothing runs until the user has decided.
  expect(await host.client.jobs.get.query({ id: queued.jobId })).toMatchObject({
    state: 'blocked',
    heldByFailure: true,
  });

  // The user gives it another chance, and this time nothing happens to its worker.
  await host.client.jobs.retry.mutate({ id: bad.jobId });
  expect(await completed(host, bad.jobId)).toMatchObject({ stalledCounter: 0, failure: null });
  await completed(host, queued.jobId);
});
