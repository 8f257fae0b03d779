/** A clock that is set while jobs wait for it: nothing is lost, and nothing waits a day longer than it was to wait. */
import { describe, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { failureOf } from '../support/job-queue.ts';
import { dataFolder } from '../support/data-folder.ts';

const day = 86_400_000;

describe('a clock that goes back by a day', () => {
  it('leaves delays, retries, pauses and deadlines as long as they were', async () => {
    await using night = await startEngine();
    const retried = await night.enqueue({ backoff: { type: 'fixed', delayMs: 3_000, maxDelayMs: 3_000 } });
    (await night.workers.nextRun()).fail(failureOf('retryable', 'server-error'));
    const delayed = await night.enqueue({ delayMs: 5_000 });
    await night.reaches(retried.id, 'delayed');
    night.clock.set(-day);
    await night.pass(300);
    await night.pass(5_500);
    expect(night.engine.jobs.get(delayed.id).state).toBe('active');
    expect(night.engine.jobs.get(retried.id).state).toBe('active');
    expect(night.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('does not make a pause of a provider a day longer', async () => {
    await using night = await startEngine();
    const job = await night.enqueue();
    (await night.workers.nextRun()).fail(failureOf('provider-down', 'rate-limited'));
    await night.reaches(job.id, 'waiting');
    night.clock.set(-day);
    await night.pass(300);
    // 2 s, and at most a quarter of it as jitter.
    await night.pass(3_000);
    const again = await night.workers.nextRun();
    expect(again.jobId).toBe(job.id);
    again.done();
    await night.reaches(job.id, 'completed');
  });

  it('keeps the order of ids, also over a restart', async () => {
    using folder = dataFolder();
    const before = await startEngine({ folder: folder.path });
    const conversation = await before.conversation();
    const first = await before.say(conversation, 'first');
    before.clock.set(-day);
    const second = await before.say(conversation, 'second');
    const now = before.clock.now();
    await before.stop();
    await using after = await startEngine({ folder: folder.path });
    after.clock.set(now - day - after.clock.now());
    const third = await after.say(conversation, 'third');
    expect([third.id, second.id, first.id].toSorted()).toEqual([first.id, second.id, third.id]);
    const { messages } = after.engine.messages.list({ conversationId: conversation, limit: 50 });
    expect(messages.map(({ text }) => text)).toEqual(['first', 'second', 'third']);
  });
});

describe('a clock that goes ahead by a day, or a machine that slept', () => {
  it.each<[string, (night: TestEngine) => void]>([
    ['set', (night) => night.clock.set(day)],
    ['slept', (night) => night.clock.jumpTo(night.clock.now() + day)],
  ])('makes what is due due, and lets no deadline pass: %s', async (_, jump) => {
    await using night = await startEngine();
    const running = await night.enqueue({ timeouts: { runMs: 60_000 } });
    const run = await night.workers.nextRun();
    const delayed = await night.enqueue({ delayMs: 3_600_000 });
    // Two of four slots are for low jobs: the third waits.
    const low = { lane: 'low', timeouts: { queuedMs: 60_000 } };
    const queued = (await night.enqueueMany([low, low, low])).at(-1) ?? delayed.id;
    jump(night);
    await night.pass(1_000);
    await night.pass(200);
    expect(night.engine.jobs.get(delayed.id).state).toBe('active');
    expect(night.engine.jobs.get(queued).state).toBe('waiting');
    expect(night.engine.jobs.get(running.id).state).toBe('active');
    run.done();
    await night.reaches(running.id, 'completed');
    expect(night.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
