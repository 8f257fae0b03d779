/** Turns: what fails alone, what goes back, and what a database that takes no writes means for whom. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Turn } from '../../src/engine/turn.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import { JobState, lanes } from '../../src/protocol/job.ts';
import { startEngine } from '../support/engine.ts';
import { blankRow } from '../support/job-rows.ts';
import { answer, failureOf, openQueue, promptJob, type TestQueue } from '../support/job-queue.ts';

describe('a turn', () => {
  it('handles what arrives together in one commit, in its order, and answers after it', async () => {
    using test = await openQueue();
    const steps: string[] = [];
    test.onStep = (step) => steps.push(step);
    const order: number[] = [];
    const calls = Array.from({ length: 50 }, (_, n) => test.turn(() => order.push(n)).then(() => steps.push(`${n}`)));
    await Promise.all(calls);
    expect(order).toEqual([...order.keys()]);
    expect(steps).toEqual(['begun', 'ran', 'committed', 'sent', ...order.map(String)]);
  });

  it('takes inputs for 8 ms, then lets the process do other things', async () => {
    using test = await openQueue();
    const turnsOf = new Map<Turn, number>();
    const calls = Array.from({ length: 10 }, () =>
      test.turn((turn) => {
        turnsOf.set(turn, (turnsOf.get(turn) ?? 0) + 1);
        test.clock.advance(3);
      }),
    );
    await Promise.all(calls);
    expect([...turnsOf.values()]).toEqual([3, 3, 3, 1]);
  });

  it('fails one input alone: its neighbours are handled, and each hears of itself', async () => {
    using test = await openQueue();
    const id = await test.enqueue();
    const jobs = Array.from({ length: 50 }, () => test.ids.job());
    const refused: string[] = [];
    for (const name of ['before', 'middle', 'after']) {
      test.turns.post(
        name,
        (turn) => {
          if (name === 'middle') throw new Error('poison');
          test.queue.setLane(turn, id, name === 'before' ? 'high' : 'medium');
        },
        () => refused.push(name),
      );
    }
    const calls = jobs.map((job, n) =>
      test.turn((turn) => {
        test.queue.enqueue(turn, promptJob(job));
        if (n === 20) throw new Error('one of fifty');
        return n;
      }),
    );
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'rejected').length).toBe(1);
    expect(results[20]).toMatchObject({ status: 'rejected', reason: { message: 'one of fifty' } });
    expect(jobs.map((job) => test.store.jobs.get(job) !== undefined)).toEqual(jobs.map((_, n) => n !== 20));
    expect(refused).toEqual(['middle']);
    expect(test.row(id).lane).toBe('medium');
    expect(test.queue.ledger.countIn('low', 'waiting')).toBe(49);
    expectCounted(test);
  });

  it('cut off before its commit is run again, and nobody notices', async () => {
    using test = await openQueue();
    let cuts = 0;
    test.onStep = (step) => {
      if (step === 'ran' && cuts < 3) {
        cuts += 1;
        throw new Error(`cut off, ${cuts}`);
      }
    };
    const jobs = [test.ids.job(), test.ids.job()];
    const both = jobs.map((job) => test.turn((turn) => test.queue.enqueue(turn, promptJob(job))));
    // Together, then each alone: the second cut refuses the first, the third the second.
    const results = await Promise.allSettled(both);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(jobs.map((job) => test.store.jobs.get(job))).toEqual([undefined, undefined]);

    cuts = 2;
    const third = test.ids.job();
    test.onStep = (step) => {
      if (step === 'ran' && cuts < 3) {
        cuts += 1;
        throw new Error('cut off once');
      }
    };
    await Promise.all(
      [third, test.ids.job()].map((job) => test.turn((turn) => test.queue.enqueue(turn, promptJob(job)))),
    );
    expect(test.row(third).state).toBe('waiting');
    expectCounted(test);
  });

  it('one part of its outbox that throws does not keep the others', async () => {
    using test = await openQueue();
    const done: string[] = [];
    await test.turn((turn) => {
      turn.after(() => done.push('first'));
      turn.after(() => {
        throw new Error('a page that went away');
      });
      turn.after(() => done.push('last'));
    });
    expect(done).toEqual(['first', 'last']);
    expect(test.logged).toEqual(['after a commit, effect failed']);
  });

  it('is over when it is over: what uses it later throws, and changes nothing', async () => {
    using test = await openQueue();
    const id = await test.enqueue();
    const over = await test.turn((turn) => turn);
    const before = test.row(id);
    expect(() => test.queue.cancel(over, id)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    await expect(test.turn(() => test.queue.cancel(over, id))).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(() => test.turns.current).toThrow(/outside a turn/u);
    expect(test.row(id)).toEqual(before);
  });

  it('that is closed has run what was in, and takes no more', async () => {
    using test = await openQueue();
    const job = test.ids.job();
    const last = test.turn((turn) => test.queue.enqueue(turn, promptJob(job)));
    test.turns.close();
    await last;
    expect(test.row(job).state).toBe('waiting');
    await expect(test.turn(() => undefined)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const late: string[] = [];
    test.turns.post(
      'late',
      () => late.push('ran'),
      () => late.push('refused'),
    );
    expect(late).toEqual([]);
  });
});

describe('a turn that rolls back', () => {
  it('leaves rows and memory as they were, whatever it did', async () => {
    using test = await openQueue();
    await populate(test);
    const move = fc.record({ job: fc.nat(), what: fc.constantFrom(...(Object.keys(moves) as (keyof typeof moves)[])) });
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 12 }), async (walk) => {
        const before = faceOf(test);
        const cut = test.turn((turn) => {
          for (const { job, what } of walk) moves[what](test, turn, pick(test, job));
          test.queue.ledger.finishTurn(turn);
          throw new Error('at the end');
        });
        await expect(cut).rejects.toThrow('at the end');
        expect(faceOf(test)).toEqual(before);
        expect(test.sent).toEqual([]);

        // And what is done then is done as if nothing had been before.
        const [first] = walk;
        if (first !== undefined) await test.turn((turn) => moves[first.what](test, turn, pick(test, first.job)));
        test.sent.length = 0;
        expectCounted(test);
        expectSlotsHeldByActive(test);
        test.clock.advance(400_000);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a claim that throws', () => {
  it.each([
    ['names no model', `{"kind":"prompt","messages":[]}`],
    ['is no JSON', `{"kind":"prompt","mod`],
    ['is null', 'null'],
  ])('ends only its job: its data %s', async (_, data) => {
    await using night = await startEngine({ settings: { slotsPerWorker: 2 } });
    const busy = [await night.enqueue(), await night.enqueue()];
    const runs = [await night.workers.nextRun(), await night.workers.nextRun()];
    const [first, broken, last] = [await night.enqueue(), await night.enqueue(), await night.enqueue()];
    night.store.sqlite.prepare('UPDATE llm_jobs SET data = ? WHERE id = ?').run(data, broken.id);
    for (const run of runs) run.done();
    for (const { id } of [first, last]) {
      const run = await night.workers.nextRun();
      expect(run.jobId).toBe(id);
      run.done();
    }
    await night.reaches(last.id, 'completed');
    const state = night.store.sqlite.prepare('SELECT state, failed_reason FROM llm_jobs WHERE id = ?').get(broken.id);
    expect(state).toMatchObject({
      state: 'failed',
      failed_reason: expect.stringContaining('a defect of its own') as string,
    });
    expect(night.engine.jobs.get(broken.id).failure).toMatchObject({ class: 'bug', code: 'internal' });
    const errors = night.logged.filter(({ level }) => level === 'error').map(({ fields }) => String(fields?.['error']));
    expect(errors, 'the failure sends people to the log').toContainEqual(expect.stringContaining(broken.id));
    for (const { id } of [...busy, first]) expect(night.engine.jobs.get(id).state).toBe('completed');
    expect(night.engine.pool.get()).toMatchObject({ slotsUsed: 0, finished: { completed: 4, failed: 1 } });
  });

  it('a job that can neither be claimed nor ended is left where it is, and the others go on', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 1 } });
    const busy = await night.enqueue();
    const run = await night.workers.nextRun();
    const [stuck, after] = [await night.enqueue(), await night.enqueue()];
    // Its next log line is there already: every transition of it breaks the log's key.
    night.store.sqlite
      .prepare(`INSERT INTO job_events SELECT ?, 1, at, event, from_state, to_state, attempt, detail FROM job_events`)
      .run(stuck.id);
    run.done();
    const next = await night.workers.nextRun();
    expect(next.jobId).toBe(after.id);
    next.done();
    await night.reaches(after.id, 'completed');
    expect(night.engine.jobs.get(busy.id).state).toBe('completed');
    expect(night.engine.jobs.get(stuck.id).state).toBe('waiting');
    const last = await night.enqueue();
    (await night.workers.nextRun()).done();
    await night.reaches(last.id, 'completed');
  });

  it.each([
    ['delayed', 'is woken'],
    ['active', 'is found by a restart'],
  ])('a row that cannot be read does not stop the others: %s when it %s', async (state) => {
    await using night = await startEngine({
      prepare: ({ sqlite, jobs, log }) => {
        for (const [n, id] of brokenFirst.entries()) {
          jobs.insert({ ...rowIn(state === 'active' ? 'active' : 'delayed', id), runAt: 1 });
          log.addCount({ lane: 'low', state: state === 'active' ? 'active' : 'delayed', provider: 'demo' }, 1);
          if (n === 0) sqlite.prepare('UPDATE llm_jobs SET backoff = ? WHERE id = ?').run('{', id);
        }
      },
    });
    const [broken, whole] = brokenFirst;
    night.clock.advance(200);
    const run = await night.workers.nextRun();
    expect(run.jobId).toBe(whole);
    run.done();
    await night.reaches(whole, 'completed');
    expect(night.engine.jobs.get(broken)).toMatchObject({ state: 'failed', failure: { class: 'bug' } });
  });
});

describe('a database that takes no writes', () => {
  it('that is full: calls are refused with the reason, and what workers say waits', async () => {
    await using night = await startEngine();
    const job = await night.enqueue();
    const run = await night.workers.nextRun();
    const { sqlite } = night.store;
    const pages = sqlite.pragma('page_count', { simple: true }) as number;
    sqlite.pragma(`max_page_count = ${pages}`);
    const big = { messages: [{ role: 'user', content: 'x'.repeat(200_000) }] };
    await expect(night.enqueue(big)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/takes no writes now.*full.*Nothing was stored/u) as string,
    });
    expect(night.engine.health()).toMatchObject({
      status: 'failing',
      reason: expect.stringContaining('full') as string,
    });

    run.done('y'.repeat(200_000));
    await expect(night.enqueue(big)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(night.engine.jobs.get(job.id).state).toBe('active');

    sqlite.pragma(`max_page_count = ${pages + 10_000}`);
    night.clock.advance(10_000);
    const done = await night.reaches(job.id, 'completed');
    expect(done.attemptsStarted).toBe(1);
    expect(night.engine.health().status).toBe('ok');
    expect((await night.enqueue(big)).state).toMatch(/waiting|active/u);
  });

  it('that somebody else writes to: calls are refused and do not wait, and what workers say is kept', async () => {
    await using night = await startEngine();
    const job = await night.enqueue();
    const run = await night.workers.nextRun();
    night.store.sqlite.pragma('busy_timeout = 0');
    const other = new Database(night.store.file);
    other.exec('BEGIN IMMEDIATE');
    const refused = { code: 'UNAVAILABLE', message: expect.stringMatching(/takes no writes now.*locked/u) as string };
    await Promise.all([night.enqueue(), night.enqueue()].map((call) => expect(call).rejects.toMatchObject(refused)));
    run.delta({ kind: 'text', text: 'an ' });
    run.done('an answer');
    await expect(night.enqueue()).rejects.toMatchObject(refused);
    expect(night.engine.jobs.get(job.id).state).toBe('active');

    other.exec('ROLLBACK');
    other.close();
    night.clock.advance(10_000);
    await night.reaches(job.id, 'completed');
    expect(night.engine.health().status).toBe('ok');
    await night.enqueue();
  });

  it('is tried again less and less often, and not by everything that happens', async () => {
    await using night = await startEngine();
    night.store.sqlite.pragma('busy_timeout = 0');
    const other = new Database(night.store.file);
    other.exec('BEGIN IMMEDIATE');
    await expect(night.enqueue()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    for (let seconds = 0; seconds < 60; seconds += 1) {
      night.clock.advance(1_000);
      await expect(night.enqueue()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    }
    const tries = night.logged.filter(({ message }) => message === 'the store takes no writes').length;
    expect(tries).toBeLessThanOrEqual(17);
    expect(tries).toBeGreaterThanOrEqual(12);
    other.exec('ROLLBACK');
    other.close();
    night.clock.advance(5_000);
    await night.until(() => night.engine.health().status === 'ok');
    await night.enqueue();
  });
});

const brokenFirst = ['job_01J9Z3K4M5N6P7Q8R900000001', 'job_01J9Z3K4M5N6P7Q8R900000002'] as [JobId, JobId];

function rowIn(state: 'active' | 'delayed', id: JobId) {
  return {
    ...blankRow({ id, state, groupKey: 'prepared', lane: 'low' }),
    ...(state === 'active' ? { phase: 'starting' as const, attemptsStarted: 1, rank: 1, processedBy: 'worker:1' } : {}),
  };
}

type Move = (test: TestQueue, turn: Turn, id: JobId) => unknown;

/** Whatever the engine may do to a job in a turn; what does not fit its state does nothing. */
const moves = {
  enqueue: (test, turn) => test.queue.enqueue(turn, promptJob(test.ids.job(), 'more')),
  enqueueBehind: (test, turn, id) => {
    const { state } = test.row(id);
    if (state === 'failed' || state === 'cancelled') return;
    test.queue.enqueue(turn, { ...promptJob(test.ids.job()), dependencies: [{ jobId: id, onFailure: 'fail' }] });
  },
  offer: (test, turn) => test.dispatch.offer(turn, 1),
  firstContent: (test, turn, id) => test.queue.firstContent(turn, id, test.queue.actors.row(id)?.attemptsStarted ?? 0),
  storeStreams: (test, turn) => test.streams.store(turn),
  complete: (test, turn, id) => end(test, turn, id, (attempt) => test.queue.complete(turn, id, attempt, answer)),
  fail: (test, turn, id) =>
    end(test, turn, id, (attempt) => test.queue.fail(turn, id, attempt, failureOf('retryable', 'server-error'))),
  providerDown: (test, turn, id) =>
    end(test, turn, id, (attempt) => test.queue.fail(turn, id, attempt, failureOf('provider-down', 'rate-limited'))),
  lose: (test, turn, id) => end(test, turn, id, (attempt) => test.queue.requeue(turn, id, attempt, 'worker-crashed')),
  cancel: (test, turn, id) => {
    const row = test.queue.actors.row(id);
    if (row?.state === 'active') end(test, turn, id, () => test.queue.cancel(turn, id));
    else test.queue.cancel(turn, id);
  },
  retry: (test, turn, id) => {
    const row = test.queue.actors.row(id);
    if (row?.state === 'failed' && row.failure?.code !== 'dependency-failed') test.queue.userEvent(turn, id, 'RETRY');
  },
  promote: (test, turn, id) => {
    if (test.queue.actors.row(id)?.state === 'delayed') test.queue.userEvent(turn, id, 'PROMOTE');
  },
  setLane: (test, turn, id) => {
    if (['waiting', 'blocked', 'delayed'].includes(test.queue.actors.row(id)?.state ?? ''))
      test.queue.setLane(turn, id, 'high');
  },
  wakeProviders: (test, turn) => {
    test.providers.wakeDue(turn);
  },
  saveProvider: (test, turn) => test.providers.save(turn, { ...test.providers.require('demo'), name: 'renamed' }),
  removeProvider: (test, turn) => {
    if (test.providers.row('other') !== undefined) test.providers.remove(turn, 'other');
  },
  workerReady: (test, turn) => {
    if (test.slots.total === 8) test.slots.add(turn, 'worker:2', 2, false);
  },
} satisfies Record<string, Move>;

