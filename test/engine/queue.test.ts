/** How jobs come, wait, move and end: the queue on a real database, its jobs moved by hand. */
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../src/protocol/job.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { Offer } from '../../src/engine/dispatch.ts';
import { failureOf, openQueue, promptJob, type TestQueue } from '../support/job-queue.ts';

describe('fairness', () => {
  it('a group of 10,000 and a group of one take turns', async () => {
    using test = await openQueue({ synchronous: 'NORMAL' });
    await test.turn((turn) => {
      for (let n = 0; n < 10_000; n += 1) test.queue.enqueue(turn, promptJob(test.ids.job(), 'crowd'));
    });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 4, false));
    const before = await offered(test, 2);
    expect(before.groups).toEqual(['crowd', 'crowd']);

    const single = await test.enqueue({ groupKey: 'single' });
    const rest = await offered(test, 3);
    expect(rest.groups.indexOf('single'), 'the newcomer is next or the one after').toBeLessThanOrEqual(1);
    expect(test.row(single).state).toBe('active');
  });

  it('groups that come at the same time are served in turn, each in its own order', async () => {
    using test = await openQueue();
    for (const group of ['a', 'a', 'a', 'b', 'b', 'c']) await test.enqueue({ groupKey: group });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 20, false));
    const { groups, ids } = await offered(test, 6);
    expect(groups).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
    const ofA = ids.filter((_, i) => groups[i] === 'a');
    expect(ofA).toEqual(ofA.toSorted());
  });

  it('ranks given within one turn are those that turns of their own would give', async () => {
    using one = await openQueue();
    using many = await openQueue();
    const groups = ['a', 'b', 'a', 'a', 'c', 'b'];
    await one.turn((turn) => groups.forEach((group) => one.queue.enqueue(turn, promptJob(one.ids.job(), group))));
    for (const group of groups) await many.enqueue({ groupKey: group });
    const ranks = (test: TestQueue) =>
      test.store.sqlite.prepare('SELECT group_key, rank FROM llm_jobs ORDER BY id DESC').raw().all();
    expect(ranks(one)).toEqual(ranks(many));
  });

  it('a lane has a virtual time of its own, which a restart keeps', async () => {
    using test = await openQueue();
    for (let n = 0; n < 3; n += 1) await test.complete(await test.enqueue({ groupKey: 'a' }));
    expect(test.store.log.laneClocks()).toEqual([{ lane: 'low', virtualTime: 3, pausedAt: null }]);
    test.queue.ledger.load();
    expect(test.row(await test.enqueue({ groupKey: 'new' })).rank).toBe(4);
    expect(test.row(await test.enqueue({ groupKey: 'new', lane: 'high' })).rank).toBe(1);
  });
});

