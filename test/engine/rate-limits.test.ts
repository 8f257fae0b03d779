/** Requests and tokens per minute at a provider: held while many calls are in flight, by every lane, over a restart. */
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../src/protocol/ids.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { newProvider } from '../../src/engine/defaults.ts';

const many = { settings: { slotsPerWorker: 32 } };
const set = (night: TestEngine, limits: { requestsPerMinute?: number | null; tokensPerMinute?: number | null }) =>
  night.engine.providers.set({ id: 'demo', kind: 'demo', ...limits });
const states = (night: TestEngine, ids: readonly JobId[]) => ids.map((id) => night.engine.jobs.get(id).state);
const started = (night: TestEngine, ids: readonly JobId[]) => states(night, ids).filter((state) => state !== 'waiting');

describe('requests per minute', () => {
  it('no more start within a minute than the limit, also when they end at once; the job says why and how long', async () => {
    await using night = await startEngine(many);
    await set(night, { requestsPerMinute: 3 });
    night.workers.onRun = (run) => queueMicrotask(() => run.done());
    const ids = await night.enqueueMany(Array.from({ length: 8 }, () => ({})));
    await night.until(() => started(night, ids).length === 3);
    const waiting = ids.map((id) => night.engine.jobs.get(id)).find(({ state }) => state === 'waiting');
    expect(waiting?.heldUp).toEqual({ kind: 'limit', provider: 'Demo', of: 'requests', limit: 3, kept: false });
    expect(waiting?.heldUpBy).toBe('The limit of 3 requests a minute at Demo is used up.');
    expect(waiting?.heldUpUntil).toBe(night.clock.now() + 60_000);
    await night.pass(59_900);
    expect(started(night, ids)).toHaveLength(3);
    await night.pass(200);
    await night.until(() => started(night, ids).length === 6);
    await night.pass(60_100);
    await night.until(() => states(night, ids).every((state) => state === 'completed'));
  });

  it('background jobs leave the part of the limit that is kept for a user', async () => {
    await using night = await startEngine(many);
    await set(night, { requestsPerMinute: 10 });
    const background = await night.enqueueMany(Array.from({ length: 20 }, () => ({ lane: 'low' })));
    await night.until(() => started(night, background).length === 5);
    const user = await night.enqueue({ lane: 'high' });
    await night.reaches(user.id, 'active');
    expect(started(night, background)).toHaveLength(5);
  });

  it('a restart remembers what was asked in the last minute, answered or not', async () => {
    const first = await startEngine(many);
    await set(first, { requestsPerMinute: 2 });
    const answered = await first.enqueue();
    (await first.workers.nextRun()).done();
    await first.reaches(answered.id, 'completed');
    const { id } = await first.enqueue();
    await first.workers.nextRun();
    const rows = [first.store.jobs.get(id)].flatMap((row) => row ?? []);
    const usage = first.store.settings.usageSince(0);
    await first[Symbol.asyncDispose]();

    await using night = await startEngine({
      ...many,
      prepare: (store) => {
        store.settings.insertProvider({ ...newProvider('demo', 'demo', 'Demo'), requestsPerMinute: 2 });
        for (const row of rows) store.jobs.insert({ ...row, state: 'active', phase: 'starting' });
        for (const row of usage) store.settings.recordUsage(row);
      },
    });
    expect(night.engine.jobs.get(id)).toMatchObject({
      state: 'waiting',
      heldUpBy: expect.stringContaining('2 requests'),
    });
    await night.pass(60_100);
    expect((await night.workers.nextRun()).jobId).toBe(id);
  });
});

it('a job whose question is gone ends at its claim, and does not keep a start from ending', async () => {
  const first = await startEngine(many);
  const conversation = await first.conversation();
  const { jobId, id: messageId } = await first.say(conversation, 'a question');
  await first.workers.nextRun();
  const row = first.store.jobs.get(jobId ?? ('' as JobId));
  if (row === undefined) throw new Error('no row');
  await first[Symbol.asyncDispose]();

  await using night = await startEngine({
    ...many,
    prepare: (store) => {
      store.settings.insertProvider({ ...newProvider('demo', 'demo', 'Demo'), tokensPerMinute: 10_000 });
      store.jobs.insert(row);
    },
  });
  expect(night.store.chat.message(messageId)).toBeUndefined();
  const failed = await night.reaches(row.id, 'failed');
  expect(failed.failure?.class).toBe('bug');
});

describe('tokens per minute', () => {
  const tokens = (maxOutputTokens: number) => ({ params: { maxOutputTokens } });

  it('are reserved before the call and settled after it', async () => {
    await using night = await startEngine(many);
    await set(night, { tokensPerMinute: 1_000 });
    const ids = await night.enqueueMany(Array.from({ length: 3 }, () => tokens(450)));
    const runs = [await night.workers.nextRun(), await night.workers.nextRun()];
    expect(started(night, ids), 'two reservations of about 454').toHaveLength(2);
    const waiting = night.engine.jobs.get(ids[2] ?? ('' as JobId));
    expect(waiting.heldUpBy).toBe('The limit of 1,000 tokens a minute at Demo is used up.');
    // It took 8 of its 454.
    runs[0]?.done();
    expect((await night.workers.nextRun()).jobId).toBe(waiting.id);
  });

  it('a large job of a user is not starved by small ones of the background', async () => {
    await using night = await startEngine(many);
    await set(night, { tokensPerMinute: 1_000 });
    await night.enqueue(tokens(600));
    await night.workers.nextRun();
    const large = await night.enqueue(tokens(500));
    const small = await night.enqueueMany(Array.from({ length: 5 }, () => ({ lane: 'low', ...tokens(10) })));
    await night.pass(1_000);
    expect(states(night, [large.id, ...small])).toEqual(Array.from({ length: 6 }, () => 'waiting'));
  });

  it('a refused request gives them back; one that broke off does not', async () => {
    await using night = await startEngine(many);
    await set(night, { tokensPerMinute: 1_000 });
    const spent = await night.enqueue({ ...tokens(900), maxAttempts: 1 });
    (await night.workers.nextRun()).fail({ class: 'rejected', code: 'bad-request', message: 'no' });
    await night.reaches(spent.id, 'failed');
    const broken = await night.enqueue({ ...tokens(900), maxAttempts: 1 });
    (await night.workers.nextRun()).fail({ class: 'retryable', code: 'interrupted', message: 'broke off' });
    await night.reaches(broken.id, 'failed');
    const next = await night.enqueue(tokens(900));
    await night.pass(200);
    expect(night.engine.jobs.get(next.id).state).toBe('waiting');
  });
});

it("the provider's own figures go before ours", async () => {
  await using night = await startEngine(many);
  const { id } = await night.enqueue();
  const run = await night.workers.nextRun();
  run.worker.end(run);
  run.worker.say({
    type: 'failed',
    jobId: id,
    attempt: 1,
    failure: { class: 'rejected', code: 'bad-request', message: 'no' },
    limits: { requests: { limit: 5, remaining: 0, resetMs: 20_000 } },
  });
  await night.reaches(id, 'failed');
  const next = await night.engine.jobs.send(id, 'RETRY');
  expect(next).toMatchObject({ state: 'waiting', heldUpBy: 'The limit of 5 requests a minute at Demo is used up.' });
  expect(next.heldUpUntil).toBe(night.clock.now() + 20_000);
  await night.pass(20_100);
  expect((await night.workers.nextRun()).attempt).toBe(2);
});
