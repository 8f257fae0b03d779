/** Jobs that wait for jobs: what becomes of them when those end, and when those are given another chance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobState, OnFailure } from '../../src/protocol/job.ts';
import { EngineError } from '../../src/engine/errors.ts';
import { openQueue, promptJob, type TestQueue } from '../support/job-queue.ts';

const chainLength = 10_000;

describe('dependencies', () => {
  it.each([
    ['fail', 'failed', 'failed'],
    ['ignore', 'waiting', 'waiting'],
    ['hold', 'blocked', 'waiting'],
  ] as const)(
    '%s: what waits is %s when the job fails, and %s when it is cancelled',
    async (onFailure, failed, cancelled) => {
      using test = await openQueue();
      const first = await test.enqueue();
      const second = await dependant(test, [first], onFailure);
      await test.fail(first);
      expect(test.row(second).state).toBe(failed);

      const third = await test.enqueue();
      const fourth = await dependant(test, [third], onFailure);
      await test.turn((turn) => test.queue.userEvent(turn, third, 'CANCEL'));
      expect(test.row(fourth).state).toBe(cancelled);
    },
  );

  it('waits for all of them, and is due when its delay is over too', async () => {
    using test = await openQueue();
    const needed = [await test.enqueue(), await test.enqueue()];
    const job = await dependant(test, needed, 'fail', { delayMs: 60_000 });
    await test.complete(needed[0] as JobId);
    expect(test.row(job)).toMatchObject({ state: 'blocked', openDependencies: 1 });
    await test.complete(needed[1] as JobId);
    expect(test.row(job)).toMatchObject({ state: 'delayed', openDependencies: 0, rank: 0 });
  });

  it('says whose failure it was, and whom to retry', async () => {
    using test = await openQueue();
    const culprit = await test.enqueue({ name: 'research' });
    const job = await dependant(test, [culprit], 'fail');
    await test.fail(culprit);
    expect(test.row(job).failure).toMatchObject({
      class: 'rejected',
      code: 'dependency-failed',
      message: `It waited for the job "research" (${culprit}), which failed. Retry that one; this one follows.`,
      causes: ['it said bad-request'],
    });
    await expect(user(test, job, 'RETRY')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(culprit) as string,
    });
  });

  it('does not run without what it waits for, when it was cancelled before that failed and is retried', async () => {
    using test = await openQueue();
    const culprit = await test.enqueue();
    const job = await dependant(test, [culprit], 'fail');
    await user(test, job, 'CANCEL');
    await test.fail(culprit);
    await expect(user(test, job, 'RETRY')).rejects.toMatchObject({ code: 'CONFLICT' });
    await user(test, culprit, 'RETRY');
    expect(test.row(job).state, 'cancelled is cancelled').toBe('cancelled');
    await user(test, job, 'RETRY');
    expect(test.row(job)).toMatchObject({ state: 'blocked', openDependencies: 1 });
    await test.complete(culprit);
    expect(test.row(job).state).toBe('waiting');
  });

  it('is given another chance with the job that it failed because of, and what failed because of it too', async () => {
    using test = await openQueue();
    const first = await test.enqueue();
    const second = await dependant(test, [first], 'fail');
    const third = await dependant(test, [second], 'fail');
    await test.fail(first);
    expect([second, third].map((id) => test.row(id).state)).toEqual(['failed', 'failed']);
    await user(test, first, 'RETRY');
    expect([first, second, third].map((id) => test.row(id).state)).toEqual(['waiting', 'blocked', 'blocked']);
    for (const id of [first, second, third]) await test.complete(id);
    expect(test.row(third).state).toBe('completed');
  });

  it('that failed because of several jobs waits until each of them is retried', async () => {
    using test = await openQueue();
    const causes = [await test.enqueue(), await test.enqueue(), await test.enqueue()] as [JobId, JobId, JobId];
    const job = await dependant(test, causes, 'fail');
    for (const id of causes) await test.fail(id);
    await user(test, causes[0], 'RETRY');
    await test.complete(causes[0]);
    await user(test, causes[1], 'RETRY');
    expect(test.row(job).state).toBe('failed');
    await user(test, causes[2], 'RETRY');
    expect(test.row(job)).toMatchObject({ state: 'blocked', openDependencies: 2 });
    await test.complete(causes[1]);
    await test.complete(causes[2]);
    expect(test.row(job).state).toBe('waiting');
  });

  it('that failed by itself is not taken along by a retry of what it waited for', async () => {
    using test = await openQueue();
    const first = await test.enqueue();
    const job = await dependant(test, [first], 'ignore');
    await test.fail(first);
    await test.fail(job);
    await user(test, first, 'RETRY');
    expect(test.row(job)).toMatchObject({ state: 'failed', failure: { code: 'bad-request' } });
  });

  it('is held, let go by a skip, and held again when the retried one fails again', async () => {
    using test = await openQueue();
    const first = await test.enqueue();
    const job = await dependant(test, [first], 'hold');
    await test.fail(first);
    expect(test.row(job)).toMatchObject({ state: 'blocked', openDependencies: 1, heldDependencies: 1 });
    await user(test, first, 'RETRY');
    expect(test.row(job)).toMatchObject({ state: 'blocked', openDependencies: 1, heldDependencies: 0 });
    await test.fail(first);
    expect(test.row(job).heldDependencies).toBe(1);
    const late = await dependant(test, [first], 'hold');
    expect(test.row(late)).toMatchObject({ state: 'blocked', heldDependencies: 1 });
    await user(test, first, 'SKIP');
    for (const id of [job, late]) {
      expect(test.row(id)).toMatchObject({ state: 'waiting', openDependencies: 0, heldDependencies: 0 });
    }
  });

  it('that comes after the end finds it as it is', async () => {
    using test = await openQueue();
    const done = await test.enqueue();
    await test.complete(done);
    expect(test.row(await dependant(test, [done], 'fail')).state).toBe('waiting');
    const failed = await test.enqueue();
    await test.fail(failed);
    expect(test.row(await dependant(test, [failed], 'ignore')).state).toBe('waiting');
    await expect(dependant(test, [failed], 'fail')).rejects.toMatchObject({ code: 'CONFLICT', jobId: failed });
    await expect(dependant(test, [test.ids.job()], 'fail')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it(`a chain of ${chainLength} fails with its first, and is open again with it, each in one turn`, async () => {
    using test = await openQueue({ synchronous: 'NORMAL' });
    const chain = await enqueueChain(test);
    const [first, last] = [chain[0] as JobId, chain.at(-1) as JobId];
    await test.fail(first);
    expect(test.queue.ledger.countIn('low', 'failed')).toBe(chainLength);
    expect(test.row(last).failure?.code).toBe('dependency-failed');
    await user(test, first, 'RETRY');
    expect(test.queue.ledger.countIn('low', 'blocked')).toBe(chainLength - 1);
    expect(test.row(last)).toMatchObject({ state: 'blocked', openDependencies: 1, failure: null });
    await expect(
      test.turn((turn) =>
        test.queue.enqueue(turn, {
          ...promptJob(test.ids.job()),
          parentId: chain[5] as JobId,
          dependencies: [{ jobId: last, onFailure: 'fail' }],
        }),
      ),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }, 60_000);
});

describe('parents', () => {
  it('wait for children that they are given while they are blocked, and not later', async () => {
    using test = await openQueue();
    const first = await test.enqueue();
    const parent = await dependant(test, [first], 'fail');
    const child = await test.enqueue({ parentId: parent });
    expect(test.row(parent).openDependencies).toBe(2);
    expect(test.row(child).parentId).toBe(parent);
    await test.complete(first);
    expect(test.row(parent).state).toBe('blocked');
    await test.complete(child);
    expect(test.row(parent).state).toBe('waiting');
    await expect(test.enqueue({ parentId: parent })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(test.enqueue({ parentId: test.ids.job() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('cannot be waited for by their own children, directly or by a detour', async () => {
    using test = await openQueue();
    const first = await test.enqueue();
    const parent = await dependant(test, [first], 'fail');
    const after = await dependant(test, [parent], 'fail');
    for (const needed of [parent, after]) {
      const child = test.enqueue({ parentId: parent, dependencies: [{ jobId: needed, onFailure: 'fail' }] });
      await expect(child).rejects.toMatchObject({ code: 'BAD_REQUEST', jobId: parent });
    }
    expect(test.row(parent).openDependencies, 'nothing of it stayed').toBe(1);
    expect(test.store.dependencies.dependenciesOf(parent).length).toBe(1);
  });

  it('read the results of what they waited for, in the order given', async () => {
    using test = await openQueue();
    const names = ['one', 'two'];
    const needed: JobId[] = [];
    for (const name of names) needed.push(await test.enqueue({ name }));
    const parent = await dependant(test, needed, 'ignore');
    const child = await test.enqueue({ name: 'three', parentId: parent });
    await test.complete(needed[1] as JobId);
    await test.fail(needed[0] as JobId);
    await test.complete(child);
    await test.turn((turn) => test.slots.add(turn, 'worker:1', 4, false));
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    const run = test.sent.find(({ message }) => message.type === 'run' && message.jobId === parent)?.message;
    expect(run?.type === 'run' ? run.request.messages : []).toEqual([
      {
        role: 'user',
        content: 'Result of the job "two":\n\nan answer\n\n---\n\nResult of the job "three":\n\nan answer',
      },
      { role: 'user', content: 'a question' },
    ]);
  });
});

describe('dependency graphs', () => {
  const policy = fc.constantFrom<OnFailure>('fail', 'ignore', 'hold');
  const graph = fc
    .array(fc.array(fc.tuple(fc.nat(), policy), { maxLength: 3 }), { minLength: 2, maxLength: 8 })
    .map((edges) => edges.map((list, n) => (n === 0 ? [] : uniqueBy(list.map(([to, on]) => ({ to: to % n, on }))))));
  const moves = fc.array(
    fc.record({ on: fc.nat(), move: fc.constantFrom('complete', 'fail', 'CANCEL', 'RETRY', 'SKIP') }),
    {
      maxLength: 40,
    },
  );

  it('a job is blocked exactly while something that it waits for is open, whatever happens to whom', async () => {
    await fc.assert(
      fc.asyncProperty(graph, moves, async (edges, walk) => {
        using test = await openQueue({ synchronous: 'NORMAL' });
        const ids: JobId[] = [];
        for (const list of edges) {
          const dependencies = list.map(({ to, on }) => ({ jobId: ids[to] as JobId, onFailure: on }));
          ids.push(await test.enqueue({ dependencies, maxAttempts: 1 }));
        }
        for (const { on, move } of walk) {
          const id = ids[on % ids.length] as JobId;
          try {
            const { state } = test.row(id);
            if (move === 'complete' || move === 'fail') {
              if (state === 'waiting') await test[move](id);
            } else {
              await user(test, id, move);
            }
          } catch (error) {
            if (!(error instanceof EngineError) || error.code !== 'CONFLICT') throw error;
          }
          for (const job of ids) expectConsistent(test, job);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** What the row says and what the rows of its dependencies say is the same. */
