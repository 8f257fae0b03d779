/** A host that is stopped in the middle of its answers, as a machine that sleeps, and goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { answers, type Asked, ask, completed, longAnswer, streaming, timeline, workerPids } from '../support/chat.ts';
import { startHost } from '../support/host.ts';
import { startModel } from '../support/model.ts';

test('a host that stands still for 30 s kills nobody and runs nothing twice', { timeout: 90_000 }, async () => {
  await using model = await startModel();
  await using host = await startHost({ env: model.env });
  const stillMs = 30_000;
  // One answer ends while the host stands still, the other one after it.
  const lengths = { short: stillMs / 3, long: stillMs + 4_000 };
  const questions: (Asked & { text: string; content: string })[] = [];
  for (const [name, lengthMs] of Object.entries(lengths)) {
    const text = `standing still ${name}`;
    const content = longAnswer(text, 200);
    model.mock.onMessage(text, { content }, { latency: 100, chunkSize: Math.ceil((content.length * 100) / lengthMs) });
    questions.push({ ...(await ask(host, text)), text, content });
  }
  await Promise.all(questions.map(({ jobId }) => streaming(host, jobId)));
  const workers = await workerPids(host);

  host.signal('SIGSTOP');
  await sleep(stillMs);
  expect(questions.map(({ text }) => model.callsFor(text)[0]?.state)).toEqual(['finished', 'open']);
  host.signal('SIGCONT');

  for (const { jobId, conversationId, text, content } of questions) {
    expect(await completed(host, jobId)).toMatchObject({ attemptsStarted: 1, attemptsMade: 0, stalledCounter: 0 });
    expect(await answers(host, conversationId)).toEqual([{ text: content, status: 'complete' }]);
    expect(await timeline(host, jobId)).toEqual(['CLAIM', 'FIRST_CONTENT', 'COMPLETE']);
    expect(model.callsFor(text).map(({ state }) => state)).toEqual(['finished']);
  }
  expect(await workerPids(host)).toEqual(workers);
  const { workers: views } = await host.client.pool.get.query();
  expect(views.map(({ restarts }) => restarts)).toEqual(views.map(() => 0));
  expect(host.logs().filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  // And it goes on working.
  model.mock.onMessage('awake again?', { content: 'Yes.' });
  await completed(host, (await ask(host, 'awake again?')).jobId);
});
