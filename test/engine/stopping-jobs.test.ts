/** Stopping a job is certain: its worker confirms it or is killed, its time limits hold, and what is below it stops too. */
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobEventView } from '../../src/protocol/views.ts';
import { openQueue } from '../support/job-queue.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { textPart } from '../support/scripted-workers.ts';

const eventsOf = (night: TestEngine, id: JobId): JobEventView['event'][] =>
  night.engine.jobs.events(id, 100).map(({ event }) => event);

describe('a job that is cancelled while it runs', () => {
  it('holds its slot until the worker confirms, and says when that was', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const run = await night.workers.nextRun();
    run.worker.obeysCancel = false;
    const cancelled = await night.engine.jobs.send(id, 'CANCEL');
    expect(cancelled).toMatchObject({ state: 'cancelled', stoppedOn: null, processedBy: 'worker:1' });
    expect(night.engine.pool.get().slotsUsed).toBe(1);

    await night.pass(1_500);
    run.fail({ class: 'cancelled', code: 'cancelled-by-user', message: 'Stopped.' });
    await night.until(() => night.engine.jobs.get(id).stoppedOn !== null);
    const { finishedOn, stoppedOn, processedBy, can } = night.engine.jobs.get(id);
    expect({ took: (stoppedOn ?? 0) - (finishedOn ?? 0), processedBy, can }).toEqual({
      took: 1_500,
      processedBy: null,
      can: ['RETRY'],
    });
    expect(night.engine.pool.get().slotsUsed).toBe(0);
    expect(eventsOf(night, id)).toEqual(['CLAIM', 'CANCEL', 'STOPPED']);
    await night.pass(60_000);
    expect(night.workers.all, 'nobody was killed').toHaveLength(1);
  });

  it('that was stopped just as its answer came: the answer is dropped, the end confirmed', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const sent = await night.say(conversation, 'a question');
    const run = await night.workers.nextRun();
    run.worker.obeysCancel = false;
    const id = sent.jobId ?? ('' as JobId);
    await night.engine.jobs.send(id, 'CANCEL');
    run.done('too late');
    await night.until(() => night.engine.jobs.get(id).stoppedOn !== null);
    expect(night.engine.jobs.get(id).state).toBe('cancelled');
    expect(night.engine.messages.list({ conversationId: conversation, limit: 10 }).messages).toHaveLength(1);
  });

  it('a worker that confirms nothing within 2 s loses its other jobs, without an attempt of theirs, and is killed', async () => {
    await using night = await startEngine();
    const [stuck, other] = [(await night.enqueue()).id, (await night.enqueue()).id];
    const first = await night.workers.nextRun();
    await night.workers.nextRun();
    first.worker.obeysCancel = false;
    await night.engine.jobs.send(stuck, 'CANCEL');
    await night.pass(1_999);
    expect(night.engine.jobs.get(other)).toMatchObject({ state: 'active', attemptsStarted: 1 });
    await night.pass(1);
    await night.until(() => night.engine.jobs.get(other).state === 'waiting');
    await night.until(() => night.engine.jobs.get(stuck).stoppedOn !== null);
    expect(night.engine.jobs.get(other)).toMatchObject({ attemptsMade: 0, stalledCounter: 0 });
    await night.until(() => night.engine.pool.get().workers[0]?.state === 'backingOff');
    expect(night.engine.pool.get().workers[0]?.lastExit).toMatch(/did not confirm/);

    night.clock.advance(200);
    const again = await night.workers.nextRun();
    expect(again).toMatchObject({ jobId: other, attempt: 2 });
    expect(again.worker).not.toBe(first.worker);
    again.done('after all');
    await night.reaches(other, 'completed');
    expect(eventsOf(night, other)).toEqual(['CLAIM', 'LOST', 'CLAIM', 'COMPLETE']);
    expect(eventsOf(night, stuck)).toEqual(['CLAIM', 'CANCEL', 'STOPPED']);
  });

  it('nobody is killed for the time that this process itself was away', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const run = await night.workers.nextRun();
    run.worker.obeysCancel = false;
    await night.engine.jobs.send(id, 'CANCEL');
    // As after a sleep: the timer is overdue, and what the worker said is read after it.
    night.clock.jumpTo(night.clock.now() + 60_000);
    await night.pass(0);
    expect(night.engine.jobs.get(id).stoppedOn).toBeNull();
    run.fail({ class: 'cancelled', code: 'cancelled-by-user', message: 'Stopped.' });
    await night.until(() => night.engine.jobs.get(id).stoppedOn !== null);
    await night.pass(5_000);
    expect(night.workers.all).toHaveLength(1);
  });

  it('a host that died before the confirmation notes the end at its next start', async () => {
    const first = await startEngine();
    const { id } = await first.enqueue();
    const run = await first.workers.nextRun();
    run.worker.obeysCancel = false;
    await first.engine.jobs.send(id, 'CANCEL');
    const row = first.store.jobs.get(id);
    if (row === undefined) throw new Error('no row');
    await first[Symbol.asyncDispose]();

    await using night = await startEngine({ prepare: (store) => store.jobs.insert(row) });
    expect(night.engine.jobs.get(id)).toMatchObject({ state: 'cancelled', processedBy: null });
    expect(night.engine.jobs.get(id).stoppedOn).not.toBeNull();
  });
});