describe('lanes', () => {
  it('low gets half of the slots, low and medium four fifths, and one stays free for high', async () => {
    using test = await openQueue();
    await test.turn((turn) => {
      for (let n = 0; n < 30; n += 1) {
        test.queue.enqueue(turn, { ...promptJob(test.ids.job(), 'low'), lane: 'low' });
        if (n % 2 === 0) test.queue.enqueue(turn, { ...promptJob(test.ids.job(), 'medium'), lane: 'medium' });
      }
    });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 10, false));
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.slots.byLane).toEqual({ high: 0, medium: 8, low: 0 });
    await test.turn((turn) => {
      for (let n = 0; n < 9; n += 1) {
        test.queue.enqueue(turn, { ...promptJob(test.ids.job(), `user-${n}`), lane: 'high' });
      }
    });
    await test.turn((turn) => test.dispatch.offer(turn, 9));
    expect(test.slots.byLane).toEqual({ high: 2, medium: 8, low: 0 });
  });

  it('low alone takes half of the slots', async () => {
    using test = await openQueue();
    await test.turn((turn) => {
      for (let n = 0; n < 30; n += 1) test.queue.enqueue(turn, promptJob(test.ids.job()));
    });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 10, false));
    const offer = await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(offer).toEqual({ claimed: 5, more: false });
  });

  it('holds the same shares within the limit of a provider, and leaves the slots to others', async () => {
    using test = await openQueue();
    await test.turn((turn) => {
      test.providers.save(turn, { ...test.providers.require('demo'), concurrency: 4 });
      for (let n = 0; n < 20; n += 1) {
        test.queue.enqueue(turn, promptJob(test.ids.job(), 'a'));
        const other = promptJob(test.ids.job(), 'b');
        test.queue.enqueue(turn, { ...other, data: { ...other.data, model: 'other/demo' } });
      }
    });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 20, false));
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.slots.ofProvider('demo')).toEqual({ high: 0, medium: 0, low: 2 });
    expect(test.slots.ofProvider('other')).toEqual({ high: 0, medium: 0, low: 8 });
  });

  it('offers every eighth claim to a lane that has lost its patience', async () => {
    using test = await openQueue();
    const low = await test.enqueue({ lane: 'low' });
    test.clock.advance(121_000);
    await test.turn((turn) => {
      for (let n = 0; n < 20; n += 1) test.queue.enqueue(turn, { ...promptJob(test.ids.job(), 'h'), lane: 'high' });
    });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 10, false));
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.row(low).state).toBe('active');
    const order = test.sent.map(({ message }) => (message.type === 'run' ? message.jobId : undefined));
    expect(order.indexOf(low)).toBe(7);
    expect(test.slots.byLane).toEqual({ high: 9, medium: 0, low: 1 });
  });

  it('a lane that has waited less than its patience stays behind', async () => {
    using test = await openQueue();
    const low = await test.enqueue({ lane: 'low' });
    test.clock.advance(119_000);
    await test.turn((turn) => {
      for (let n = 0; n < 20; n += 1) test.queue.enqueue(turn, { ...promptJob(test.ids.job(), 'h'), lane: 'high' });
    });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 10, false));
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.row(low).state).toBe('waiting');
  });

  it('setLane puts a waiting job at the end of its group in the new lane', async () => {
    using test = await openQueue();
    const ahead: JobId[] = [];
    for (let n = 0; n < 3; n += 1) ahead.push(await test.enqueue({ lane: 'high', groupKey: 'a' }));
    const job = await test.enqueue({ lane: 'low', groupKey: 'a' });
    await test.turn((turn) => test.queue.setLane(turn, job, 'high'));
    expect(test.row(job)).toMatchObject({ lane: 'high', rank: 4 });
    expect(test.queue.ledger.countIn('low', 'waiting')).toBe(0);
    expect(test.queue.ledger.countIn('high', 'waiting')).toBe(4);
    await test.claim(job);
    await expect(test.turn((turn) => test.queue.setLane(turn, job, 'low'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('takes no more jobs of a provider that pauses, and gives one to try it when the pause is over', async () => {
    using test = await openQueue();
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => test.enqueue({ lane: 'high' })));
    if (first === undefined) throw new Error('no job');
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 10, false));
    await test.fail(first, failureOf('provider-down', 'rate-limited', { retryAfterMs: 10_000 }));
    expect(test.row(first)).toMatchObject({ state: 'waiting', attemptsMade: 0, attemptsStarted: 1 });
    expect(await test.turn((turn) => test.dispatch.offer(turn, 1))).toEqual({ claimed: 0, more: false });

    test.clock.advance(11_000);
    await test.turn((turn) => test.providers.wakeDue(turn));
    expect(await test.turn((turn) => test.dispatch.offer(turn, 1))).toEqual({ claimed: 1, more: false });
    expect(test.row(first), 'it kept its place').toMatchObject({ state: 'active', rank: 1 });
    await test.complete(first);
    await test.turn((turn) => test.dispatch.offer(turn, 2));
    expect(others.map((id) => test.row(id).state)).toEqual(['active', 'active', 'active', 'active']);
  });
});

