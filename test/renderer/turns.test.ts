/** The order of reading. */
import { describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/protocol/views.ts';
import { newerJob, toReading } from '../../src/renderer/messages/turns.ts';
import { answer, jobView, question } from './views.ts';

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
