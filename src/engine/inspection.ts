/**
 * The feed of events between actors, for whoever inspects. It exists only while somebody does (a page that shows it, or
 * `--inspect`); otherwise `on` is false, nobody builds an event, and the runtime actors are not looked at.
 *
 * Nothing subscribes to a persisted actor (DESIGN.md, rule 2): what happens to jobs and providers is recorded by the turn
 * that sends the event, and leaves with its outbox; a rollback drops it.
 */
import type { FeedEvent } from '../protocol/inspection.ts';
import type { Clock } from './ports.ts';
import type { Topics } from './topics.ts';
import type { Turn } from './turn.ts';

/** Events that are kept for readers; the oldest go first. Clockwork has less room, so that it drives out nothing else. */
const kept = 2_000;
const keptRoutine = 500;
/** Old ones are cut off in pieces: moving the rest for each event would cost more than the event. */
const slack = 128;

/** What is told of an event besides its number. `context` is the receiver's afterwards, redacted. */
export interface Happening extends Omit<FeedEvent, 'seq'> {
  /** As XState names it; `type` is for people. */
  readonly eventType: string;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly context: Readonly<Record<string, unknown>>;
  readonly actions: readonly string[];
}
export type Inspected = Happening & { readonly seq: number };

export class Inspection {
  readonly #clock: Clock;
  readonly #topics: Topics;
  readonly #sources: (() => () => void)[] = [];
  readonly #listeners = new Set<(event: Inspected) => void>();
  #stopSources: (() => void)[] = [];
  #watchers = 0;
  #epoch = 0;
  #seq = 0;
  #events: Inspected[] = [];
  #routine: Inspected[] = [];
  /** The newest event that is not clockwork and was cut off. */
  #cutAt = 0;

  constructor(clock: Clock, topics: Topics) {
    this.#clock = clock;
    this.#topics = topics;
  }

  /** Somebody is watching: what happens is to be told. */
  get on(): boolean {
    return this.#watchers > 0;
  }

  /** Which run of numbers this is. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The number of the newest event; 0: none yet. */
  get seq(): number {
    return this.#seq;
  }

  /** `start` is called when watching begins, and what it returns when it ends. */
  addSource(start: () => () => void): void {
    this.#sources.push(start);
    if (this.on) this.#stopSources.push(start());
  }

  /** Begins to watch; `listener` is told of each event at once and must not throw. Returns how to end; twice is harmless. */
  open(listener?: (event: Inspected) => void): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) this.#begin();
    if (listener !== undefined) this.#listeners.add(listener);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (listener !== undefined) this.#listeners.delete(listener);
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#end();
    };
  }

  /** From inside a turn: told after the commit, if there is one. Call it only while `on`. */
  record(turn: Turn, happening: Happening): void {
    turn.after(() => this.tell(happening));
  }

  /** It has happened. */
  tell(happening: Happening): void {
    if (!this.on) return;
    this.#seq += 1;
    const event = { ...happening, seq: this.#seq };
    const list = event.routine ? this.#routine : this.#events;
    const limit = event.routine ? keptRoutine : kept;
    list.push(event);
    if (list.length >= limit + slack) {
      const last = list.splice(0, list.length - limit).at(-1);
      if (!event.routine) this.#cutAt = last?.seq ?? this.#cutAt;
    }
    for (const listener of this.#listeners) listener(event);
    this.#topics.ring('inspection');
  }

  /** Events after `seq` that are kept, oldest first. `missed`: some after it are not kept any more. */
  read(seq: number, routine: boolean): { events: Inspected[]; missed: boolean } {
    const missed = seq > 0 && seq < this.#cutAt;
    const events = after(this.#events, seq);
    if (!routine) return { events, missed };
    const all = [...events, ...after(this.#routine, seq)];
    return { events: all.toSorted((a, b) => a.seq - b.seq), missed };
  }

  #begin(): void {
    this.#epoch = Math.max(this.#clock.now(), this.#epoch + 1);
    this.#stopSources = this.#sources.map((start) => start());
  }

  #end(): void {
    for (const stop of this.#stopSources.splice(0)) stop();
    this.#events = [];
    this.#routine = [];
    this.#seq = 0;
    this.#cutAt = 0;
  }
}

function after(events: readonly Inspected[], seq: number): Inspected[] {
  let from = events.length;
  while (from > 0 && (events[from - 1]?.seq ?? 0) > seq) from -= 1;
  return events.slice(from);
}
