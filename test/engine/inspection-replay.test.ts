/** A replay is the job's own machine given the job's own events: whatever happened to a job, it ends where the row is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowToSnapshot } from '../../db/jobs/job-row.ts';
import { statePaths } from '../../src/engine/inspected-machines.ts';
import { redact } from '../../src/engine/redaction.ts';
import { JobReplay } from '../../src/engine/replay.ts';
import type { InspectedStep } from '../../src/protocol/inspection.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import { failureOf, openQueue, type TestQueue } from '../support/job-queue.ts';

interface Replayed {
  readonly replay: JobReplay;
  readonly steps: readonly InspectedStep[];
}

function replayOf(queue: TestQueue, id: JobId): Replayed {
  const events = queue.log(id);
  const replay = new JobReplay(queue.row(id), events[0]);
  return { replay, steps: [replay.start, ...events.map((event) => replay.take(event))] };
}

/** What a page that has been told all steps holds. */
function contextOf(steps: readonly InspectedStep[]): Record<string, unknown> {
  return Object.assign({}, ...steps.map(({ changes }) => changes)) as Record<string, unknown>;
}

function expectFaithful(queue: TestQueue, id: JobId): Replayed {
  const replayed = replayOf(queue, id);
  const row = queue.row(id);
  expect(replayed.replay.exact).toBe(true);
  expect(replayed.replay.differs(row)).toEqual([]);
  expect(replayed.steps.filter(({ diverged }) => diverged)).toEqual([]);
  expect(replayed.steps.at(-1)?.states).toEqual(statePaths(rowToSnapshot(row).value));
  expect(contextOf(replayed.steps)).toEqual(redact(rowToSnapshot(row).context));
  return replayed;
}

/** What may happen to a job. One that its machine does not accept now changes nothing. */
const moves = {
  claim: (queue: TestQueue, id: JobId) =>
    queue.row(id).state === 'waiting' ? queue.claim(id).then(() => undefined) : Promise.resolve(),
  content: (queue: TestQueue, id: JobId) =>
    queue.turn((turn) => queue.queue.firstContent(turn, id, queue.row(id).attemptsStarted)),
  complete: (queue: TestQueue, id: JobId) =>
    queue.row(id).state === 'active' ? queue.complete(id) : Promise.resolve(),
  failRetryably: (queue: TestQueue, id: JobId) => fail(queue, id, 'retryable'),
  failForPause: (queue: TestQueue, id: JobId) => fail(queue, id, 'provider-down'),
  failForGood: (queue: TestQueue, id: JobId) => fail(queue, id, 'rejected'),
  lose: (queue: TestQueue, id: JobId) =>
    queue.turn((turn) => queue.queue.requeue(turn, id, queue.row(id).attemptsStarted, 'worker-crashed')),
  wake: (queue: TestQueue, id: JobId) => queue.turn((turn) => queue.queue.wake(turn, id)),
  timeOut: (queue: TestQueue, id: JobId) => queue.turn((turn) => queue.queue.timeOut(turn, id)),
  stopped: (queue: TestQueue, id: JobId) =>
    queue.turn((turn) => queue.queue.stopped(turn, id, queue.row(id).attemptsStarted)),
  cancel: (queue: TestQueue, id: JobId) => queue.turn((turn) => queue.queue.cancel(turn, id)),
  retry: (queue: TestQueue, id: JobId) => byUser(queue, id, 'RETRY'),
  promote: (queue: TestQueue, id: JobId) => byUser(queue, id, 'PROMOTE'),
  skip: (queue: TestQueue, id: JobId) => byUser(queue, id, 'SKIP'),
  toHigh: (queue: TestQueue, id: JobId) => toLane(queue, id, 'high'),
  toMedium: (queue: TestQueue, id: JobId) => toLane(queue, id, 'medium'),
  fallBack: (queue: TestQueue, id: JobId) => queue.turn((turn) => queue.queue.fallBack(turn, id, 'other/demo')),
  later: (queue: TestQueue) => {
    queue.clock.advance(61_000);
    return Promise.resolve();
  },
};
type Move = keyof typeof moves;
const names = Object.keys(moves) as Move[];

async function fail(queue: TestQueue, id: JobId, kind: 'retryable' | 'provider-down' | 'rejected'): Promise<void> {
  if (queue.row(id).state === 'active') await queue.fail(id, failureOf(kind, 'server-error'));
}

/** A refusal is an answer, and no event. */
async function byUser(queue: TestQueue, id: JobId, type: 'RETRY' | 'PROMOTE' | 'SKIP'): Promise<void> {
  await queue.turn((turn) => queue.queue.userEvent(turn, id, type)).catch(() => undefined);
}

