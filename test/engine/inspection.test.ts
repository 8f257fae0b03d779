/** The feed between actors and the following of one of them, on a real engine and a real SQLite file. */
import { describe, expect, test } from 'vitest';
import { Inspection, type Inspected } from '../../src/engine/inspection.ts';
import { blank } from '../../src/engine/turn-inspection.ts';
import { Topics } from '../../src/engine/topics.ts';
import type { FeedEvent, Followed } from '../../src/protocol/inspection.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { failureOf } from '../support/job-queue.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Everything that is told from now on. */
function listen(night: TestEngine): { events: Inspected[]; close: () => void } {
  const events: Inspected[] = [];
  return { events, close: night.engine.inspection.open((event) => events.push(event)) };
}

const shownOf = (events: readonly Pick<FeedEvent, 'from' | 'to' | 'type' | 'routine'>[]): string[] =>
  events.filter(({ routine }) => !routine).map(({ from, to, type }) => `${from} > ${to}: ${type}`);

async function runToTheEnd(night: TestEngine, id: JobId): Promise<void> {
  (await night.workers.nextRun()).done();
  await night.reaches(id, 'completed');
}

describe('the feed', () => {
  test('does not exist while nobody watches', async () => {
    await using night = await startEngine();
    const { inspection } = night.engine;
    const first = await night.enqueue();
    await runToTheEnd(night, first.id);
    expect([inspection.on, inspection.seq]).toEqual([false, 0]);

    const { events, close } = listen(night);
    expect(inspection.read(0, true).events).toEqual([]);
    const second = await night.enqueue();
    await runToTheEnd(night, second.id);
    expect(events.length).toBeGreaterThan(3);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    close();
    close();

    const third = await night.enqueue();
    await runToTheEnd(night, third.id);
    expect([inspection.on, inspection.seq, inspection.read(0, true).events]).toEqual([false, 0, []]);
    expect(events.some(({ to }) => to === `job:${third.id}`)).toBe(false);
  });

  test('tells who said what to whom, in order, over a failure and a retry', async () => {
    await using night = await startEngine();
    const { events } = listen(night);
    const { id } = await night.enqueue({ backoff: { type: 'fixed', delayMs: 1_000, maxDelayMs: 1_000 } });
    (await night.workers.nextRun()).fail(failureOf('retryable', 'server-error'));
    await night.reaches(id, 'delayed');
    await night.pass(2_000);
    const run = await night.workers.nextRun();
    run.delta({ kind: 'text', text: 'a part' });
    await night.until(() => night.engine.jobs.get(id).phase === 'streaming');
    run.done();
    await night.reaches(id, 'completed');
    const job = `job:${id}`;
    const about = events.filter(({ from, to }) => from === job || to === job);
    expect(shownOf(about)).toEqual([
      `engine > ${job}: job.ENQUEUED`,
      `dispatcher > ${job}: CLAIM`,
      `${job} > worker:1/process: run`,
      `${job} > provider:demo: FAILED`,
      `worker:1 > ${job}: FAIL`,
      `engine > ${job}: DUE`,
      `dispatcher > ${job}: CLAIM`,
      `${job} > worker:1/process: run`,
      `worker:1 > ${job}: FIRST_CONTENT`,
      `worker:1 > ${job}: COMPLETE`,
      `${job} > provider:demo: SUCCEEDED`,
    ]);
    expect(about.filter(({ to }) => to === job).map(({ states }) => states.join())).toEqual([
      ...['waiting', 'active.starting', 'delayed', 'waiting', 'active.starting', 'active.streaming', 'completed'],
    ]);
  });

  test('has a worker that crashes, and its next process', async () => {
    await using night = await startEngine();
    const { events } = listen(night);
    await night.enqueue();
    const run = await night.workers.nextRun();
    run.worker.crash();
    await night.until(() => events.some(({ type, to }) => type === 'LOST' && to.startsWith('job:')));
    await night.pass(1_000);
    await night.until(() => events.some(({ type }) => type === 'PROCESS_READY'));
    expect(shownOf(events)).toEqual(
      expect.arrayContaining([
        'worker:1/process > worker:1: PROCESS_EXITED',
        'worker:1 > supervisor: WORKER_EMITTED',
        'worker:1 > worker:1: after restartDelay',
        'worker:1 > worker:1/process: actor.STARTED',
        'worker:1/process > worker:1: PROCESS_READY',
      ]),
    );
    const exit = events.find(({ type }) => type === 'PROCESS_EXITED');
    expect(exit).toMatchObject({ states: ['backingOff'], detail: { exit: { kind: 'crashed', reason: '[withheld]' } } });
    expect(exit?.edges).toEqual(['alive|PROCESS_EXITED|0', 'crashed||1']);
  });

  test('drops what a turn that rolls back had told, and tells it once when it has run again', async () => {
    let fail = false;
    await using night = await startEngine({
      onTurnStep(step) {
        if (step !== 'ran' || !fail) return;
        fail = false;
        throw new Error('cut off before the commit');
      },
    });
    const { events } = listen(night);
    fail = true;
    const both = await Promise.allSettled([night.enqueue({ name: 'one' }), night.enqueue({ name: 'two' })]);
    expect(fail).toBe(false);
    const stored = both.flatMap((result) => (result.status === 'fulfilled' ? [`job:${result.value.id}`] : []));
    expect(stored).toHaveLength(2);
    const enqueued = events.filter(({ type }) => type === 'job.ENQUEUED').map(({ to }) => to);
    expect(enqueued.toSorted()).toEqual(stored.toSorted());
  });

  test('holds a bounded number of events, tells a reader who was away too long, and lets clockwork drive out nothing', () => {
    const inspection = new Inspection(new ManualClock(), new Topics());
    const close = inspection.open();
    const tell = (routine: boolean) => inspection.tell({ ...blank(0, 'a', 'b', 'X'), routine });
    for (let n = 0; n < 2_000; n += 1) tell(false);
    for (let n = 0; n < 50_000; n += 1) tell(true);
    const before = inspection.read(0, true);
    expect(before.events.length).toBeLessThan(2_800);
    expect(before.events.filter(({ routine }) => !routine)).toHaveLength(2_000);
    expect(inspection.read(10, false).missed).toBe(false);
    for (let n = 0; n < 10_000; n += 1) tell(false);
    expect(inspection.read(10, false)).toMatchObject({ missed: true });
    expect(inspection.read(0, true).events.length).toBeLessThan(2_800);
    const seqs = inspection.read(0, true).events.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    close();
    expect(inspection.read(0, true).events).toEqual([]);
  });
});