/** As the engine does it: the end of an attempt frees its slot in the same turn. */
function end(test: TestQueue, turn: Turn, id: JobId, then: (attempt: number) => void): void {
  const row = test.queue.actors.row(id);
  if (row?.state !== 'active') return;
  test.slots.free(turn, row.processedBy ?? '', id, row.attemptsStarted);
  then(row.attemptsStarted);
}

async function populate(test: TestQueue): Promise<void> {
  await test.turn((turn) => {
    test.slots.add(turn, 'worker:1', 8, false);
    for (let n = 0; n < 12; n += 1)
      test.queue.enqueue(turn, { ...promptJob(test.ids.job(), `g${n % 3}`), delayMs: n === 5 ? 9_000 : 0 });
  });
  await test.turn((turn) => test.dispatch.offer(turn, 1));
  for (const id of test.queue.actors.liveIds) test.streams.append(id, 1, [{ kind: 'text', text: 'some ' }]);
  test.sent.length = 0;
}

function pick(test: TestQueue, n: number): JobId {
  const jobs = test.rows();
  return (jobs[n % jobs.length] ?? jobs[0])?.id as JobId;
}

/** All that a rollback must bring back: the tables, and what the engine keeps in memory beside them. */
function faceOf(test: TestQueue): object {
  const { sqlite } = test.store;
  const tables = sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const jobs = test.rows();
  return {
    rows: Object.fromEntries(tables.map((table) => [table, sqlite.prepare(`SELECT * FROM ${table}`).all()])),
    // Streams write their progress into the row, beside the actor.
    live: test.queue.actors.liveIds.toSorted().map((id) => ({ ...test.queue.actors.row(id), progress: 0 })),
    streams: jobs.map(({ id }) => test.streams.read(id)),
    unstored: test.streams.hasUnstored,
    slots: [
      test.slots.total,
      test.slots.used,
      { ...test.slots.byLane },
      test.slots.freest(false),
      test.slots.ofProvider('demo'),
    ],
    counts: lanes.flatMap((lane) =>
      JobState.options.map((state) => [
        lane,
        state,
        test.queue.ledger.countIn(lane, state),
        test.queue.ledger.count({ lane, state, provider: 'demo' }),
      ]),
    ),
    providers: test.providers.ids.toSorted().map((id) => {
      const snapshot = test.providers.snapshot(id);
      return [test.providers.row(id), snapshot?.value, snapshot?.context, snapshot?.status];
    }),
    open: lanes.map((lane) => test.providers.open(lane).toSorted()),
  };
}

/** The counters of the turns say what counting says, on disk and in memory. */
function expectCounted(test: TestQueue): void {
  const counted = test.store.sqlite
    .prepare(
      'SELECT lane, state, provider, count(*) AS count FROM llm_jobs GROUP BY lane, state, provider ORDER BY 1, 2, 3',
    )
    .all() as { lane: 'high' | 'medium' | 'low'; state: JobState; provider: string; count: number }[];
  const kept = test.store.sqlite
    .prepare('SELECT lane, state, provider, count FROM job_counts WHERE count <> 0 ORDER BY 1, 2, 3')
    .all();
  expect(kept).toEqual(counted);
  for (const { count, ...kind } of counted) expect(test.queue.ledger.count(kind)).toBe(count);
}

function expectSlotsHeldByActive(test: TestQueue): void {
  const active = test.rows().filter(({ state }) => state === 'active');
  expect(test.queue.actors.liveIds.toSorted()).toEqual(active.map(({ id }) => id).toSorted());
  expect(test.slots.used).toBe(active.length);
}