describe('a job that ends without an answer', () => {
  it('backs off after a failure of its own, is due when it is due, and gives up after its attempts', async () => {
    using test = await openQueue();
    const job = await test.enqueue({ maxAttempts: 2, backoff: { type: 'fixed', delayMs: 5_000, maxDelayMs: 5_000 } });
    await test.fail(job, failureOf('retryable', 'server-error'));
    expect(test.row(job)).toMatchObject({ state: 'delayed', attemptsMade: 1, runAt: test.clock.now() + 5_000 });
    expect(test.store.jobs.due(test.clock.now() + 4_999, 10)).toEqual([]);
    await test.turn((turn) => test.queue.wake(turn, job));
    expect(test.row(job).state, 'too early').toBe('delayed');
    test.clock.advance(5_000);
    expect(test.store.jobs.due(test.clock.now(), 10)).toEqual([job]);
    await test.turn((turn) => test.queue.wake(turn, job));
    await test.fail(job, failureOf('retryable', 'server-error'));
    expect(test.row(job)).toMatchObject({
      state: 'failed',
      attemptsMade: 2,
      failedReason: 'it said server-error',
      stacktrace: ['attempt 1: it said server-error', 'attempt 2: it said server-error'],
    });
  });

  it('goes back to its place when its worker is lost, and uses up nothing', async () => {
    using test = await openQueue();
    const jobs = [await test.enqueue(), await test.enqueue(), await test.enqueue()];
    const [first] = jobs;
    if (first === undefined) throw new Error('no job');
    await test.claim(first);
    await test.turn((turn) => test.queue.requeue(turn, first, 1, 'worker-drained'));
    expect(test.row(first)).toMatchObject({ state: 'waiting', rank: 1, attemptsMade: 0, stalledCounter: 0 });
    expect(test.store.jobs.nextWaiting('low', 'demo', null, 3).map(({ id }) => id)).toEqual(jobs);
  });

  it('that was caught in two crashes runs in a worker of its own, and is poison after two deaths there', async () => {
    using test = await openQueue();
    const job = await test.enqueue({ lane: 'high' });
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 4, false));
    const crash = async (): Promise<void> => {
      await test.turn((turn) => test.queue.requeue(turn, job, test.row(job).attemptsStarted, 'worker-crashed'));
    };
    for (let n = 0; n < 2; n += 1) {
      expect((await test.turn((turn) => test.dispatch.offer(turn, 1))).claimed).toBe(1);
      await crash();
    }
    expect(test.row(job)).toMatchObject({ state: 'waiting', quarantined: true, stalledCounter: 2 });
    expect(test.store.jobs.quarantinedWaiting('high', 'demo', [], 10)).toBe(1);
    expect((await test.turn((turn) => test.dispatch.offer(turn, 1))).claimed, 'not among others').toBe(0);

    await test.turn((turn) => test.slots.add(turn, 'worker:2', 1, true));
    for (let n = 0; n < 2; n += 1) {
      expect((await test.turn((turn) => test.dispatch.offer(turn, 1))).claimed).toBe(1);
      expect(test.row(job).processedBy).toBe('worker:2');
      await test.turn((turn) => test.slots.free(turn, 'worker:2', job, test.row(job).attemptsStarted));
      await crash();
    }
    expect(test.row(job)).toMatchObject({ state: 'failed', attemptsMade: 0, failure: { code: 'poison' } });
    expect(test.store.jobs.quarantinedWaiting('high', 'demo', [], 10)).toBe(0);
  });

  it('gives its worker the order to stop when it is cancelled, and keeps the slot until the worker says so', async () => {
    using test = await openQueue();
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 4, false));
    const job = await test.enqueue({ lane: 'high' });
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    await test.turn((turn) => test.queue.userEvent(turn, job, 'CANCEL'));
    expect(test.row(job).state).toBe('cancelled');
    expect(test.sent.at(-1)).toEqual({ workerId: 'worker:1', message: { type: 'cancel', jobId: job, attempt: 1 } });
    expect(test.slots.used).toBe(1);
    await test.turn((turn) => test.slots.free(turn, 'worker:1', job, 1));
    expect(test.slots.used).toBe(0);
  });

  it('that is cancelled in the turn of its claim is run and stopped, in this order', async () => {
    using test = await openQueue();
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 4, false));
    const job = await test.enqueue({ lane: 'high' });
    await test.turn((turn) => {
      test.dispatch.offer(turn, 1);
      test.queue.cancel(turn, job);
    });
    expect(test.sent.map(({ message }) => message.type)).toEqual(['run', 'cancel']);
  });

  it('ends when its deadline has passed, wherever it waits', async () => {
    using test = await openQueue();
    const delayed = await test.enqueue({ maxAttempts: 9 });
    const waiting = await test.enqueue({ maxAttempts: 9 });
    await test.fail(delayed, failureOf('retryable', 'server-error'));
    await test.fail(waiting, failureOf('provider-down', 'overloaded'));
    const fresh = await test.enqueue();
    expect(test.store.jobs.expired(test.clock.now(), 10)).toEqual([]);
    test.clock.advance(24 * 3_600_000);
    const expired = test.store.jobs.expired(test.clock.now(), 10);
    expect(expired.toSorted()).toEqual([delayed, waiting].toSorted());
    await test.turn((turn) => expired.forEach((id) => test.queue.expire(turn, id)));
    for (const id of [delayed, waiting]) {
      expect(test.row(id)).toMatchObject({
        state: 'failed',
        failure: { code: 'expired' },
        attemptsMade: expect.any(Number) as number,
      });
    }
    expect(test.row(fresh).state).toBe('waiting');
  });

  it('is promoted from its delay by a user', async () => {
    using test = await openQueue();
    const job = await test.enqueue({ delayMs: 60_000 });
    expect(test.row(job)).toMatchObject({ state: 'delayed', rank: 0, delay: 60_000 });
    await test.turn((turn) => test.queue.userEvent(turn, job, 'PROMOTE'));
    expect(test.row(job)).toMatchObject({ state: 'waiting', rank: 1, runAt: null });
    await expect(test.turn((turn) => test.queue.userEvent(turn, job, 'PROMOTE'))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'A job that is waiting cannot be promoted.',
    });
  });

  it('starts over when it is retried: its attempts, its deadline, its quarantine', async () => {
    using test = await openQueue();
    const job = await test.enqueue({ maxAttempts: 1 });
    await test.fail(job);
    test.clock.advance(1_000);
    await test.turn((turn) => test.queue.userEvent(turn, job, 'RETRY'));
    expect(test.row(job)).toMatchObject({
      state: 'waiting',
      attemptsStarted: 1,
      attemptsMade: 0,
      deadlineAt: null,
      failure: null,
      failedReason: null,
      finishedOn: null,
    });
    await test.complete(job);
    expect(test.row(job)).toMatchObject({ state: 'completed', attemptsStarted: 2 });
  });

  it('keeps the last twenty reasons', async () => {
    using test = await openQueue();
    const job = await test.enqueue({ maxAttempts: 100, backoff: { type: 'fixed', delayMs: 0, maxDelayMs: 0 } });
    for (let n = 1; n <= 25; n += 1) {
      const failure: Failure = { ...failureOf('retryable', 'connection'), causes: [`cause ${n}`] };
      await test.fail(job, failure);
      await test.turn((turn) => test.queue.wake(turn, job));
    }
    const { stacktrace } = test.row(job);
    expect(stacktrace.length).toBe(20);
    expect(stacktrace.at(-1)).toBe('attempt 25: it said connection <- cause 25');
  });

  it('refuses what is not there', async () => {
    using test = await openQueue();
    const nobody = test.ids.job();
    await expect(test.turn((turn) => test.queue.userEvent(turn, nobody, 'CANCEL'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const stranger = { ...promptJob(test.ids.job()).data, model: 'nobody/x' };
    await expect(test.enqueue({ data: stranger })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

/** The next claims, one by one: the slots are freed as if each job ended at once. */
async function offered(test: TestQueue, count: number): Promise<{ ids: JobId[]; groups: string[] }> {
  const ids: JobId[] = [];
  while (ids.length < count) {
    const before = test.sent.length;
    const offer: Offer = await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(offer.claimed).toBeGreaterThan(0);
    for (const { workerId, message } of test.sent.slice(before)) {
      if (message.type !== 'run') continue;
      ids.push(message.jobId);
      await test.turn((turn) => test.slots.free(turn, workerId, message.jobId, message.attempt));
    }
  }
  const first = ids.slice(0, count);
  return { ids: first, groups: first.map((id) => test.row(id).groupKey) };
}
