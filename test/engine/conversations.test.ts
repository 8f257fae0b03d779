/** The way of a message through the engine: one after the other, once, and what a user may do when it goes wrong. */
import { describe, expect, it } from 'vitest';
import type { ConversationId } from '../../src/protocol/ids.ts';
import type { Failure } from '../../src/protocol/job.ts';
import type { MessageView } from '../../src/protocol/views.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { failureOf } from '../support/job-queue.ts';
import { textPart } from '../support/scripted-workers.ts';

const rejected: Failure = failureOf('rejected', 'content-policy');

describe('a conversation', () => {
  it('answers one message after the other, each with what went before', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    const questions = [await night.say(id, 'one'), await night.say(id, 'two'), await night.say(id, 'three')];
    expect(questions.slice(1).map(({ jobs }) => jobs[0]?.state)).toEqual(['blocked', 'blocked']);
    for (const text of ['first', 'second', 'third']) {
      const run = await night.workers.nextRun();
      expect(night.workers.untaken).toEqual([]);
      run.done(text);
    }
    await night.until(() => night.engine.conversations.get(id).openJobs === 0);
    expect(texts(night, id)).toEqual(['one', 'first', 'two', 'second', 'three', 'third']);
    expect(night.engine.conversations.get(id)).toMatchObject({ title: 'one', preview: 'third', answering: false });
  });

  it('holds what comes behind a failure, until that is retried', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    const one = await night.say(id, 'one');
    const two = await night.say(id, 'two');
    const first = await night.workers.nextRun();
    first.delta(textPart('half of '));
    first.fail(rejected);
    await night.reaches(first.jobId, 'failed');
    expect(jobOf(night, two)).toMatchObject({ state: 'blocked', heldByFailure: true });
    expect(jobOf(night, one)).toMatchObject({ state: 'failed', can: ['RETRY', 'SKIP'], failure: rejected });
    expect(listed(night, id).map(({ text, status }) => [text, status])).toEqual([
      ['one', 'complete'],
      ['half of ', 'interrupted'],
      ['two', 'complete'],
    ]);
    const three = await night.say(id, 'three');
    expect(jobOf(night, three).state).toBe('blocked');

    await night.engine.jobs.send(first.jobId, 'RETRY');
    expect(texts(night, id), 'the partial answer makes room').toEqual(['one', 'two', 'three']);
    expect(jobOf(night, two).heldByFailure).toBe(false);
    for (const text of ['first', 'second', 'third']) (await night.workers.nextRun()).done(text);
    await night.reaches(three.jobId as NonNullable<typeof three.jobId>, 'completed');
    expect(texts(night, id)).toEqual(['one', 'first', 'two', 'second', 'three', 'third']);
  });

  it('goes on behind a failure that is skipped, and behind a message that is stopped', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    await night.say(id, 'one');
    const two = await night.say(id, 'two');
    const failed = await night.workers.nextRun();
    failed.fail(rejected);
    await night.reaches(failed.jobId, 'failed');
    await night.engine.jobs.send(failed.jobId, 'SKIP');

    const stopped = await night.workers.nextRun();
    expect(stopped.jobId).toBe(two.jobId);
    stopped.delta(textPart('half of '));
    await night.until(() => night.engine.jobs.get(stopped.jobId).phase === 'streaming');
    const three = await night.say(id, 'three');
    await night.engine.jobs.send(stopped.jobId, 'CANCEL');
    (await night.workers.nextRun()).done('third');
    await night.reaches(three.jobId as NonNullable<typeof three.jobId>, 'completed');
    expect(listed(night, id).map(({ text, status }) => `${text} ${status}`)).toEqual([
      'one complete',
      'two complete',
      'half of  cancelled',
      'three complete',
      'third complete',
    ]);
    expect(night.engine.pool.get().slotsUsed).toBe(0);
  });

  it('that is removed stops what runs for it, and takes nothing else along', async () => {
    await using night = await startEngine();
    const [gone, kept] = [await night.conversation(), await night.conversation()];
    await night.say(gone, 'one');
    await night.say(gone, 'two');
    const run = await night.workers.nextRun();
    run.delta(textPart('half of '));
    await night.say(kept, 'other');
    const other = await night.workers.nextRun();
    await night.engine.conversations.remove(gone);
    expect(run.worker.received.at(-1)).toEqual({ type: 'cancel', jobId: run.jobId, attempt: 1 });
    expect(() => night.engine.conversations.get(gone)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    await night.until(() => night.engine.pool.get().slotsUsed === 1);
    other.done('still here');
    await night.reaches(other.jobId, 'completed');
    expect(texts(night, kept)).toEqual(['other', 'still here']);
    expect(night.engine.pool.get().finished).toEqual({ completed: 1, failed: 0, cancelled: 2 });
    expect(night.store.sqlite.prepare('SELECT count(*) FROM messages').pluck().get(), 'it may come back').toBe(5);
    await expect(night.engine.jobs.send(run.jobId, 'RETRY'), 'nobody would read the answer').rejects.toMatchObject({
      code: 'CONFLICT',
      jobId: run.jobId,
    });
    expect(night.workers.untaken).toEqual([]);
  });

  it('waits for a provider that is down, and needs nobody to go on', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    const one = await night.say(id, 'one');
    (await night.workers.nextRun()).fail(failureOf('provider-down', 'rate-limited', { retryAfterMs: 30_000 }));
    await night.until(() => jobOf(night, one).state === 'waiting');
    expect(jobOf(night, one)).toMatchObject({
      attemptsMade: 0,
      heldUp: { kind: 'provider-state', provider: 'Demo', reason: 'it said rate-limited' },
      heldUpBy: 'it said rate-limited',
    });
    await night.pass(29_000);
    expect(night.workers.untaken).toEqual([]);
    await night.pass(5_000);
    (await night.workers.nextRun()).done('first');
    await night.until(() => jobOf(night, one).state === 'completed');
    expect(texts(night, id)).toEqual(['one', 'first']);
  });

  it('delivers once, whatever a worker repeats or says too late', async () => {
    await using night = await startEngine({ settings: { poolMin: 2, poolMax: 2 } });
    const id = await night.conversation();
    await night.say(id, 'one');
    const run = await night.workers.nextRun();
    run.done('first');
    run.done('first again');
    run.fail(rejected);
    run.delta(textPart('more'));
    await night.reaches(run.jobId, 'completed');
    await night.pass(300);
    expect(texts(night, id)).toEqual(['one', 'first']);
    expect(night.engine.pool.get()).toMatchObject({ slotsUsed: 0, finished: { completed: 1, failed: 0 } });
    expect(night.store.sqlite.prepare('SELECT count(*) FROM usage').pluck().get()).toBe(1);
  });
});

