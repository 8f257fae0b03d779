/** Putting an answer together: however the deltas are cut or repeated, the text comes out once and whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobWatchEvent } from '../../src/protocol/views.ts';
import { applyWatchEvent, emptyStream, type JobStream } from '../../src/renderer/messages/job-stream.ts';

type Part = { kind: 'text' | 'thinking'; text: string };

function apply(stream: JobStream, event: JobWatchEvent): JobStream {
  const next = applyWatchEvent(stream, event);
  if (next === null) throw new Error('a gap');
  return next;
}

/** The parts of `all` from character `start` to `end`, cut where they have to be. */
function cutOut(all: readonly Part[], start: number, end: number): Part[] {
  let at = 0;
  return all.flatMap(({ kind, text }) => {
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, text.length);
    at += text.length;
    return from < to ? [{ kind, text: text.slice(from, to) }] : [];
  });
}

const parts = fc.array(
  fc.record({
    kind: fc.constantFrom<Part['kind']>('text', 'thinking'),
    text: fc.string({ minLength: 1, unit: 'grapheme' }),
  }),
  { minLength: 1, maxLength: 8 },
);
const of = (all: readonly Part[], kind: Part['kind']) =>
  all.flatMap((part) => (part.kind === kind ? [part.text] : [])).join('');

describe('the stream of an answer', () => {
  test('is whole, however it is cut and whatever is repeated', () => {
    fc.assert(
      fc.property(parts, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }), (all, cuts) => {
        const length = all.reduce((sum, part) => sum + part.text.length, 0);
        let stream = emptyStream;
        const deliver = (start: number, end: number) => {
          const delivered = cutOut(all, start, end);
          stream = apply(stream, { type: 'delta', attempt: 1, offset: start, parts: delivered });
        };
        for (const [back, forth] of cuts) {
          // Begins at or before what was seen: a resumed watch may repeat, it never leaves a gap.
          const start = stream.seen - (back % (stream.seen + 1));
          deliver(start, start + (forth % (length - start + 1)));
        }
        deliver(stream.seen, length);
        expect(stream).toEqual({
          job: null,
          attempt: 1,
          text: of(all, 'text'),
          thinking: of(all, 'thinking'),
          seen: length,
        });
      }),
    );
  });

  test('begins anew with a reset and with a new attempt, and ignores what an older attempt still says', () => {
    const say = (attempt: number, offset: number, text: string): JobWatchEvent => ({
      type: 'delta',
      attempt,
      offset,
      parts: [{ kind: 'text', text }],
    });
    let stream = apply(emptyStream, say(1, 0, 'half an'));
    stream = apply(stream, { type: 'reset', attempt: 2 });
    expect(stream).toMatchObject({ attempt: 2, text: '', seen: 0 });
    stream = apply(stream, say(1, 7, ' answer'));
    expect(stream.text).toBe('');
    stream = apply(stream, say(3, 0, 'whole'));
    expect(stream).toMatchObject({ attempt: 3, text: 'whole', seen: 5 });
  });

  test('says so when something is missing', () => {
    expect(
      applyWatchEvent(emptyStream, { type: 'delta', attempt: 1, offset: 3, parts: [{ kind: 'text', text: 'x' }] }),
    ).toBeNull();
  });
});
