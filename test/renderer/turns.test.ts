/** The order of reading. */
import { describe, expect, test } from 'vitest';
import type { JobView, MessageView } from '../../src/protocol/views.ts';
import { moved } from '../../src/renderer/message-queue/moved.ts';
import { withQuote } from '../../src/renderer/messages/quote.ts';
import { holder, newerJob, newerMessage, toReading } from '../../src/renderer/messages/turns.ts';
import { agentId, answer, jobId, jobView, messageId, question } from './views.ts';

const asMap = (...messages: MessageView[]) => new Map(messages.map((message) => [message.id, message]));
const toTurns = (...args: Parameters<typeof toReading>) => toReading(...args).turns;
const texts = (turns: ReturnType<typeof toTurns>) =>
  turns.map((turn) => [turn.question?.text ?? null, ...turn.answers.map(({ stored }) => stored?.text ?? null)]);

describe('turns', () => {
  test('put an answer below its question, also when a later question is older than the answer', () => {
    const messages = asMap(answer(4, 1), question(1, 1), question(2, 2), question(3, 3), answer(5, 2));
    expect(texts(toTurns(messages))).toEqual([
      ['question 1', 'answer 4'],
      ['question 2', 'answer 5'],
      ['question 3', null],
    ]);
  });

  test('show an answer alone, and first, while the page with its question is not loaded, and join them afterwards', () => {
    const messages = asMap(answer(3, 1), question(2, 2));
    expect(texts(toTurns(messages))).toEqual([
      [null, 'answer 3'],
      ['question 2', null],
    ]);
    const turns = toTurns(asMap(...messages.values(), question(1, 1)));
    expect(texts(turns)).toEqual([
      ['question 1', 'answer 3'],
      ['question 2', null],
    ]);
  });

  test('are the same objects as before where nothing changed', () => {
    const [first, second] = [question(1, 1), question(2, 2)];
    const before = toTurns(asMap(first, second));
    const after = toTurns(asMap(first, second, answer(3, 2)), before);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[1]?.key).toBe(before[1]?.key);
  });

  test('of two views of a job the newer one counts, of equally old ones the second', () => {
    const [old, fresh] = [jobView({ version: 1 }), jobView({ version: 2 })];
    const same = jobView({ version: 2, place: 7 });
    expect(newerJob(fresh, old)).toBe(fresh);
    expect(newerJob(old, fresh)).toBe(fresh);
    expect(newerJob(fresh, same)).toBe(same);
    expect(newerJob(null, old)).toBe(old);
    expect(newerJob(old, null)).toBe(old);
    expect(newerJob(null, null)).toBeNull();
  });
});

describe('the answers to a question', () => {
  const stored = (id: number, over: Partial<MessageView> = {}) => answer(id, 1, over);
  const slotsOf = (...messages: MessageView[]) => toTurns(asMap(...messages))[0]?.answers ?? [];

  test('are one for each agent, in the order in which they were asked', () => {
    const jobs = [jobView({ id: jobId(1), agentId: agentId(2) }), jobView({ id: jobId(2), agentId: agentId(1) })];
    const slots = slotsOf(question(1, 1, { jobs }), stored(5, { agentId: agentId(1), jobId: jobId(2) }));
    expect(slots.map(({ agentId: by, stored: text }) => [by, text?.id ?? null])).toEqual([
      [agentId(2), null],
      [agentId(1), messageId(5)],
    ]);
  });

  test('say nothing of a job that has nothing to do with the version that is shown', () => {
    const old = stored(5, { versions: [messageId(5), messageId(6)] });
    const newest = stored(6, { jobId: jobId(2), versions: [messageId(5), messageId(6)] });
    const withJob = (shown: MessageView, over: Partial<JobView>) =>
      slotsOf(question(1, 1, { jobs: [jobView({ id: jobId(2), ...over })] }), shown)[0]?.job?.id ?? null;
    expect(withJob(newest, { state: 'completed' })).toBe(jobId(2));
    expect(withJob(old, { state: 'completed' }), 'the reader went back').toBeNull();
    expect(withJob(old, { state: 'failed' }), 'it stands with the newer one').toBeNull();
    expect(withJob(old, { state: 'active' }), 'another one is on its way').toBe(jobId(2));
    const only = stored(5);
    expect(withJob(only, { state: 'failed' }), 'the new one failed').toBe(jobId(2));
    expect(withJob(only, { state: 'cancelled' })).toBeNull();
    expect(withJob(only, { state: 'active', continues: jobId(1) })).toBe(jobId(2));
    expect(withJob(newest, { id: jobId(3), state: 'active', continues: jobId(1) }), 'of the other version').toBeNull();
  });
});

describe('the queue', () => {
  const blocked = (n: number, over: Partial<JobView> = {}) =>
    question(n, n, { jobs: [jobView({ id: jobId(n), state: 'blocked', ...over })] });

  test('is what waits behind the turns, in the order of the path', () => {
    const [first, second] = [blocked(3), blocked(2)].map((message, index) => ({
      ...message,
      position: messageId(index + 2),
    }));
    const { turns, queued } = toReading(asMap(question(1, 1), second ?? blocked(2), first ?? blocked(3)));
    expect(turns.map(({ key }) => key)).toEqual([messageId(1)]);
    expect(queued.map(({ id }) => id)).toEqual([messageId(3), messageId(2)]);
  });

  test('is held by the last turn about which there is a decision to make', () => {
    const failed = question(1, 1, { jobs: [jobView({ state: 'failed', can: ['RETRY', 'SKIP'] })] });
    const { turns, queued } = toReading(asMap(failed, blocked(2, { heldByFailure: true })));
    expect(holder(turns, queued)).toBe(messageId(1));
    expect(holder(turns, [blocked(2)])).toBeUndefined();
  });

  test('is put into another order without losing anything', () => {
    const ids = [1, 2, 3].map(messageId);
    expect(moved(ids, messageId(3), 0)).toEqual([3, 1, 2].map(messageId));
    expect(moved(ids, messageId(1), 9)).toEqual([2, 3, 1].map(messageId));
    expect(moved(ids, messageId(2), -5)).toEqual([2, 1, 3].map(messageId));
  });
});

describe('of two views of a message', () => {
  test('the one in which no job is older counts; of equal ones the one that came last', () => {
    const [old, fresh] = [1, 2].map((version) => question(1, 1, { jobs: [jobView({ id: jobId(1), version })] }));
    if (old === undefined || fresh === undefined) throw new Error('both');
    expect(newerMessage(fresh, old)).toBe(fresh);
    expect(newerMessage(old, fresh)).toBe(fresh);
    expect(newerMessage(undefined, old)).toBe(old);
    const edited = { ...fresh, text: 'edited' };
    expect(newerMessage(fresh, edited)).toBe(edited);
  });
});

describe('a quote', () => {
  test('stands behind what was written, each line marked, with room to go on', () => {
    expect(withQuote('', ' one\n\ntwo ')).toBe('> one\n>\n> two\n\n');
    expect(withQuote('As you said:\n', 'one')).toBe('As you said:\n\n> one\n\n');
  });
});