describe('the front door', () => {
  it('creates once for one requestId, and refuses it for anything else', async () => {
    await using night = await startEngine();
    const id = await night.conversation();
    const twice = await Promise.all([night.say(id, 'one', 'request-a'), night.say(id, 'one', 'request-a')]);
    expect(twice[0]?.id).toBe(twice[1]?.id);
    await expect(night.say(id, 'two', 'request-a')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(night.enqueue({}, 'request-a')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(texts(night, id)).toEqual(['one']);

    const job = await night.enqueue({ delayMs: 60_000 }, 'request-b');
    expect((await night.enqueue({ delayMs: 60_000 }, 'request-b')).id).toBe(job.id);
    await expect(night.enqueue({ delayMs: 60_001 }, 'request-b')).rejects.toMatchObject({ code: 'CONFLICT' });

    const jobs = await night.enqueueMany([{ delayMs: 1_000 }, { delayMs: 2_000 }], 'request-c');
    expect(await night.enqueueMany([{ delayMs: 1_000 }, { delayMs: 2_000 }], 'request-c')).toEqual(jobs);
    await expect(night.enqueueMany([{ delayMs: 2_000 }, { delayMs: 1_000 }], 'request-c')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(night.store.sqlite.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(4);
  });

  it('remembers over a restart', async () => {
    await using night = await startEngine();
    const job = await night.enqueue({ delayMs: 60_000 }, 'request-d');
    await night.engine.stop({ drainMs: 0 });
    await using again = await (async () => {
      const copy = night.folder;
      night.store.close();
      return startEngine({ folder: copy });
    })();
    expect((await again.enqueue({ delayMs: 60_000 }, 'request-d')).id).toBe(job.id);
  });

  it('enqueues many in the order of their dependencies, all or none', async () => {
    await using night = await startEngine();
    const ids = await night.enqueueMany([
      { name: 'last', dependsOnIndex: [{ index: 2 }, { index: 1 }] },
      { name: 'middle', dependsOnIndex: [{ index: 2 }] },
      { name: 'first' },
    ]);
    expect(ids.map((id) => night.engine.jobs.get(id).name)).toEqual(['last', 'middle', 'first']);
    for (const name of ['first', 'middle', 'last']) {
      const run = await night.workers.nextRun();
      expect(night.engine.jobs.get(run.jobId).name).toBe(name);
      run.done(`${name} result`);
    }
    const count = () => night.store.sqlite.prepare('SELECT count(*) FROM llm_jobs').pluck().get();
    await night.until(() => night.engine.pool.get().finished.completed === 3);
    const cycle = night.enqueueMany([{}, { dependsOnIndex: [{ index: 2 }] }, { dependsOnIndex: [{ index: 1 }] }]);
    await expect(cycle).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'These jobs wait for each other: 1 -> 2 -> 1. Nothing was enqueued.',
    });
    await expect(night.enqueueMany([{ dependsOnIndex: [{ index: 0 }] }])).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await expect(night.enqueueMany([{}, { dependsOnIndex: [{ index: 7 }] }])).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const twice = { dependsOnIndex: [{ index: 0 }, { index: 0 }] };
    await expect(night.enqueueMany([{}, twice])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(count()).toBe(3);
  });
});

describe('an engine', () => {
  it('starts and stops as often as it is told, in any order', async () => {
    await using night = await startEngine();
    await Promise.all([night.engine.start(), night.engine.start()]);
    await night.enqueue();
    await night.workers.nextRun();
    await Promise.all([night.engine.stop({ drainMs: 60_000 }), night.engine.stop({ drainMs: 0 })]);
    await night.engine.stop();
    expect(night.engine.health().status).toBe('stopped');
    await expect(night.enqueue()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(night.store.sqlite.prepare('SELECT state, attempts_made FROM llm_jobs').all()).toEqual([
      { state: 'waiting', attempts_made: 0 },
    ]);
  });

  it('puts back what a crash left active, at its place, and gives it out again', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    const [first, second] = [await night.enqueue(), await night.enqueue()];
    await night.workers.nextRun();
    night.workers.all[0]?.crash();
    await night.reaches(first.id, 'waiting');
    night.clock.advance(10_000);
    const again = await night.workers.nextRun();
    expect(again).toMatchObject({ jobId: first.id, attempt: 2 });
    again.done();
    expect((await night.workers.nextRun()).jobId).toBe(second.id);
  });

  it('gives every lost job back, also when a worker dies with all its slots full', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 10 } });
    const ids = await night.enqueueMany(Array.from({ length: 10 }, () => ({})));
    for (const _ of ids) await night.workers.nextRun();
    night.workers.all[0]?.crash();
    await night.until(() => night.engine.pool.get().lanes.high.waiting === 10);
    expect(night.engine.pool.get().slotsUsed).toBe(0);
    night.workers.onRun = (run) => run.done();
    night.clock.advance(10_000);
    await night.until(() => night.engine.pool.get().finished.completed === 10);
    expect(ids.map((id) => night.engine.jobs.get(id).attemptsMade)).toEqual(ids.map(() => 0));
  });
});

function listed({ engine }: TestEngine, conversationId: ConversationId): MessageView[] {
  return engine.messages.list({ conversationId, limit: 50 }).messages;
}

function texts(night: TestEngine, conversationId: ConversationId): string[] {
  return listed(night, conversationId).map(({ text }) => text);
}

function jobOf({ engine }: TestEngine, { jobId }: MessageView) {
  if (jobId === null) throw new Error('a message without a job');
  return engine.jobs.get(jobId);
}