function expectConsistent(test: TestQueue, id: JobId): void {
  const row = test.row(id);
  const dependencies = test.store.dependencies.dependenciesOf(id);
  const inState = (...states: string[]) => dependencies.filter(({ state }) => states.includes(state)).length;
  if (row.state === 'blocked') {
    expect(row.openDependencies).toBe(inState('open', 'held'));
    expect(row.heldDependencies).toBe(inState('held'));
    expect(row.openDependencies).toBeGreaterThan(0);
    expect(inState('failed')).toBe(0);
  }
  if (row.state === 'waiting' || row.state === 'active' || row.state === 'completed') {
    expect(inState('held', 'failed')).toBe(0);
  }
  for (const { dependsOnId, onFailure, state } of dependencies) {
    const on: JobState = test.row(dependsOnId).state;
    const isAtRest = on === 'completed' || on === 'failed' || on === 'cancelled';
    // What has let a job go once does not take it back: `met` stays.
    if (!isAtRest) expect(['open', 'met']).toContain(state);
    if (on === 'completed') expect(state).toBe('met');
    if (on === 'failed' && state !== 'met') expect(state).toBe(onFailure === 'hold' ? 'held' : 'failed');
    if (on === 'cancelled' && state !== 'met') expect(state).toBe('failed');
  }
}

function uniqueBy<Edge extends { to: number }>(edges: Edge[]): Edge[] {
  return edges.filter((edge, i) => edges.findIndex(({ to }) => to === edge.to) === i);
}

function dependant(test: TestQueue, on: readonly JobId[], onFailure: OnFailure, more: object = {}): Promise<JobId> {
  return test.enqueue({ dependencies: on.map((jobId) => ({ jobId, onFailure })), ...more });
}

function user(test: TestQueue, id: JobId, event: 'CANCEL' | 'RETRY' | 'SKIP' | 'PROMOTE'): Promise<unknown> {
  return test.turn((turn) => test.queue.userEvent(turn, id, event));
}

function enqueueChain(test: TestQueue): Promise<JobId[]> {
  return test.turn((turn) => {
    const chain: JobId[] = [];
    for (let n = 0; n < chainLength; n += 1) {
      const before = chain.at(-1);
      const dependencies = before === undefined ? [] : [{ jobId: before, onFailure: 'fail' as const }];
      chain.push(test.queue.enqueue(turn, { ...promptJob(test.ids.job()), dependencies }).id);
    }
    return chain;
  });
}
