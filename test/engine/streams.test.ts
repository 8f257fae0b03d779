/** Streamed text: from the worker's deltas to the chunks on disk and to readers who come, go and come again. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Streams } from '../../src/engine/streams.ts';
import { Topics } from '../../src/engine/topics.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobWatchEvent } from '../../src/protocol/views.ts';
import type { StreamPart } from '../../src/protocol/worker.ts';
import { dataFolder } from '../support/data-folder.ts';
import { startEngine, type TestEngine } from '../support/engine.ts';
import { answer, failureOf, openQueue, type TestQueue } from '../support/job-queue.ts';
import { textPart } from '../support/scripted-workers.ts';

/** What a worker may send: whole texts, cut anywhere, also in the middle of a character. */
const deltas = fc
  .array(
    fc.tuple(fc.constantFrom<StreamPart['kind']>('text', 'thinking'), fc.string({ unit: 'binary', maxLength: 12 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .chain((texts) => fc.tuple(...texts.map(([kind, text]) => cutAnywhere(kind, text))))
  .map((parts) => parts.flat());

function cutAnywhere(kind: StreamPart['kind'], text: string): fc.Arbitrary<StreamPart[]> {
  return fc.array(fc.nat({ max: text.length }), { maxLength: 3 }).map((cuts) => {
    const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length];
    return edges.slice(1).map((end, i) => ({ kind, text: text.slice(edges[i], end) }));
  });
}

/** Neighbours of one kind are one part. */
function merged(parts: readonly StreamPart[]): StreamPart[] {
  const whole: StreamPart[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (part.text === '') continue;
    if (last?.kind === part.kind) whole[whole.length - 1] = { ...last, text: last.text + part.text };
    else whole.push(part);
  }
  return whole;
}

describe('chunks', () => {
  it('hold exactly what was streamed, however it was cut, stored and ended', async () => {
    using test = await openQueue({ synchronous: 'NORMAL' });
    const ends = ['fail', 'lose', 'cancel', 'complete', 'none'] as const;
    await fc.assert(
      fc.asyncProperty(deltas, fc.array(fc.nat({ max: 20 })), fc.constantFrom(...ends), async (parts, stores, end) => {
        const id = await running(test);
        for (const [n, part] of parts.entries()) {
          if (test.streams.append(id, 1, [part])) await test.turn((turn) => test.queue.firstContent(turn, id, 1));
          if (stores.includes(n)) await test.turn((turn) => test.streams.store(turn));
        }
        await endBy(test, id, end, parts);
        const whole = merged(parts);
        const length = whole.reduce((sum, { text }) => sum + text.length, 0);
        const stored = new Streams(test.store, new Topics()).read(id);
        expect(merged(stored?.parts ?? [])).toEqual(whole);
        expect(stored?.length ?? 0).toBe(length);
        expect(test.row(id).progress).toBe(length);
      }),
      { numRuns: 150 },
    );
  });

  it('a delta of another attempt than the running one is dropped', async () => {
    using test = await openQueue();
    const id = await running(test);
    expect(test.streams.append(id, 2, [textPart('too early')])).toBe(false);
    await test.turn((turn) => test.queue.requeue(turn, id, 1, 'worker-crashed'));
    expect(test.streams.append(id, 1, [textPart('too late')])).toBe(false);
    await test.claim(id);
    expect(test.streams.append(id, 1, [textPart('later still')])).toBe(false);
    expect(test.streams.append(id, 2, [textPart('right')])).toBe(true);
    expect(test.streams.read(id)).toMatchObject({ attempt: 2, parts: [textPart('right')] });
  });

  it('an answer that came in one piece needs none: it is the result', async () => {
    using test = await openQueue();
    const id = await running(test);
    await test.turn((turn) => test.queue.complete(turn, id, 1, answer));
    expect(test.store.log.lastStreamedAttempt(id)).toBeUndefined();
    expect(test.row(id).returnvalue?.text).toBe('an answer');
  });

  it('are written every 250 ms, and the partial text survives the death of the engine', async () => {
    using folder = dataFolder();
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const run = await night.workers.nextRun();
    run.delta(textPart('half of '), { kind: 'thinking', text: 'hm' });
    await night.pass(250);
    run.delta(textPart('an answer, and what the last moments brought'));
    expect(night.store.log.chunks(id, 1).map(({ offset, text }) => [offset, text])).toEqual([
      [0, 'half of '],
      [8, 'hm'],
    ]);
    // What is on disk now is what a kill would leave.
    night.store.sqlite.prepare('VACUUM INTO ?').run(join(folder.path, 'nightshift.db'));

    await using again = await startEngine({ folder: folder.path });
    const reader = watch(again, id, '1:10');
    await reader.until(({ job }) => job?.attemptsStarted === 2);
    expect(reader.log).toContain('reset 2');
    const second = await again.workers.nextRun();
    second.delta(textPart('a whole answer'));
    second.done('a whole answer');
    await reader.until(({ job }) => job?.state === 'completed');
    expect(reader.text()).toBe('a whole answer');
    reader.stop();
    expect(again.store.log.chunks(id, 1).map(({ text }) => text)).toEqual(['half of ', 'hm']);
  });
});

describe('jobs.watch', () => {
  it('goes on at every offset, and gives the same text', async () => {
    await using night = await startEngine({ settings: { slotsPerWorker: 400 } });
    await fc.assert(
      fc.asyncProperty(deltas, fc.boolean(), async (parts, isDone) => {
        const { id } = await night.enqueue();
        const run = await night.workers.nextRun();
        for (const part of parts) run.delta(part);
        const whole = merged(parts)
          .map(({ text }) => text)
          .join('');
        if (isDone) {
          const of = (kind: string) => parts.reduce((all, part) => (part.kind === kind ? all + part.text : all), '');
          run.done(of('text'), { thinking: of('thinking') });
          await night.reaches(id, 'completed');
        }
        for (let offset = 0; offset <= whole.length; offset += 1) {
          const reader = watch(night, id, `1:${offset}`);
          await reader.until(({ job }) => job !== undefined);
          expect(reader.text()).toBe(whole.slice(offset));
          expect(reader.cursor()).toBe(`1:${whole.length}`);
          reader.stop();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('starts afresh where the text up to the cursor has not survived, and at a new attempt', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const run = await night.workers.nextRun();
    run.delta(textPart('short'));
    const beyond = watch(night, id, '1:900');
    await beyond.until(({ job }) => job !== undefined);
    expect(beyond.log).toEqual(['reset 1', 'delta 0 short', 'snapshot active']);

    const reader = watch(night, id);
    await reader.until(({ job }) => job !== undefined);
    run.worker.crash();
    await night.reaches(id, 'waiting');
    night.clock.advance(10_000);
    const second = await night.workers.nextRun();
    await reader.until(({ job }) => job?.attemptsStarted === 2);
    expect(reader.log).toContain('reset 2');
    second.delta(textPart('better'));
    await reader.until((state) => state.text === 'better');
    reader.stop();
    beyond.stop();
  });

  it('gives a slow reader the text in one piece, and only the newest state', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    const run = await night.workers.nextRun();
    const abort = new AbortController();
    const events = night.engine.jobs.watch(id, undefined, abort.signal)[Symbol.asyncIterator]();
    const next = async (): Promise<JobWatchEvent> => {
      const { value, done } = await events.next();
      if (done === true) throw new Error('the watch has ended');
      return value.event;
    };
    expect((await next()).type).toBe('snapshot');
    const words = Array.from({ length: 500 }, (_, n) => `word ${n} `);
    for (const word of words) run.delta(textPart(word));
    await night.until(() => night.engine.jobs.get(id).phase === 'streaming');
    run.done(words.join(''));
    await night.reaches(id, 'completed');
    // All that it missed are two events.
    expect(await next()).toEqual({ type: 'delta', attempt: 1, offset: 0, parts: [textPart(words.join(''))] });
    expect(await next()).toMatchObject({ type: 'snapshot', job: { state: 'completed' } });
    const nothingMore = events.next();
    abort.abort();
    expect(await nothingMore).toMatchObject({ done: true });
  });

  it('ends for a job that is not there, and when its reader goes', async () => {
    await using night = await startEngine();
    const nobody = night.engine.jobs.watch(
      'job_01J9Z3K4M5N6P7Q8R900000009' as JobId,
      undefined,
      new AbortController().signal,
    );
    await expect(nobody[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows an answer that came in one piece to those who come later', async () => {
    await using night = await startEngine();
    const { id } = await night.enqueue();
    (await night.workers.nextRun()).done('at once', { thinking: 'hm' });
    await night.reaches(id, 'completed');
    const reader = watch(night, id);
    await reader.until(({ job }) => job !== undefined);
    expect(reader.parts).toEqual([{ kind: 'thinking', text: 'hm' }, textPart('at once')]);
    reader.stop();
  });
});

async function running(test: TestQueue): Promise<JobId> {
  const id = await test.enqueue();
  await test.claim(id);
  return id;
}

async function endBy(test: TestQueue, id: JobId, end: string, parts: readonly StreamPart[]): Promise<void> {
  const of = (kind: string) => parts.reduce((all, part) => (part.kind === kind ? all + part.text : all), '');
  await test.turn((turn) => {
    if (end === 'fail') test.queue.fail(turn, id, 1, failureOf('retryable', 'interrupted'));
    else if (end === 'lose') test.queue.requeue(turn, id, 1, 'worker-crashed');
    else if (end === 'cancel') test.queue.cancel(turn, id);
    else if (end === 'complete')
      test.queue.complete(turn, id, 1, { ...answer, text: of('text'), thinking: of('thinking') });
    else test.streams.store(turn);
  });
}

/** A client of `jobs.watch`: it keeps the text as a page does, and checks that each delta fits behind what it has. */
function watch({ engine }: TestEngine, id: JobId, cursor?: string) {
  const abort = new AbortController();
  const start = Number(cursor?.split(':')[1] ?? 0);
  const state: { text: string; job: Extract<JobWatchEvent, { type: 'snapshot' }>['job'] | undefined } = {
    text: '',
    job: undefined,
  };
  const parts: StreamPart[] = [];
  const log: string[] = [];
  let at = cursor ?? '0:0';
  let length = start;
  let wake = (): void => undefined;
  let failure: Error | undefined;

  const run = async (): Promise<void> => {
    for await (const { cursor: now, event } of engine.jobs.watch(id, cursor, abort.signal)) {
      at = now;
      if (event.type === 'reset') {
        state.text = '';
        parts.length = 0;
        length = 0;
        log.push(`reset ${event.attempt}`);
      } else if (event.type === 'delta') {
        expect(event.offset).toBe(length);
        const text = event.parts.map((part) => part.text).join('');
        parts.push(...event.parts);
        state.text += text;
        length += text.length;
        log.push(`delta ${event.offset} ${text}`);
      } else {
        state.job = event.job;
        log.push(`snapshot ${event.job.state}`);
      }
      wake();
    }
  };
  void run().catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error(String(error));
    wake();
  });

  return {
    log,
    parts,
    text: () => state.text,
    cursor: () => at,
    stop: () => abort.abort(),
    async until(condition: (now: typeof state) => boolean): Promise<void> {
      while (!condition(state)) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
