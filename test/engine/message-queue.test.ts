/** Messages that wait behind a running answer: listed, moved, changed, removed, sent now; held by a failure; over a restart. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';
import type { MessageView } from '../../src/protocol/views.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import type { ScriptedRun } from '../support/scripted-workers.ts';
import { asked, jobOf, nextAnswer, shown, shownTexts } from '../support/talk.ts';

interface Queue {
  conversation: ConversationId;
  running: ScriptedRun;
  queued: MessageView[];
}

/** One answer is running, three questions wait behind it. */
async function queue(night: TestEngine): Promise<Queue> {
  const conversation = await night.conversation();
  await night.say(conversation, 'zero');
  const running = await nextAnswer(night);
  const queued = [];
  for (const text of ['one', 'two', 'three']) queued.push(await night.say(conversation, text));
  return { conversation, running, queued };
}

const ids = (messages: readonly MessageView[]): MessageId[] => messages.map(({ id }) => id);

/** Ends the running answer, and returns what is asked next. */
async function next(night: TestEngine, run: ScriptedRun, answer: string): Promise<ScriptedRun> {
  run.done(answer);
  await night.reaches(run.jobId, 'completed');
  return nextAnswer(night);
}

describe('the queue', () => {
  it('is answered in the order that it was put into', async () => {
    await using night = await startEngine();
    const { conversation, running, queued } = await queue(night);
    const [one, two, three] = ids(queued);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three are queued');
    const order = await night.engine.messages.reorderQueued({ conversationId: conversation, order: [three, one, two] });
    expect(ids(order)).toEqual([three, one, two]);
    expect(shownTexts(night, conversation)).toEqual(['zero', 'three', 'one', 'two']);
    const first = await next(night, running, 'to zero');
    expect(asked(first)).toEqual(['user: zero', 'assistant: to zero', 'user: three']);
    const second = await next(night, first, 'to three');
    expect(asked(second).at(-1)).toBe('user: one');
    const third = await next(night, second, 'to one');
    expect(asked(third).slice(-3)).toEqual(['user: one', 'assistant: to one', 'user: two']);
    await night.say(conversation, 'four');
    expect(asked(await next(night, third, 'to two')).at(-1)).toBe('user: four');
  });

  it('refuses an order of what is not queued any more', async () => {
    await using night = await startEngine();
    const { conversation, running, queued } = await queue(night);
    const order = ids(queued);
    await next(night, running, 'to zero');
    for (const wrong of [order, order.slice(2), [...order.slice(1), order[1] ?? ('' as MessageId)]]) {
      await expect(
        night.engine.messages.reorderQueued({ conversationId: conversation, order: wrong }),
      ).rejects.toMatchObject({ code: 'CONFLICT' });
    }
  });

  it('lets what waits be changed and taken back, and nothing that has begun', async () => {
    await using night = await startEngine();
    const { conversation, running, queued } = await queue(night);
    const [one, two, three] = ids(queued);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three are queued');
    await night.engine.messages.editQueued({ messageId: two, text: 'two, better' });
    const job = jobOf(night, one);
    await night.engine.messages.removeQueued(one);
    expect(night.engine.jobs.get(job).state).toBe('cancelled');
    expect(() => night.engine.messages.get(one)).toThrow('removed');
    await expect(night.engine.jobs.send(job, 'RETRY')).rejects.toMatchObject({ code: 'CONFLICT' });
    const run = await next(night, running, 'to zero');
    expect(asked(run)).toEqual(['user: zero', 'assistant: to zero', 'user: two, better']);
    await expect(night.engine.messages.editQueued({ messageId: two, text: 'too late' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(night.engine.messages.removeQueued(two)).rejects.toMatchObject({ code: 'CONFLICT' });
    await night.engine.messages.removeQueued(three);
    run.done('to two');
    await night.until(() => night.engine.conversations.get(conversation).openJobs === 0);
    expect(shownTexts(night, conversation)).toEqual(['zero', 'to zero', 'two, better', 'to two']);
  });

  it('sends one now: the running answer stops, keeps what it said, and both are answered', async () => {
    await using night = await startEngine();
    const { conversation, running, queued } = await queue(night);
    running.delta({ kind: 'text', text: 'half an answer' });
    await night.until(() => night.engine.jobs.get(running.jobId).phase === 'streaming');
    const three = queued[2]?.id ?? ('' as MessageId);
    await night.engine.messages.sendNow(three);
    expect(night.engine.jobs.get(running.jobId).state).toBe('cancelled');
    const run = await nextAnswer(night);
    expect(asked(run)).toEqual(['user: zero', 'assistant: half an answer', 'user: three']);
    expect(shown(night, conversation).map(({ text, status }) => [text, status])).toEqual([
      ['zero', 'complete'],
      ['half an answer', 'cancelled'],
      ['three', 'complete'],
      ['one', 'complete'],
      ['two', 'complete'],
    ]);
    await expect(night.engine.messages.sendNow(three)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(asked(await next(night, run, 'to three')).at(-1)).toBe('user: one');
  });

  it('pauses when an answer fails, until it is retried, skipped, or one is sent now', async () => {
    await using night = await startEngine();
    const { running, queued } = await queue(night);
    running.fail({ class: 'rejected', code: 'bad-request', message: 'It said no.' });
    await night.reaches(running.jobId, 'failed');
    const [one, two] = queued;
    expect(night.engine.messages.get(one?.id ?? ('' as MessageId)).jobs[0]).toMatchObject({ heldByFailure: true });
    await night.engine.messages.sendNow(two?.id ?? ('' as MessageId));
    expect(asked(await nextAnswer(night))).toEqual(['user: zero', 'user: two']);
    expect(night.engine.jobs.get(running.jobId).state, 'skipped').toBe('cancelled');
  });

  it('is the same after a restart', async () => {
    await using first = await startEngine();
    const { conversation, running, queued } = await queue(first);
    await first.engine.messages.reorderQueued({ conversationId: conversation, order: ids(queued).toReversed() });
    await first.stop();
    await using night = await startEngine({ folder: first.folder });
    expect(shownTexts(night, conversation)).toEqual(['zero', 'three', 'two', 'one']);
    const again = await nextAnswer(night);
    expect(again.jobId).toBe(running.jobId);
    expect(asked(await next(night, again, 'to zero')).at(-1)).toBe('user: three');
  });
});

it('whatever is done to it: every message that was not taken back is answered once, in the order that is shown', async () => {
  const moves = fc.array(
    fc.record({
      move: fc.constantFrom('say', 'say', 'say', 'reorder', 'remove', 'edit', 'now', 'answer', 'fail', 'stop'),
      on: fc.nat(),
    }),
    { minLength: 5, maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(moves, async (walk) => {
      await using night = await startEngine();
      const conversation = await night.conversation();
      /** Jobs in the order in which they were started. */
      const started: JobId[] = [];
      const runs: ScriptedRun[] = [];
      night.workers.onRun = (run) => {
        if (night.store.jobs.get(run.jobId)?.name !== 'chat') run.done('A title');
        else {
          started.push(run.jobId);
          runs.push(run);
        }
      };
      const queued = () => shown(night, conversation).filter(({ jobs }) => jobs[0]?.state === 'blocked');
      const running = () => runs.find(({ jobId }) => night.engine.jobs.get(jobId).state === 'active');
      for (const [n, { move, on }] of walk.entries()) {
        const waiting = queued();
        const one = waiting[on % Math.max(1, waiting.length)];
        const run = running();
        if (move === 'say') await night.say(conversation, `message ${n}`);
        else if (move === 'answer' || move === 'fail') await end(night, run, move);
        else if (move === 'stop' && run !== undefined) await night.engine.jobs.send(run.jobId, 'CANCEL');
        else if (one === undefined) continue;
        else if (move === 'edit') await night.engine.messages.editQueued({ messageId: one.id, text: `edited ${n}` });
        else if (move === 'remove') await night.engine.messages.removeQueued(one.id);
        else if (move === 'now') await night.engine.messages.sendNow(one.id);
        else if (move === 'reorder') {
          const order = ids(waiting).toSorted((a, b) => ((a.charCodeAt(28) * on) % 7) - ((b.charCodeAt(28) * on) % 7));
          await night.engine.messages.reorderQueued({ conversationId: conversation, order });
        }
        expect(runs.filter(({ jobId }) => night.engine.jobs.get(jobId).state === 'active').length).toBeLessThan(2);
      }
      while (night.engine.conversations.get(conversation).openJobs > 0) {
        await night.until(
          () => running() !== undefined || holder(night, conversation) !== undefined,
          'a job or a failure',
        );
        const failed = holder(night, conversation);
        if (running() === undefined && failed !== undefined) await night.engine.jobs.send(failed, 'SKIP');
        else await end(night, running(), 'answer');
      }
      const order = shown(night, conversation).flatMap(({ role, jobs }) =>
        role === 'user' ? (jobs[0]?.id ?? []) : [],
      );
      expect(new Set(order).size).toBe(order.length);
      expect(order.filter((id) => started.includes(id))).toEqual(
        [...new Set(started)].filter((id) => order.includes(id)),
      );
    }),
    { numRuns: 12 },
  );
}, 60_000);

/** The failed job that others are held by. */
function holder(night: TestEngine, conversation: ConversationId): JobId | undefined {
  const failed = shown(night, conversation).filter(({ jobs }) => jobs[0]?.can.includes('SKIP'));
  return failed.at(-1)?.jobs[0]?.id;
}

async function end(night: TestEngine, run: ScriptedRun | undefined, how: string): Promise<void> {
  if (run === undefined) return;
  if (how === 'answer') run.done();
  else run.fail({ class: 'rejected', code: 'bad-request', message: 'It said no.' });
  await night.reaches(run.jobId, how === 'answer' ? 'completed' : 'failed');
}
