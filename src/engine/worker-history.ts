/**
 * What happened to the pool lately, in memory: the workers' figures of the last minutes, and a short log of what the
 * supervisor did and why. It begins anew with each start; what concerns a job is in the job's own events.
 */
import type { SupervisorEmitted } from '../../machines/supervisor.context.ts';
import type { PoolHistory, PoolNote, WorkerSample, WorkerView } from '../protocol/pool.ts';
import type { Clock } from './ports.ts';

const keptNotes = 200;
/** A heartbeat every two seconds: five minutes. */
const keptSamples = 150;

type Figures = Pick<WorkerView, 'id' | 'stats' | 'statsAt' | 'cpuShare'>;

type Unpinned<Note> = Note extends { at: number } ? Omit<Note, 'at'> : never;

export class WorkerHistory {
  readonly #clock: Clock;
  #notes: PoolNote[] = [];
  #count = 0;
  readonly #samples = new Map<string, WorkerSample[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many notes there ever were. */
  get count(): number {
    return this.#count;
  }

  note(note: Unpinned<PoolNote>): void {
    this.#notes = [{ ...note, at: this.#clock.now() }, ...this.#notes].slice(0, keptNotes);
    this.#count += 1;
  }

  noteEmitted(emitted: SupervisorEmitted): void {
    switch (emitted.type) {
      case 'resized': {
        const { from, to, reason, backlog } = emitted;
        const last = this.#notes[0];
        // The supervisor decides the same again until a worker is free to stop: one decision, one note.
        if (last?.type === 'resized' && last.from === from && last.to === to && last.reason === reason) return;
        return this.note({ type: 'resized', from, to, reason, backlog });
      }
      case 'isolated':
        return this.note({ type: 'quarantine', count: emitted.count });
      case 'lost': {
        const { workerId, reason, exit } = emitted;
        const why = exit.kind === 'exited' ? 'ended by itself with exit code 0' : exit.reason;
        return this.note({ type: 'lost', workerId, reason, why });
      }
      case 'broken':
        return this.note({ type: 'broken', workerId: emitted.workerId, why: emitted.reason });
      case 'stopped':
        return this.note({ type: 'stopped', workerId: emitted.workerId });
      case 'ready':
      case 'changed':
        return;
    }
  }

  /** Keeps a worker's figures, when they are new. */
  sample({ id, stats, statsAt: at, cpuShare }: Figures): void {
    const samples = this.#samples.get(id) ?? [];
    if (stats === null || at === null || samples.at(-1)?.at === at) return;
    const { rssBytes, eventLoopDelayMs, slotsUsed } = stats;
    samples.push({ at, cpuShare, rssBytes, eventLoopDelayMs, slotsUsed });
    if (samples.length > keptSamples) samples.shift();
    this.#samples.set(id, samples);
  }

  /** With the figures of the workers that are there; those of others are forgotten. */
  view(workerIds: readonly string[]): PoolHistory {
    for (const id of this.#samples.keys()) if (!workerIds.includes(id)) this.#samples.delete(id);
    return {
      samples: Object.fromEntries([...this.#samples].map(([id, samples]) => [id, [...samples]])),
      notes: this.#notes,
    };
  }
}
