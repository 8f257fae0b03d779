/** The messages of one conversation are answered one after the other, whatever the user does to those in between. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../support/engine.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { MessageView } from '../../src/protocol/views.ts';

describe('messages behind one that was cancelled', () => {
  it('wait for the answer before it that is still on its way', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const first = jobOf(await night.say(conversation, 'one'));
    const run = await night.workers.nextRun();
    const second = jobOf(await night.say(conversation, 'two'));
    const third = jobOf(await night.say(conversation, 'three'));
    await night.engine.jobs.send(second, 'CANCEL');
    expect(state(night, third)).toBe('blocked');
    // One that is sent only now stands behind the same answer.
    const fourth = jobOf(await night.say(conversation, 'four'));
    expect(state(night, fourth)).toBe('blocked');

    run.done('the first answer');
    await night.reaches(first, 'completed');
    const next = await night.workers.nextRun();
    expect(next.jobId).toBe(third);
    expect(state(night, fourth)).toBe('blocked');
  });

  it('are held by the failed one before it, until the user decides', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    const first = jobOf(await night.say(conversation, 'one'));
    const second = jobOf(await night.say(conversation, 'two'));
    const third = jobOf(await night.say(conversation, 'three'));
    (await night.workers.nextRun()).fail({ class: 'rejected', code: 'bad-request', message: 'It said no.' });
    await night.reaches(first, 'failed');
    await night.engine.jobs.send(third, 'CANCEL');
    await night.engine.jobs.send(second, 'CANCEL');
    const fourth = jobOf(await night.say(conversation, 'four'));
    expect(night.engine.jobs.get(fourth)).toMatchObject({ state: 'blocked', heldByFailure: true });

    await night.engine.jobs.send(first, 'SKIP');
    expect((await night.workers.nextRun()).jobId).toBe(fourth);
  });

  it('and that is retried takes its old place again', async () => {
    await using night = await startEngine();
    const conversation = await night.conversation();
    jobOf(await night.say(conversation, 'one'));
    const run = await night.workers.nextRun();
    const second = jobOf(await night.say(conversation, 'two'));
    await night.engine.jobs.send(second, 'CANCEL');
    await night.engine.jobs.send(second, 'RETRY');
    const third = jobOf(await night.say(conversation, 'three'));
    expect([second, third].map((id) => state(night, id))).toEqual(['blocked', 'blocked']);
    run.done('the first answer');
    const next = await night.workers.nextRun();
    expect(next.jobId).toBe(second);
    next.done('the second answer');
    expect((await night.workers.nextRun()).jobId).toBe(third);
  });
});

describe('the messages of a conversation', () => {
  const moves = fc.array(
    fc.record({ move: fc.constantFrom('say', 'say', 'answer', 'fail', 'CANCEL', 'CANCEL', 'SKIP'), on: fc.nat() }),
    { maxLength: 20 },
  );

  it('run one at a time, each only when all before it are answered, cancelled or skipped', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (walk) => {
        await using night = await startEngine();
        const conversation = await night.conversation();
        const jobs: JobId[] = [];
        for (const { move, on } of walk) {
          const id = jobs[on % jobs.length];
          if (move === 'say') jobs.push(jobOf(await night.say(conversation, `message ${jobs.length}`)));
          else if (move === 'answer' || move === 'fail') await end(night, jobs, move);
          else if (id !== undefined && night.engine.jobs.get(id).can.includes(move)) {
            await night.engine.jobs.send(id, move);
          }
          expectOneAtATime(night, jobs);
        }
      }),
      { numRuns: 8 },
    );
  }, 60_000);
});

/** Ends the running answer, if there is one. */
async function end(night: TestEngine, jobs: readonly JobId[], how: 'answer' | 'fail'): Promise<void> {
  const active = jobs.find((id) => state(night, id) === 'active');
  if (active === undefined) return;
  let run = await night.workers.nextRun();
  while (run.jobId !== active) run = await night.workers.nextRun();
  if (how === 'answer') run.done();
  else run.fail({ class: 'rejected', code: 'bad-request', message: 'It said no.' });
  await night.reaches(active, how === 'answer' ? 'completed' : 'failed');
}

function expectOneAtATime(night: TestEngine, jobs: readonly JobId[]): void {
  const states = jobs.map((id) => state(night, id));
  const first = states.findIndex((is) => is !== 'completed' && is !== 'cancelled');
  if (first < 0) return;
  expect(
    states.slice(first + 1).every((is) => is === 'blocked' || is === 'cancelled'),
    states.join(', '),
  ).toBe(true);
  expect(states[first], states.join(', ')).not.toBe('blocked');
}

function jobOf(message: MessageView): JobId {
  if (message.jobId === null) throw new Error('a message without a job');
  return message.jobId;
}

function state(night: TestEngine, id: JobId): string {
  return night.engine.jobs.get(id).state;
}
