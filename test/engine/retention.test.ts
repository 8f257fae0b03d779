/** What is removed with time, what never is, and that the counters and the file stay right. */
import { describe, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { failureOf } from '../support/job-queue.ts';
import type { JobId } from '../../src/protocol/ids.ts';

const day = 86_400_000;

/** Lets the duty look, and work until nothing is left to do. */
async function sweep(night: TestEngine): Promise<void> {
  for (let n = 0; n < 60; n += 1) await night.pass(200);
}

async function answer(night: TestEngine): Promise<JobId> {
  const run = await night.workers.nextRun();
  run.done('an answer');
  await night.reaches(run.jobId, 'completed');
  return run.jobId;
}

function count(night: TestEngine, table: string): number {
  return Number(night.store.sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
}

const exists = (night: TestEngine, id: JobId): boolean => night.store.jobs.get(id) !== undefined;

function expectCounted(night: TestEngine): void {
  const rows = night.store.sqlite
    .prepare('SELECT lane, state, provider, count(*) AS count FROM llm_jobs GROUP BY 1, 2, 3 ORDER BY 1, 2, 3')
    .all();
  const kept = night.store.sqlite
    .prepare('SELECT lane, state, provider, count FROM job_counts WHERE count <> 0 ORDER BY 1, 2, 3')
    .all();
  expect(kept).toEqual(rows);
}

describe('retention', () => {
  it('by age: a finished job goes with all that is kept of it, and the conversation stays as it reads', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    await night.say(conversation, 'a question');
    const run = await night.workers.nextRun();
    run.delta({ kind: 'text', text: 'an ' });
    await night.until(() => night.engine.jobs.get(run.jobId).phase === 'streaming');
    run.done('an answer');
    await night.reaches(run.jobId, 'completed');
    await sweep(night);
    expect(exists(night, run.jobId)).toBe(true);

    night.clock.set(31 * day);
    await sweep(night);
    expect(exists(night, run.jobId)).toBe(false);
    for (const table of ['llm_jobs', 'job_events', 'job_chunks', 'llm_job_dependencies', 'requests']) {
      expect([table, count(night, table)]).toEqual([table, 0]);
    }
    expect(count(night, 'usage')).toBe(1);
    const { messages } = night.engine.messages.list({ conversationId: conversation, limit: 50 });
    expect(messages.map(({ role, text, status, jobs }) => ({ role, text, status, jobs }))).toEqual([
      { role: 'user', text: 'a question', status: 'complete', jobs: [] },
      { role: 'assistant', text: 'an answer', status: 'complete', jobs: [] },
    ]);
    expectCounted(night);
    expect(night.engine.pool.get().finished).toEqual({ completed: 0, failed: 0, cancelled: 0 });

    // And the conversation goes on, with its history.
    await night.say(conversation, 'and now?');
    const next = await night.workers.nextRun();
    expect(next.request.messages.map(({ content }) => content)).toEqual(['a question', 'an answer', 'and now?']);
    next.done();
    await night.reaches(next.jobId, 'completed');

    night.clock.set(400 * day);
    await sweep(night);
    expect(count(night, 'usage')).toBe(0);
  });

  it('by number: the youngest are kept, in batches that leave the others their turns', async () => {
    await using night = await startEngine({ settings: { retainJobs: 100, slotsPerWorker: 64, poolMax: 1 } });
    const ids = await night.enqueueMany(Array.from({ length: 300 }, () => ({})));
    for (const _ of ids) (await night.workers.nextRun()).done();
    await night.until(() => night.engine.pool.get().finished.completed === 300);
    await sweep(night);
    expect(night.engine.pool.get().finished.completed).toBe(100);
    expect(ids.map((id) => exists(night, id))).toEqual(ids.map((_, n) => n >= 200));
    expectCounted(night);
  });

  it('never what something that is not finished refers to', async () => {
    await using night = await startEngine();
    const first = await answerOf(night);
    const waits = await night.enqueue({ dependsOn: [{ jobId: first }], delayMs: 29 * day });
    const failed = await night.enqueue();
    (await night.workers.nextRun()).fail(failureOf('rejected', 'bad-request'));
    await night.reaches(failed.id, 'failed');
    const free = await answerOf(night);
    night.clock.set(31 * day);
    await night.pass(300);
    const held = await night.workers.nextRun();
    expect(held.jobId).toBe(waits.id);
    await sweep(night);
    expect([first, waits.id, failed.id, free].map((id) => exists(night, id))).toEqual([true, true, false, false]);
    // It is read when the job that waited for it runs again.
    held.done();
    await night.reaches(waits.id, 'completed');
    night.clock.set(31 * day);
    await sweep(night);
    expect(count(night, 'llm_jobs')).toBe(0);
    expectCounted(night);
  });

  it('a message without an answer keeps its job, so that it can still be retried', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    await night.say(conversation, 'a question');
    const run = await night.workers.nextRun();
    run.fail(failureOf('rejected', 'bad-request'));
    await night.reaches(run.jobId, 'failed');
    night.clock.set(100 * day);
    await sweep(night);
    expect(count(night, 'job_events')).toBe(0);
    const [message] = night.engine.messages.list({ conversationId: conversation, limit: 50 }).messages;
    expect(message?.jobs[0]).toMatchObject({
      state: 'failed',
      can: expect.arrayContaining(['RETRY', 'SKIP']) as string[],
    });
    await night.engine.jobs.send(run.jobId, 'RETRY');
    await answer(night);
    await night.engine.conversations.remove(conversation);
    night.clock.set(31 * day);
    await sweep(night);
    expect(count(night, 'llm_jobs')).toBe(0);
  });

  it('the space is used again: the file does not grow with what comes and goes', async () => {
    await using night = await startEngine({ settings: { retainJobs: 100, slotsPerWorker: 64 } });
    const pages = (): number => Number(night.store.sqlite.pragma('page_count', { simple: true }));
    const round = async (): Promise<number> => {
      await night.enqueueMany(
        Array.from({ length: 200 }, () => ({ messages: [{ role: 'user', content: 'x'.repeat(2_000) }] })),
      );
      for (let n = 0; n < 200; n += 1) (await night.workers.nextRun()).done();
      await night.until(() => night.engine.pool.get().lanes.high.active === 0);
      await sweep(night);
      return pages();
    };
    const sizes = [];
    for (let n = 0; n < 5; n += 1) sizes.push(await round());
    expect(night.engine.pool.get().finished.completed).toBe(100);
    expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[1] ?? 0) * 1.1);
  });
});

async function answerOf(night: TestEngine): Promise<JobId> {
  await night.enqueue();
  return answer(night);
}
