import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRank } from '../../../machines/policy/fair-rank.ts';

interface Queued {
  readonly id: number;
  readonly group: string;
  readonly rank: number;
}

/** One lane, as the database keeps it: waiting jobs by rank, then id; jobs stay active for a while after the claim. */
class SimulatedLane {
  readonly waiting: Queued[] = [];
  readonly active: Queued[] = [];
  virtualTime = 0;
  #nextId = 1;

  enqueue(group: string): Queued {
    const ranks = [...this.waiting, ...this.active].filter((job) => job.group === group).map((job) => job.rank);
    const groupTail = ranks.length === 0 ? undefined : ranks.reduce((a, b) => Math.max(a, b));
    const job = { id: this.#nextId++, group, rank: nextRank({ groupTail, laneVirtualTime: this.virtualTime }) };
    this.waiting.push(job);
    return job;
  }

  claim(): Queued | undefined {
    let best = 0;
    this.waiting.forEach((job, index) => {
      const first = this.waiting[best];
      if (first !== undefined && (job.rank < first.rank || (job.rank === first.rank && job.id < first.id)))
        best = index;
    });
    const [job] = this.waiting.splice(best, 1);
    if (job === undefined) return undefined;
    this.virtualTime = job.rank;
    this.active.push(job);
    return job;
  }

  finishOldest(): void {
    this.active.shift();
  }
}

describe('nextRank', () => {
  it('starts a group at the lane and continues it behind its own jobs', () => {
    expect(nextRank({ groupTail: undefined, laneVirtualTime: 0 })).toBe(1);
    expect(nextRank({ groupTail: undefined, laneVirtualTime: 41 })).toBe(42);
    expect(nextRank({ groupTail: 7, laneVirtualTime: 41 })).toBe(42);
    expect(nextRank({ groupTail: 99, laneVirtualTime: 41 })).toBe(100);
  });

  it('lets a group of one job take its turn within two claims of a group of 10,000', () => {
    const ranks: number[] = [];
    for (let i = 0; i < 10_000; i++) ranks.push(nextRank({ groupTail: ranks.at(-1), laneVirtualTime: 0 }));
    for (const claimed of [0, 1, 5_000, 9_998]) {
      const laneVirtualTime = claimed === 0 ? 0 : (ranks[claimed - 1] ?? 0);
      const single = nextRank({ groupTail: undefined, laneVirtualTime });
      const ahead = ranks.slice(claimed).filter((rank) => rank <= single).length;
      expect(ahead, `after ${claimed} claims`).toBeLessThan(2);
    }
  });

  const steps = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('enqueue' as const), group: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ do: fc.constant('claim' as const) }),
      fc.record({ do: fc.constant('finish' as const) }),
    ),
    { maxLength: 200, size: 'max' },
  );

  it('keeps the order of a group, and lets no other group go more than twice before a group that comes new', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        const lane = new SimulatedLane();
        const claimsOfOthers = new Map<Queued, Map<string, number>>();
        const lastClaimed = new Map<string, number>();
        const drain = Array.from({ length: walk.length }, () => ({ do: 'claim' as const }));
        for (const step of [...walk, ...drain]) {
          if (step.do === 'finish') lane.finishOldest();
          if (step.do === 'enqueue') {
            const isHead = !lane.waiting.some((job) => job.group === step.group);
            const isIdle = isHead && !lane.active.some((job) => job.group === step.group);
            const job = lane.enqueue(step.group);
            expect(job.rank, 'nobody is paid for turns not taken').toBeGreaterThan(lane.virtualTime);
            if (isIdle) claimsOfOthers.set(job, new Map());
          }
          if (step.do === 'claim') {
            const claimed = lane.claim();
            if (claimed === undefined) continue;
            expect(claimed.id, 'first in, first out within a group').toBeGreaterThan(
              lastClaimed.get(claimed.group) ?? 0,
            );
            lastClaimed.set(claimed.group, claimed.id);
            claimsOfOthers.delete(claimed);
            for (const counts of claimsOfOthers.values()) {
              const times = (counts.get(claimed.group) ?? 0) + 1;
              counts.set(claimed.group, times);
              // Waiting ranks are the lane's virtual time or above, and the newcomer's is the next: two are the most.
              expect(times, 'turns that one group took before the first job of another').toBeLessThanOrEqual(2);
            }
          }
        }
        expect(lane.waiting).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('gives groups that always have jobs the same number of turns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 10, max: 60 }), (groups, rounds) => {
        const lane = new SimulatedLane();
        for (let group = 0; group < groups; group++) {
          for (let i = 0; i < rounds * (group + 1); i++) lane.enqueue(`g${group}`);
        }
        const turns = new Map<string, number>();
        for (let i = 0; i < groups * rounds; i++) {
          const group = lane.claim()?.group ?? 'none';
          turns.set(group, (turns.get(group) ?? 0) + 1);
        }
        expect([...turns.values()]).toEqual(Array.from({ length: groups }, () => rounds));
      }),
      { numRuns: 30 },
    );
  });
});
