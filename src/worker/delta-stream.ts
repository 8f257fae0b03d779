/**
 * Coalesces streamed text. The first content of a job leaves at once; after that a job has at most one `delta` every
 * 30 ms. One timer serves all jobs, and all deltas that are due leave in one message batch: 500 streams cost one timer and
 * at most 200 writes a second.
 */
import type { JobId } from '../protocol/ids.ts';
import type { StreamPart } from '../protocol/worker.ts';
import type { Outbox } from './outbox.ts';

/** Shortest time between two deltas of one job: a page shows about one update per 32-50 ms. */
const perJobMs = 30;
/** Shortest time between two timed writes: deltas of many jobs that fall due close together travel together. */
const frameMs = 5;

/** The text of one running attempt that has not been sent. */
export interface DeltaStream {
  readonly jobId: JobId;
  readonly attempt: number;
  parts: StreamPart[];
  /** When the next delta may leave; 0 before the first. */
  dueAt: number;
}

export interface DeltaStreams {
  open(jobId: JobId, attempt: number): DeltaStream;
  append(stream: DeltaStream, kind: StreamPart['kind'], text: string): void;
  /** Moves everything that is due into the outbox; while the outbox is congested, nothing is. */
  collect(): void;
  /** Sends what is left now; for an attempt that failed, whose partial text is kept. */
  flush(stream: DeltaStream): void;
  /** Forgets what is left; for an attempt that is done, whose result carries the whole text. */
  drop(stream: DeltaStream): void;
}

/** `outbox` is asked for late, because the two know each other. `now` in milliseconds, monotonic. */
export function createDeltaStreams(outbox: () => Outbox, now: () => number): DeltaStreams {
  const dirty = new Set<DeltaStream>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Infinity;

  const send = (stream: DeltaStream): void => {
    const { parts } = stream;
    stream.parts = [];
    outbox().push({ type: 'delta', jobId: stream.jobId, attempt: stream.attempt, parts });
  };

  /** Makes sure that the timer rings by `at`, if not earlier. */
  const ringBy = (at: number): void => {
    if (timerAt <= at) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(
      () => {
        timerAt = Infinity;
        outbox().schedule();
      },
      Math.max(0, at - now()),
    );
  };

  return {
    open: (jobId, attempt) => ({ jobId, attempt, parts: [], dueAt: 0 }),

    append(stream, kind, text) {
      const last = stream.parts.at(-1);
      if (last?.kind === kind) last.text += text;
      else stream.parts.push({ kind, text });
      if (dirty.has(stream)) return;
      dirty.add(stream);
      if (stream.dueAt === 0) outbox().schedule();
      else ringBy(Math.max(now() + frameMs, stream.dueAt));
    },

    collect() {
      if (dirty.size === 0 || outbox().congested) return;
      const at = now();
      let nextDueAt = Infinity;
      for (const stream of dirty) {
        if (stream.dueAt > at) {
          nextDueAt = Math.min(nextDueAt, stream.dueAt);
          continue;
        }
        dirty.delete(stream);
        stream.dueAt = at + perJobMs;
        send(stream);
      }
      if (nextDueAt !== Infinity) ringBy(Math.max(at + frameMs, nextDueAt));
    },

    flush(stream) {
      if (dirty.delete(stream)) send(stream);
    },

    drop(stream) {
      dirty.delete(stream);
    },
  };
}
