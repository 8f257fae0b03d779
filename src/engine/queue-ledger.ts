/**
 * What the queue keeps beside the rows, so that no read has to count: how many jobs there are of each kind, and the clocks
 * of fair queueing. In memory it follows the commits; what the open turn changes is kept apart until then.
 */
import type { JobKind } from '../../db/jobs/job-log.repository.ts';
import type { Store } from '../../db/store.ts';
import { nextRank } from '../../machines/policy/fair-rank.ts';
import { lanes, type JobState, type Lane } from '../protocol/job.ts';
import { JobCounts } from './job-counts.ts';
import type { Turn } from './turn.ts';

/** Then they are read again: a group that enqueues many jobs is soon among them. */
const keptTails = 4_096;

export class QueueLedger {
  readonly #store: Store;
  /** After a commit that changed the number of jobs in some state. */
  readonly #countsChanged: () => void;
  readonly #clocks: Record<Lane, number> = { high: 0, medium: 0, low: 0 };
  readonly #counts = new JobCounts();
  /**
   * The last rank of groups that were lately given one, by `lane/group`. Where its job was claimed since, the lane's clock
   * has passed it, and it does not matter; where its job left the line in another way, `leftLine` forgets it.
   */
  readonly #tails = new Map<string, number>();
  /** Of the open turn: changes of the counters, lanes whose clock has moved. */
  #changes = new JobCounts();
  #movedClocks = new Set<Lane>();

  constructor(store: Store, countsChanged: () => void) {
    this.#store = store;
    this.#countsChanged = countsChanged;
  }

  /** Reads counters and lane clocks; at the start, and after a rollback. */
  load(): void {
    const { log } = this.#store;
    this.#counts.clear();
    for (const { count, ...kind } of log.counts()) this.#counts.add(kind, count);
    for (const lane of lanes) this.#clocks[lane] = 0;
    for (const { lane, virtualTime } of log.laneClocks()) this.#clocks[lane] = virtualTime;
    this.rolledBack();
  }

  /** How many jobs there are of this kind, changes of the open turn included. */
  count(kind: JobKind): number {
    return this.#counts.get(kind) + this.#changes.get(kind);
  }

  /** How many jobs of the lane are in this state, at all providers; without changes of an open turn. */
  countIn(lane: Lane, state: JobState): number {
    return this.#counts.sum(lane, state);
  }

  /** Every kind of which there are jobs; without changes of an open turn. */
  entries(): (JobKind & { count: number })[] {
    return this.#counts.entries().flatMap(([kind, count]) => (count > 0 ? [{ ...kind, count }] : []));
  }

  /** Ends the turn: writes the counters and lane clocks that it changed. */
  finishTurn(turn: Turn): void {
    const { log } = this.#store;
    const changes = this.#changes.entries().filter(([, change]) => change !== 0);
    for (const [kind, change] of changes) log.addCount(kind, change);
    for (const lane of this.#movedClocks) log.setLaneClock(lane, this.#clocks[lane]);
    if (changes.length > 0) {
      turn.after(() => {
        for (const [kind, change] of changes) this.#counts.add(kind, change);
        this.#countsChanged();
      });
    }
    turn.after(() => this.forgetTurn());
  }

  /** There are so many more jobs of this kind. */
  add(kind: JobKind, change: number): void {
    this.#changes.add(kind, change);
  }

  /** The fair tag of a job that enters `waiting` now. */
  rank(groupKey: string, lane: Lane): number {
    const key = `${lane}/${groupKey}`;
    const groupTail = this.#tails.get(key) ?? this.#store.jobs.groupTail(groupKey, lane);
    const rank = nextRank({ groupTail, laneVirtualTime: this.#clocks[lane] });
    if (this.#tails.size >= keptTails) this.#tails.clear();
    this.#tails.set(key, rank);
    return rank;
  }

  /** A waiting job of the group is not in that line any more, and was not claimed. */
  leftLine(groupKey: string, lane: Lane): void {
    this.#tails.delete(`${lane}/${groupKey}`);
  }

  /** The lane's virtual time is the highest rank that was claimed. */
  advance(turn: Turn, lane: Lane, claimedRank: number): void {
    const before = this.#clocks[lane];
    if (claimedRank <= before) return;
    this.#clocks[lane] = claimedRank;
    this.#movedClocks.add(lane);
    turn.undo(() => {
      this.#clocks[lane] = before;
    });
  }

  /** After a rollback: ranks that were given to nobody are not the last ones. */
  rolledBack(): void {
    this.#tails.clear();
    this.forgetTurn();
  }

  /** After a commit: nothing of the turn is left apart. */
  forgetTurn(): void {
    this.#changes = new JobCounts();
    this.#movedClocks = new Set();
  }
}
