import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerToEngine } from '../../src/protocol/worker.ts';
import type { Channel } from '../../src/worker/channel.ts';
import { createDeltaStreams, type DeltaStreams } from '../../src/worker/delta-stream.ts';
import { createOutbox, type Outbox } from '../../src/worker/outbox.ts';
import { jobIdOf } from '../support/worker-probe.ts';

/** An outbox and its deltas on a simulated clock, over a channel that takes batches when it is told to. */
function rig(): { batches: WorkerToEngine[][]; deltas: DeltaStreams; outbox: Outbox; hold(): void; release(): void } {
  const batches: WorkerToEngine[][] = [];
  const held: (() => void)[] = [];
  let holding = false;
  const channel: Channel = {
    send(messages, sent) {
      batches.push([...messages]);
      if (holding) held.push(sent);
      else sent();
    },
    onMessages: () => undefined,
    onClosed: () => undefined,
  };
  const outbox: Outbox = createOutbox(channel, { fill: () => deltas.collect(), resumed: () => outbox.schedule() });
  const deltas: DeltaStreams = createDeltaStreams(
    () => outbox,
    () => performance.now(),
  );
  return {
    batches,
    deltas,
    outbox,
    hold: () => {
      holding = true;
    },
    release: () => {
      holding = false;
      for (const sent of held.splice(0)) sent();
    },
  };
}

const textsOf = (batch: readonly WorkerToEngine[] = []): string[] =>
  batch.flatMap((message) => (message.type === 'delta' ? message.parts.map((part) => part.text) : []));

describe('streamed text', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leaves at once when it is the first of its job', () => {
    const { batches, deltas } = rig();
    deltas.append(deltas.open(jobIdOf(1), 1), 'text', 'a');
    vi.advanceTimersByTime(0);
    expect(batches.map(textsOf)).toEqual([['a']]);
  });

  it('leaves at most every 30 ms after that, in one piece', () => {
    const { batches, deltas } = rig();
    const stream = deltas.open(jobIdOf(1), 1);
    for (let token = 0; token < 60; token += 1) {
      deltas.append(stream, 'text', '.');
      vi.advanceTimersByTime(2);
    }
    vi.advanceTimersByTime(100);
    expect(batches.length).toBeGreaterThanOrEqual(4);
    expect(batches.length).toBeLessThanOrEqual(1 + Math.ceil(120 / 30));
    expect(batches.flatMap(textsOf).join('')).toBe('.'.repeat(60));
    expect(batches.every((batch) => textsOf(batch).length === 1)).toBe(true);
  });

  it('does not wait when the job has been quiet for longer', () => {
    const { batches, deltas } = rig();
    const stream = deltas.open(jobIdOf(1), 1);
    deltas.append(stream, 'text', 'a');
    vi.advanceTimersByTime(50);
    deltas.append(stream, 'text', 'b');
    vi.advanceTimersByTime(6);
    expect(batches.map(textsOf)).toEqual([['a'], ['b']]);
  });

  it('does not wait for a job that may send later', () => {
    const { batches, deltas } = rig();
    const quiet = deltas.open(jobIdOf(1), 1);
    const busy = deltas.open(jobIdOf(2), 1);
    deltas.append(quiet, 'text', 'a');
    vi.advanceTimersByTime(50);
    deltas.append(busy, 'text', 'b');
    vi.advanceTimersByTime(0);
    deltas.append(busy, 'text', 'c');
    deltas.append(quiet, 'text', 'd');
    vi.advanceTimersByTime(6);
    expect(batches.map(textsOf)).toEqual([['a'], ['b'], ['d']]);
    vi.advanceTimersByTime(30);
    expect(batches.map(textsOf)).toEqual([['a'], ['b'], ['d'], ['c']]);
  });

  it('travels together with that of other jobs', () => {
    const { batches, deltas } = rig();
    const streams = Array.from({ length: 500 }, (_, index) => deltas.open(jobIdOf(index), 1));
    for (const stream of streams) deltas.append(stream, 'text', 'a');
    vi.advanceTimersByTime(50);
    for (const stream of streams) deltas.append(stream, 'text', 'b');
    vi.advanceTimersByTime(50);
    expect(batches).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps thinking apart from the answer, in order', () => {
    const { batches, deltas } = rig();
    const stream = deltas.open(jobIdOf(1), 1);
    deltas.append(stream, 'thinking', 'h');
    deltas.append(stream, 'thinking', 'm');
    deltas.append(stream, 'text', 'a');
    vi.advanceTimersByTime(0);
    expect(batches[0]).toMatchObject([
      {
        parts: [
          { kind: 'thinking', text: 'hm' },
          { kind: 'text', text: 'a' },
        ],
      },
    ]);
  });

  it('is sent before the failure that ends it, and dropped when the result carries it', () => {
    const { batches, deltas, outbox } = rig();
    const failing = deltas.open(jobIdOf(1), 1);
    const finished = deltas.open(jobIdOf(2), 1);
    deltas.append(failing, 'text', 'half');
    deltas.append(finished, 'text', 'whole');
    deltas.flush(failing);
    outbox.push({ type: 'log', level: 'info', message: 'failed' });
    deltas.drop(finished);
    vi.advanceTimersByTime(100);
    expect(batches.flat().map((message) => message.type)).toEqual(['delta', 'log']);
    expect(batches.flatMap(textsOf)).toEqual(['half']);
  });

  it('waits and grows together while the channel is full; everything else does not wait', () => {
    const { batches, deltas, outbox, hold, release } = rig();
    const stream = deltas.open(jobIdOf(1), 1);
    hold();
    deltas.append(stream, 'text', 'a');
    vi.advanceTimersByTime(0);
    for (let token = 0; token < 20; token += 1) {
      deltas.append(stream, 'text', '.');
      vi.advanceTimersByTime(50);
    }
    expect(batches.map(textsOf)).toEqual([['a']]);
    outbox.push({ type: 'log', level: 'info', message: 'not held up' });
    vi.advanceTimersByTime(0);
    expect(batches).toHaveLength(2);
    release();
    vi.advanceTimersByTime(50);
    expect(batches.map(textsOf)).toEqual([['a'], [], ['.'.repeat(20)]]);
  });
});
