/** Jobs that were caught in two crashes, and the pauses of providers: a suspect must not stand in the way of others. */
import { describe, expect, it } from 'vitest';
import type { JobId } from '../../src/protocol/ids.ts';
import { failureOf, openQueue, promptJob, type TestQueue } from '../support/job-queue.ts';

/** Waits for a worker of its own. */
async function suspect(test: TestQueue, model: string): Promise<JobId> {
  const id = test.ids.job();
  const { data } = promptJob(id);
  await test.enqueue({ id, lane: 'high', data: { ...data, model } });
  for (let crash = 0; crash < 2; crash += 1) {
    const { attemptsStarted } = await test.claim(id);
    await test.turn((turn) => {
      test.slots.free(turn, 'worker:1', id, attemptsStarted);
      test.queue.requeue(turn, id, attemptsStarted, 'worker-crashed');
    });
  }
  expect(test.row(id)).toMatchObject({ state: 'waiting', quarantined: true });
  return id;
}

const demo = promptJob('' as JobId).data.model.split('/', 1)[0];
function stateOf(test: TestQueue): string | undefined {
  return test.providers.ids.map((id) => test.providers.row(id)).find((row) => row?.id === demo)?.state;
}

/** A job of the demo is sent away, and the provider pauses; `test` has a regular worker and one for suspects. */
async function pause(test: TestQueue): Promise<JobId> {
  const sentAway = await test.enqueue();
  const { attemptsStarted } = await test.claim(sentAway);
  await test.fail(sentAway, failureOf('provider-down', 'overloaded'));
  await test.turn((turn) => test.slots.free(turn, 'worker:1', sentAway, attemptsStarted));
  await test.turn((turn) => test.slots.add(turn, 'worker:2', 1, true));
  expect(stateOf(test)).toBe('coolingDown');
  return sentAway;
}

async function pauseEnds(test: TestQueue): Promise<void> {
  test.clock.set(60_000);
  await test.turn((turn) => test.providers.wakeDue(turn));
  expect(stateOf(test)).toBe('probing');
}

async function openWithWorker(): Promise<TestQueue> {
  const test = await openQueue();
  await test.turn((turn) => test.slots.add(turn, 'worker:1', 4, false));
  return test;
}

describe('a suspect of a crash', () => {
  it('does not wait behind one whose provider takes no jobs', async () => {
    using test = await openWithWorker();
    const first = await suspect(test, 'demo/demo');
    const second = await suspect(test, 'other/demo');
    await pause(test);
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.row(first).state).toBe('waiting');
    expect(test.row(second)).toMatchObject({ state: 'active', processedBy: 'worker:2' });
  });

  it('is not the one that a provider is tried with while others wait', async () => {
    using test = await openWithWorker();
    const suspected = await suspect(test, 'demo/demo');
    const other = await pause(test);
    await pauseEnds(test);
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.row(suspected).state).toBe('waiting');
    expect(test.row(other)).toMatchObject({ state: 'active', processedBy: 'worker:1' });
  });

  it('is the one when nothing else waits for the provider', async () => {
    using test = await openWithWorker();
    const suspected = await suspect(test, 'demo/demo');
    const other = await pause(test);
    await test.turn((turn) => test.queue.cancel(turn, other));
    await pauseEnds(test);
    await test.turn((turn) => test.dispatch.offer(turn, 1));
    expect(test.row(suspected)).toMatchObject({ state: 'active', processedBy: 'worker:2' });
  });

  it('asks for a worker of its own only while its provider takes jobs', async () => {
    using test = await openWithWorker();
    await suspect(test, 'demo/demo');
    expect(test.dispatch.suspectsWaiting(10)).toBe(1);
    await pause(test);
    expect(test.dispatch.suspectsWaiting(10)).toBe(0);
  });
});
