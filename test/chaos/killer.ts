/** Carries out the planned kills, and keeps which of them hit. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerView } from '../../src/protocol/pool.ts';
import { processGone } from '../support/process-gone.ts';
import { deaths } from './deaths.ts';
import type { HostChain } from './host-chain.ts';
import type { Kill, WorkerDeath } from './plan.ts';
import { signalTo } from './process-group.ts';

/** How long a worker may live on after its kill: one that is stopped is found out by its missing heartbeats. */
const deathMs = 40_000;
/** How long a kill looks for a worker that it can hit. */
const searchMs = 15_000;

export class Killer {
  readonly workerKills = new Map<WorkerDeath, number>();
  /** Of those, workers that had a job at that moment. */
  busyKills = 0;
  quarantineKills = 0;
  hostKills = 0;
  readonly #chain: HostChain;
  readonly #deaths: Promise<void>[] = [];
  /** Told to die and not yet gone. */
  readonly #dying = new Set<number>();

  constructor(chain: HostChain) {
    this.#chain = chain;
  }

  get count(): number {
    return [...this.workerKills.values()].reduce((sum, count) => sum + count, 0);
  }

  async carryOut(kill: Kill): Promise<void> {
    if (kill.kind === 'host') {
      await this.#chain.replace(kill.next);
      this.hostKills += 1;
      return;
    }
    const giveUpAt = performance.now() + searchMs;
    for (;;) {
      const { workers } = await this.#chain.call(({ client }) => client.pool.get.query());
      const target = this.#choose(workers, kill);
      if (target?.pid != null && this.#kill(target.pid, this.#deathFor(kill.death))) {
        if (target.slotsUsed > 0) this.busyKills += 1;
        if (target.purpose === 'quarantine') this.quarantineKills += 1;
        return;
      }
      if (performance.now() > giveUpAt) throw new Error(`found no worker to kill in ${searchMs} ms`);
      await sleep(50);
    }
  }

  /** Resolves when all that was killed is gone; rejects when something lives on. */
  async done(): Promise<void> {
    await Promise.all(this.#deaths);
  }

  /** Workers that are at work come first: killing an idle one shows little. */
  #choose(workers: readonly WorkerView[], { quarantined, pick }: Kill & { kind: 'worker' }): WorkerView | undefined {
    const alive = workers.filter(
      ({ pid, state }) => pid !== null && !this.#dying.has(pid) && (state === 'ready' || state === 'saturated'),
    );
    const regular = alive.filter(({ purpose }) => purpose === 'regular');
    const suspects = alive.filter(({ purpose }) => purpose === 'quarantine');
    const wanted = quarantined && suspects.length > 0 ? suspects : regular;
    const busy = wanted.filter(({ slotsUsed }) => slotsUsed > 0);
    const among = busy.length > 0 ? busy : wanted;
    return among[Math.floor(pick * among.length)];
  }

  #deathFor(death: WorkerDeath): WorkerDeath {
    return this.#chain.kind === 'built' && death !== 'SIGSTOP' ? 'SIGKILL' : death;
  }

  #kill(pid: number, death: WorkerDeath): boolean {
    if (!signalTo(pid, death === 'SIGKILL' || death === 'SIGSTOP' ? death : deaths[death])) return false;
    if (death === 'SIGSTOP') this.#chain.stopped(pid);
    this.#dying.add(pid);
    this.workerKills.set(death, (this.workerKills.get(death) ?? 0) + 1);
    const gone = processGone(pid, deathMs).finally(() => this.#dying.delete(pid));
    this.#deaths.push(gone);
    // `done` tells; until then it is not unhandled.
    gone.catch(() => undefined);
    return true;
  }
}