/** Reads a follow until `enough`, then ends it. */
async function follow(
  night: TestEngine,
  id: string,
  enough: (all: readonly Followed[]) => boolean,
  lastEventId?: string,
): Promise<{ all: Followed[]; cursor: string }> {
  const end = new AbortController();
  const all: Followed[] = [];
  let last = '';
  const told = night.engine.inspector.follow({ id, ...(lastEventId === undefined ? {} : { lastEventId }) }, end.signal);
  for await (const { cursor, followed } of told) {
    all.push(followed);
    last = cursor;
    if (enough(all)) break;
  }
  end.abort();
  return { all, cursor: last };
}

const seqsOf = (all: readonly Followed[]): number[] => all.flatMap(({ steps }) => steps.map(({ seq }) => seq));
const isCompleted = (all: readonly Followed[]): boolean => stepsOf(all).at(-1)?.states.join() === 'completed';
const stepsOf = (all: readonly Followed[]) => all.flatMap(({ steps }) => steps);

describe('opening a job', () => {
  test('plays its events and follows it, with no gap and no repeat, at whatever moment it is opened', async () => {
    await using night = await startEngine();
    // Opened before each of the turns that the job goes through, and between them: its history grows while it is read.
    const opened: Promise<{ all: Followed[] }>[] = [];
    const { id } = await night.enqueue({ maxAttempts: 3, backoff: { type: 'fixed', delayMs: 100, maxDelayMs: 100 } });
    const open = (): void => void opened.push(follow(night, `job:${id}`, isCompleted));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      open();
      const run = await night.workers.nextRun();
      open();
      run.delta({ kind: 'text', text: 'some' });
      open();
      if (attempt < 3) {
        run.fail(failureOf('retryable', 'server-error'));
        open();
        await night.reaches(id, 'delayed');
        open();
        await night.pass(1_000);
      } else run.done();
    }
    await night.reaches(id, 'completed');
    open();
    const { version } = night.engine.jobs.get(id);
    expect(version).toBeGreaterThan(8);
    const expected = Array.from({ length: version + 1 }, (_, seq) => seq);
    const histories = await Promise.all(opened);
    expect(histories.length).toBeGreaterThan(10);
    for (const { all } of histories) {
      expect(seqsOf(all)).toEqual(expected);
      expect(all.at(-1)).toMatchObject({ live: false, exact: true, differs: [], status: 'done' });
    }
    // Some were opened in the middle: they were told in more than one piece.
    expect(histories.some(({ all }) => all.length > 1)).toBe(true);
    expect(await night.engine.inspector.replay(id)).toMatchObject({ steps: stepsOf(histories[0]?.all ?? []) });
  });

  test('goes on behind the last step that was seen', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const run = await night.workers.nextRun();
    const first = await follow(night, `job:${id}`, (all) => seqsOf(all).includes(1));
    expect(first.all.at(-1)).toMatchObject({ live: true, can: ['CANCEL'] });
    run.done();
    const rest = await follow(night, `job:${id}`, isCompleted, first.cursor);
    expect([...seqsOf(first.all), ...seqsOf(rest.all)]).toEqual([0, 1, 2]);
    // Nothing is new, and still the reader learns how the job is.
    const again = await follow(night, `job:${id}`, (all) => all.length > 0, rest.cursor);
    expect(again.all).toMatchObject([{ steps: [], live: false, status: 'done' }]);
  });

  test('refuses one that there is not', async () => {
    await using night = await startEngine();
    for (const id of ['job:job_01J00000000000000000000000', 'worker:99', 'provider:none', 'nonsense', '']) {
      await expect(follow(night, id, () => true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('opening another actor', () => {
  test('shows how it is, and then each event with what changed by it', async () => {
    await using night = await startEngine();
    const told = follow(night, 'worker:1', (all) => stepsOf(all).some(({ states }) => states.includes('backingOff')));
    await night.enqueue();
    (await night.workers.nextRun()).worker.crash();
    const advanced = night.until(() => night.engine.pool.get().workers[0]?.state === 'backingOff');
    await advanced;
    night.clock.advance(50);
    const { all } = await told;
    const steps = stepsOf(all);
    expect(all[0]).toMatchObject({
      machine: 'worker',
      live: true,
      restarted: true,
      steps: [{ seq: 0, states: ['alive.ready'] }],
    });
    expect(steps[0]?.changes).toMatchObject({ id: 'worker:1', slots: 4, restarts: 0, lastExit: null });
    expect(steps.at(-1)).toMatchObject({ event: 'PROCESS_EXITED', from: 'worker:1/process', changes: { pid: null } });
  });

  test('a provider: the steps that turns have told of', async () => {
    await using night = await startEngine();
    const told = follow(night, 'provider:demo', (all) =>
      stepsOf(all).some(({ states }) => states.includes('coolingDown')),
    );
    const { id } = await night.enqueue();
    (await night.workers.nextRun()).fail(failureOf('provider-down', 'overloaded'));
    await night.reaches(id, 'waiting');
    night.clock.advance(50);
    const step = stepsOf((await told).all).at(-1);
    expect(step).toMatchObject({ event: 'FAILED', from: `job:${id}`, edges: ['healthy|FAILED|1'], actions: ['pause'] });
    expect(step?.changes).toMatchObject({ pauses: 1, failureCode: 'overloaded', reason: '[withheld]' });
  });
});
