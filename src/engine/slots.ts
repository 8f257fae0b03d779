/**
 * Which attempts hold which worker slots. A slot is held from the claim until the worker says that the attempt has ended, or
 * is gone: also while a cancelled attempt is still being aborted. All of it can be rebuilt: after a restart no worker runs.
 */
import type { JobId, ProviderId } from '../protocol/ids.ts';
import type { Lane } from '../protocol/job.ts';
import type { Turn } from './turn.ts';

export interface HeldSlot {
  readonly jobId: JobId;
  readonly attempt: number;
  readonly lane: Lane;
  readonly provider: ProviderId;
}

interface WorkerSlots {
  readonly slots: number;
  readonly quarantine: boolean;
  accepting: boolean;
  readonly held: Map<string, HeldSlot>;
}

export type LaneUse = Record<Lane, number>;

export class Slots {
  readonly #workers = new Map<string, WorkerSlots>();
  readonly #byLane: LaneUse = { high: 0, medium: 0, low: 0 };
  readonly #byProvider = new Map<ProviderId, LaneUse>();
  readonly #changed = new Set<string>();

  /** A worker process is ready: it starts with no attempt. */
  add(turn: Turn, workerId: string, slots: number, quarantine: boolean): void {
    this.#workers.set(workerId, { slots, quarantine, accepting: true, held: new Map() });
    turn.undo(() => this.#workers.delete(workerId));
  }

  /** Gives jobs to these workers only; others finish what they hold. */
  acceptOnly(workerIds: ReadonlySet<string>): void {
    for (const [id, worker] of this.#workers) worker.accepting = workerIds.has(id);
  }

  /** The worker's process is gone: returns what it held. */
  remove(turn: Turn, workerId: string): HeldSlot[] {
    const worker = this.#workers.get(workerId);
    if (worker === undefined) return [];
    this.#workers.delete(workerId);
    const held = [...worker.held.values()];
    for (const slot of held) this.#count(slot, -1);
    turn.undo(() => {
      this.#workers.set(workerId, worker);
      for (const slot of held) this.#count(slot, 1);
    });
    return held;
  }

  take(turn: Turn, workerId: string, slot: HeldSlot): void {
    this.#set(workerId, slot);
    turn.undo(() => this.#unset(workerId, slot.jobId, slot.attempt));
  }

  /** False when that attempt held no slot there (a late message of a worker that was given up). */
  free(turn: Turn, workerId: string, jobId: JobId, attempt: number): boolean {
    const slot = this.#unset(workerId, jobId, attempt);
    if (slot === undefined) return false;
    turn.undo(() => this.#set(workerId, slot));
    return true;
  }

  holds(workerId: string, jobId: JobId, attempt: number): boolean {
    return this.#workers.get(workerId)?.held.has(key(jobId, attempt)) ?? false;
  }

  /** What holds a slot of this worker. */
  heldBy(workerId: string): HeldSlot[] {
    return [...(this.#workers.get(workerId)?.held.values() ?? [])];
  }

  /** The provider of an attempt that holds a slot there. */
  providerOf(workerId: string, jobId: JobId, attempt: number): ProviderId | undefined {
    return this.#workers.get(workerId)?.held.get(key(jobId, attempt))?.provider;
  }

  /** The accepting worker with the most free slots. */
  freest(quarantine: boolean): string | undefined {
    let best: string | undefined;
    let most = 0;
    for (const [id, worker] of this.#workers) {
      const free = worker.accepting && worker.quarantine === quarantine ? worker.slots - worker.held.size : 0;
      if (free > most) {
        most = free;
        best = id;
      }
    }
    return best;
  }

  /** Slots of all accepting regular workers. */
  get total(): number {
    let total = 0;
    for (const worker of this.#workers.values()) if (worker.accepting && !worker.quarantine) total += worker.slots;
    return total;
  }

  /** Free slots of all accepting regular workers. */
  get freeTotal(): number {
    let free = 0;
    for (const worker of this.#workers.values()) {
      if (worker.accepting && !worker.quarantine) free += Math.max(0, worker.slots - worker.held.size);
    }
    return free;
  }

  get used(): number {
    return this.#byLane.high + this.#byLane.medium + this.#byLane.low;
  }

  get byLane(): Readonly<LaneUse> {
    return this.#byLane;
  }

  ofProvider(provider: ProviderId): Readonly<LaneUse> {
    return this.#byProvider.get(provider) ?? { high: 0, medium: 0, low: 0 };
  }

  /** Workers whose number of used slots changed since the last call, with that number. */
  takeChanges(): { workerId: string; used: number }[] {
    const changes = [...this.#changed].map((workerId) => ({
      workerId,
      used: this.#workers.get(workerId)?.held.size ?? 0,
    }));
    this.#changed.clear();
    return changes;
  }

  #set(workerId: string, slot: HeldSlot): void {
    const worker = this.#workers.get(workerId);
    if (worker === undefined) return;
    worker.held.set(key(slot.jobId, slot.attempt), slot);
    this.#changed.add(workerId);
    this.#count(slot, 1);
  }

  #unset(workerId: string, jobId: JobId, attempt: number): HeldSlot | undefined {
    const held = this.#workers.get(workerId)?.held;
    const slot = held?.get(key(jobId, attempt));
    if (slot === undefined) return undefined;
    held?.delete(key(jobId, attempt));
    this.#changed.add(workerId);
    this.#count(slot, -1);
    return slot;
  }

  #count(slot: HeldSlot, change: 1 | -1): void {
    this.#byLane[slot.lane] += change;
    const use = this.#byProvider.get(slot.provider) ?? { high: 0, medium: 0, low: 0 };
    use[slot.lane] += change;
    this.#byProvider.set(slot.provider, use);
  }
}

function key(jobId: JobId, attempt: number): string {
  return `${jobId}:${attempt}`;
}