async function toLane(queue: TestQueue, id: JobId, lane: 'high' | 'medium'): Promise<void> {
  await queue.turn((turn) => queue.queue.setLane(turn, id, lane)).catch(() => undefined);
}

describe('the replay of a job', () => {
  test('ends where the row is, after any sequence of events', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        // Claims more often: without one, most moves find nothing to do.
        fc.array(fc.constantFrom<Move>(...names, 'claim', 'claim', 'claim', 'content'), {
          minLength: 1,
          maxLength: 16,
        }),
        fc.constantFrom('plain', 'delayed', 'blocked'),
        async (walk, start) => {
          using queue = await openQueue();
          const before = await queue.enqueue();
          const id = await queue.enqueue({
            timeouts: { runMs: 60_000 },
            ...(start === 'delayed' ? { delayMs: 30_000 } : {}),
            ...(start === 'blocked' ? { dependencies: [{ jobId: before, onFailure: 'ignore' }] } : {}),
          });
          expectFaithful(queue, id);
          if (start === 'blocked') await queue.complete(before);
          for (const move of walk) await moves[move](queue, id);
          const { steps } = expectFaithful(queue, id);
          for (const { event, states } of steps) seen.add(`${event ?? 'enqueue'} ${states.join()}`);
        },
      ),
      // The first ones make sure of the steps that are asked for below: with 50 walks, chance alone may miss one.
      {
        numRuns: 50,
        seed: 4,
        examples: [
          [['claim', 'content', 'lose', 'claim', 'complete'], 'plain'],
          [['claim', 'failRetryably', 'later', 'wake', 'claim', 'failForGood', 'retry'], 'blocked'],
        ],
      },
    );
    // The walks went somewhere: a replay that was never given anything would be faithful too.
    for (const step of ['CLAIM active.starting', 'FIRST_CONTENT active.streaming', 'FAIL delayed', 'LOST waiting']) {
      expect([...seen]).toContain(step);
    }
    expect(seen.size).toBeGreaterThan(15);
  }, 60_000);

  test('names who sent each event, the transition it took and what it did', async () => {
    using queue = await openQueue();
    const id = await queue.enqueue({ lane: 'low' });
    await moves.toHigh(queue, id);
    await queue.claim(id, 'worker:7');
    await moves.content(queue, id);
    await moves.failRetryably(queue, id);
    const { steps } = expectFaithful(queue, id);
    expect(steps.map(({ seq, event, from, states }) => [seq, event, from, ...states])).toEqual([
      [0, null, 'engine', 'waiting'],
      [1, 'SET_LANE', 'engine', 'waiting'],
      [2, 'CLAIM', 'dispatcher', 'active.starting'],
      [3, 'FIRST_CONTENT', 'worker:7', 'active.streaming'],
      [4, 'FAIL', 'worker:7', 'delayed'],
    ]);
    expect(steps[0]?.changes).toMatchObject({ lane: 'low', attemptsStarted: 0 });
    expect(steps[1]?.changes).toEqual({ lane: 'high' });
    expect(steps[4]).toMatchObject({
      edges: ['active|FAIL|2'],
      actions: ['countAttempt', 'noteFailure', 'backOff'],
      detail: { failure: { class: 'retryable', code: 'server-error', message: '[withheld]' } },
    });
  });

  test('says so when the log has another outcome than the machine, and goes on from the log', async () => {
    using queue = await openQueue();
    const id = await queue.enqueue();
    await queue.claim(id);
    await queue.complete(id);
    queue.store.sqlite.prepare(`UPDATE job_events SET to_state = 'failed' WHERE version = 2`).run();
    const { steps, replay } = replayOf(queue, id);
    expect(steps.map(({ diverged, states }) => [diverged, ...states])).toEqual([
      [false, 'waiting'],
      [false, 'active.starting'],
      [true, 'failed'],
    ]);
    expect(replay.differs(queue.row(id))).toEqual(['state']);
  });

  test('of a job from before its beginning was kept is marked as inferred', async () => {
    using queue = await openQueue();
    const id = await queue.enqueue();
    await queue.claim(id);
    await queue.complete(id);
    queue.store.sqlite.prepare(`UPDATE job_events SET detail = json_remove(detail, '$.initial')`).run();
    const { steps, replay } = replayOf(queue, id);
    expect(replay.exact).toBe(false);
    expect(steps.map(({ states }) => states)).toEqual([['waiting'], ['active.starting'], ['completed']]);
  });

  test('tells of times that moved with the clock, which no event says', async () => {
    using queue = await openQueue();
    const id = await queue.enqueue();
    await queue.claim(id);
    await queue.turn((turn) => queue.queue.actors.shiftDeadlines(turn, 5_000));
    expect(replayOf(queue, id).replay.differs(queue.row(id))).toEqual(['deadlineAt', 'runDeadlineAt']);
  });
});
