/**
 * Streamed text beside the job actors: what arrived of the running attempts, and how far of it is in `job_chunks`.
 * Deltas are not machine events and not turn inputs; they are shown at once and stored about every 250 ms. A crash may
 * take that much of a *partial* answer, never anything of a finished one.
 */
import type { Store } from '../../db/store.ts';
import type { JobId } from '../protocol/ids.ts';
import type { JobResult } from '../protocol/job.ts';
import type { StreamPart } from '../protocol/worker.ts';
import type { Topics } from './topics.ts';
import type { Turn } from './turn.ts';

/** `offset` and lengths count UTF-16 code units over all parts, in order of arrival. */
export interface StreamView {
  readonly attempt: number;
  readonly length: number;
  readonly parts: readonly StreamPart[];
}

interface JobStream {
  readonly attempt: number;
  readonly parts: StreamPart[];
  length: number;
  stored: number;
}

export class Streams {
  readonly #live = new Map<JobId, JobStream>();
  readonly #dirty = new Set<JobId>();
  readonly #store: Store;
  readonly #topics: Topics;

  constructor(store: Store, topics: Topics) {
    this.#store = store;
    this.#topics = topics;
  }

  get hasUnstored(): boolean {
    return this.#dirty.size > 0;
  }

  /** A claimed attempt begins. */
  open(turn: Turn, id: JobId, attempt: number): void {
    const before = this.#live.get(id);
    this.#live.set(id, { attempt, parts: [], length: 0, stored: 0 });
    turn.undo(() => this.#restore(id, before));
  }

  /** Takes a delta, unless it belongs to another attempt than the running one. True for the first of the attempt. */
  append(id: JobId, attempt: number, parts: readonly StreamPart[]): boolean {
    const stream = this.#live.get(id);
    if (stream === undefined || stream.attempt !== attempt) return false;
    const first = stream.length === 0;
    for (const part of parts) add(stream, part);
    this.#dirty.add(id);
    this.#topics.ring(`stream:${id}`);
    return first && stream.length > 0;
  }

  /** The whole answer is known: what no delta brought is added, so that readers get the rest from where they are. */
  complete(turn: Turn, id: JobId, result: JobResult): void {
    const stream = this.#live.get(id);
    if (stream === undefined) return;
    const length = stream.length;
    const count = stream.parts.length;
    const last = stream.parts.at(-1);
    turn.undo(() => {
      stream.parts.length = count;
      if (last !== undefined) stream.parts[count - 1] = last;
      stream.length = length;
    });
    for (const kind of ['thinking', 'text'] as const) {
      const whole = (kind === 'text' ? result.text : result.thinking) ?? '';
      const seen = join(stream.parts, kind);
      if (whole.startsWith(seen)) add(stream, { kind, text: whole.slice(seen.length) });
    }
  }

  /** Ends the live stream; `keep` stores what is not stored yet (an answer without deltas needs no chunks: it is the result). */
  close(turn: Turn, id: JobId, keep: boolean): void {
    const stream = this.#live.get(id);
    if (stream === undefined) return;
    // The transition that ends the attempt has just written the row, with the progress of its beginning.
    if (keep && !this.#write(turn, id, stream, stream.length))
      this.#store.jobs.writeProgress(id, stream.attempt, stream.length);
    this.#live.delete(id);
    const dirty = this.#dirty.delete(id);
    turn.undo(() => {
      this.#live.set(id, stream);
      if (dirty) this.#dirty.add(id);
    });
  }

  /** Whether deltas of this attempt have arrived. */
  hasContent(id: JobId): boolean {
    return (this.#live.get(id)?.length ?? 0) > 0;
  }

  /** Writes what arrived since the last time. */
  store(turn: Turn): void {
    const ids = [...this.#dirty];
    for (const id of ids) {
      const stream = this.#live.get(id);
      if (stream !== undefined) this.#write(turn, id, stream, wholeCharacters(stream));
    }
    this.#dirty.clear();
    turn.undo(() => {
      for (const id of ids) this.#dirty.add(id);
    });
  }

  /** The running attempt's text, else that of the last attempt that streamed. */
  read(id: JobId): StreamView | undefined {
    const live = this.#live.get(id);
    if (live !== undefined) return live;
    const attempt = this.#store.log.lastStreamedAttempt(id);
    if (attempt === undefined) return undefined;
    const parts = this.#store.log.chunks(id, attempt).map(({ kind, text }) => ({ kind, text }));
    return { attempt, parts, length: parts.reduce((sum, part) => sum + part.text.length, 0) };
  }

  /** Stores the text up to the offset `to`. False when it is stored already. */
  #write(turn: Turn, id: JobId, stream: JobStream, to: number): boolean {
    const from = stream.stored;
    if (from >= to) return false;
    let offset = from;
    for (const part of slice(stream.parts, from, to)) {
      this.#store.log.appendChunk({ jobId: id, attempt: stream.attempt, offset, ...part });
      offset += part.text.length;
    }
    this.#store.jobs.writeProgress(id, stream.attempt, to);
    stream.stored = to;
    turn.undo(() => {
      stream.stored = from;
    });
    return true;
  }

  #restore(id: JobId, stream: JobStream | undefined): void {
    if (stream === undefined) this.#live.delete(id);
    else this.#live.set(id, stream);
  }
}

function add(stream: JobStream, part: StreamPart): void {
  if (part.text === '') return;
  const last = stream.parts.at(-1);
  if (last?.kind === part.kind) {
    stream.parts[stream.parts.length - 1] = { kind: part.kind, text: last.text + part.text };
  } else {
    stream.parts.push({ kind: part.kind, text: part.text });
  }
  stream.length += part.text.length;
}

/** A provider may cut a character in two; SQLite's text is UTF-8 and cannot hold the half that came first. */
function wholeCharacters({ parts, length }: JobStream): number {
  const isCut = /[\uD800-\uDBFF]$/.test(parts.at(-1)?.text.slice(-1) ?? '');
  return isCut ? length - 1 : length;
}

/** The parts from `offset` on, as far as `to`. */
export function slice(parts: readonly StreamPart[], offset: number, to = Infinity): StreamPart[] {
  const rest: StreamPart[] = [];
  let start = 0;
  for (const part of parts) {
    if (start >= to) break;
    const end = start + part.text.length;
    if (end > offset) {
      rest.push({ kind: part.kind, text: part.text.slice(Math.max(0, offset - start), to - start) });
    }
    start = end;
  }
  return rest;
}

/** All text of one kind. */
export function join(parts: readonly StreamPart[], kind: StreamPart['kind']): string {
  return parts.reduce((text, part) => (part.kind === kind ? text + part.text : text), '');
}
