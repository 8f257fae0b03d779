import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIds, createUlid } from '../../src/engine/ulid.ts';
import { AgentId, ConversationId, JobId, MessageId } from '../../src/protocol/ids.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeOf = (ulid: string) => [...ulid.slice(0, 10)].reduce((sum, digit) => sum * 32 + alphabet.indexOf(digit), 0);

describe('ids', () => {
  test('have the shape that the protocol asks for', () => {
    const ids = createIds({ clock: { now: () => 1_750_000_000_000 }, randomBytes });
    expect(JobId.parse(ids.job())).toMatch(/^job_/);
    expect(ConversationId.parse(ids.conversation())).toMatch(/^conv_/);
    expect(MessageId.parse(ids.message())).toMatch(/^msg_/);
    expect(AgentId.parse(ids.agent())).toMatch(/^agent_/);
  });

  test('carry the time of their creation', () => {
    const ulid = createUlid({ clock: { now: () => 1_750_000_000_123.7 }, randomBytes });
    expect(timeOf(ulid())).toBe(1_750_000_000_123);
  });

  test('are strictly increasing whatever the clock does and whatever the dice show', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 48 - 1_000 }), { minLength: 1, maxLength: 50 }),
        fc.uint8Array({ minLength: 1, maxLength: 640 }),
        (times, dice) => {
          let index = 0;
          const ulid = createUlid({
            clock: { now: () => times[Math.min(index++, times.length - 1)] ?? 0 },
            randomBytes: (size) => Uint8Array.from({ length: size }, (_, at) => dice[at % dice.length] ?? 0),
          });
          const made = Array.from({ length: times.length + 20 }, ulid);
          expect(made.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))).toBe(true);
          expect(made).toEqual([...new Set(made)].toSorted());
        },
      ),
    );
  });

  test('carry over when the counting part is full, and borrow a millisecond when all of it is', () => {
    const bytes = (fill: number[]) => (size: number) =>
      Uint8Array.from({ length: size }, (_, at) => fill[at % 10] ?? 0);
    const lowFull = createUlid({ clock: { now: () => 5 }, randomBytes: bytes([0, 0, 0, 0, 0, 1, 255, 255, 255, 255]) });
    expect([lowFull(), lowFull()]).toEqual(['00000000050000000007ZZZZZZ', '00000000050000000008000000']);
    const allFull = createUlid({ clock: { now: () => 5 }, randomBytes: bytes(Array<number>(10).fill(255)) });
    expect([allFull(), allFull()]).toEqual(['0000000005ZZZZZZZZZZZZZZZZ', '0000000006ZZZZZZZZZZZZZZZZ']);
  });

  test('a million of them are made in well under three seconds', () => {
    const ulid = createUlid({ clock: Date, randomBytes });
    const startedAt = performance.now();
    let last = '';
    for (let n = 0; n < 1_000_000; n += 1) {
      const next = ulid();
      if (next <= last) throw new Error(`${next} after ${last}`);
      last = next;
    }
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