describe('limits of time', () => {
  it('a job that waits for longer than it may fails, and says so', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    await night.enqueue();
    const run = await night.workers.nextRun();
    const { id } = await night.enqueue({ timeouts: { queuedMs: 5_000 } });
    await night.pass(4_900);
    expect(night.engine.jobs.get(id).state).toBe('waiting');
    await night.pass(200);
    const failed = await night.reaches(id, 'failed');
    expect(failed.failure).toMatchObject({ class: 'retryable', code: 'queued-too-long' });
    expect(failed).toMatchObject({ attemptsStarted: 0, can: ['RETRY', 'SKIP'] });

    await night.engine.jobs.send(id, 'RETRY');
    run.done();
    (await night.workers.nextRun()).done();
    await night.reaches(id, 'completed');
  });

  it('an attempt that runs for too long is stopped, retried, and in the end the job has failed with its text', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue({ timeouts: { runMs: 10_000 }, maxAttempts: 2, backoff: noWait });
    const first = await night.workers.nextRun();
    first.delta(textPart('a beginning'));
    await night.until(() => night.engine.jobs.get(id).phase === 'streaming');
    await night.pass(10_000);
    await night.reaches(id, 'delayed');
    await night.pass(100);
    const second = await night.workers.nextRun();
    expect(first.worker.received).toContainEqual({ type: 'cancel', jobId: id, attempt: 1 });
    expect(second).toMatchObject({ jobId: id, attempt: 2 });
    await night.pass(10_100);
    const failed = await night.reaches(id, 'failed');
    expect(failed.failure).toMatchObject({ code: 'run-timeout' });
    expect(failed).toMatchObject({ attemptsMade: 2 });
    await night.until(() => night.engine.jobs.get(id).stoppedOn !== null);
    expect(night.engine.pool.get().slotsUsed).toBe(0);
    expect(eventsOf(night, id)).toEqual(['CLAIM', 'FIRST_CONTENT', 'TIME_OUT', 'DUE', 'CLAIM', 'TIME_OUT', 'STOPPED']);
    expect(night.engine.providers.list().every(({ state }) => state === 'healthy')).toBe(true);
  });

  it("the job's own wait for the first content goes before the provider's", async () => {
    await using night = await startEngine();
    await night.enqueue({ timeouts: { firstContentMs: 1_234 } });
    await night.workers.nextRun();
    const [worker] = night.workers.all;
    const sent = worker?.received.find((message) => message.type === 'run');
    expect(sent).toMatchObject({ provider: { timeouts: { firstContentMs: 1_234, idleMs: 30_000 } } });
  });
});

const noWait = { type: 'fixed', delayMs: 0, maxDelayMs: 0 };

describe('a parent that is cancelled', () => {
  it('takes along all that is below it, however deep, whatever it does', async () => {
    using test = await openQueue({ synchronous: 'NORMAL' });
    const gate = await test.enqueue({ delayMs: 60_000 });
    const chain = Array.from({ length: 3_000 }, () => test.ids.job());
    const leaf = test.ids.job();
    await test.turn((turn) => {
      const base = { name: 'child', lane: 'low' as const, groupKey: 'family' };
      const data = { kind: 'prompt' as const, model: 'demo/demo', messages: [], params: {}, readsResults: true };
      const behindGate = [{ jobId: gate, onFailure: 'ignore' as const }];
      for (const [depth, id] of chain.entries()) {
        test.queue.enqueue(turn, { ...base, data, id, parentId: chain[depth - 1], dependencies: behindGate });
      }
      test.queue.enqueue(turn, { ...base, data, id: leaf, parentId: chain.at(-1) });
    });
    await test.claim(leaf);
    const [root] = chain;
    if (root === undefined) throw new Error('no root');
    await test.turn((turn) => test.queue.userEvent(turn, root, 'CANCEL'));
    expect(new Set([...chain, leaf].map((id) => test.row(id).state))).toEqual(new Set(['cancelled']));
    expect(test.sent.at(-1)?.message).toEqual({ type: 'cancel', jobId: leaf, attempt: 1 });
    expect(test.row(gate).state).toBe('delayed');

    // Retried, it waits again for the children that were stopped with it, and they are retried too.
    await test.turn((turn) => test.queue.userEvent(turn, root, 'RETRY'));
    expect(new Set(chain.map((id) => test.row(id).state))).toEqual(new Set(['blocked']));
    expect(test.row(leaf).state).toBe('waiting');
  });

  it('leaves children alone that have ended', async () => {
    using test = await openQueue();
    const gate = await test.enqueue({ delayMs: 60_000 });
    const parent = await test.enqueue({ dependencies: [{ jobId: gate, onFailure: 'fail' }] });
    const done = await test.enqueue({ parentId: parent });
    const open = await test.enqueue({ parentId: parent });
    await test.complete(done);
    await test.turn((turn) => test.queue.userEvent(turn, parent, 'CANCEL'));
    expect([done, open].map((id) => test.row(id).state)).toEqual(['completed', 'cancelled']);
  });
});
