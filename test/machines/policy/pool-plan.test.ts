import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlannedWorker, planPool, type PoolPlanInput } from '../../../machines/policy/pool-plan.ts';
import { shrinkAfterMs } from '../../../machines/policy/pool-size.ts';

const now = 10_000_000;
const base: PoolPlanInput = {
  workers: [],
  measure: {
    backlog: 0,
    slotsUsed: 0,
    quarantineWaiting: 0,
    cpuCount: 8,
    freeMemoryBytes: 2 ** 34,
    eventLoopDelayMs: 1,
  },
  min: 1,
  max: 4,
  slotsPerWorker: 10,
  surplusSince: null,
  now,
  brokenForMs: 60_000,
};

function worker(id: number, state: string, more: Partial<PlannedWorker> = {}): PlannedWorker {
  return {
    id: `worker:${id}`,
    state,
    purpose: 'regular',
    slotsUsed: 0,
    rssBytes: undefined,
    brokenAt: undefined,
    ...more,
  };
}
const withLoad = (backlog: number, slotsUsed: number) => ({ ...base.measure, backlog, slotsUsed });
const longAgo = now - shrinkAfterMs;

describe('planPool', () => {
  it('fills an empty pool to its minimum, and with a backlog to what that needs', () => {
    expect(planPool({ ...base, min: 2 })).toMatchObject({ wanted: 2, startRegular: 2, drain: [] });
    expect(planPool({ ...base, measure: withLoad(25, 0) })).toMatchObject({ wanted: 3, startRegular: 3 });
  });

  it('replaces one that drains', () => {
    const workers = [worker(1, 'draining', { slotsUsed: 3 })];
    expect(planPool({ ...base, workers })).toMatchObject({ startRegular: 1, drain: [] });
  });

  it('sends one idle worker away after a lasting surplus, those without a process first, then the youngest', () => {
    const choices: [PlannedWorker[], string[]][] = [
      [[worker(1, 'ready'), worker(2, 'ready'), worker(3, 'ready')], ['worker:3']],
      [[worker(1, 'ready'), worker(2, 'backingOff'), worker(3, 'starting')], ['worker:2']],
      [[worker(1, 'ready'), worker(2, 'starting'), worker(3, 'ready')], ['worker:2']],
      [[worker(1, 'ready'), worker(2, 'ready', { slotsUsed: 1 }), worker(3, 'ready', { slotsUsed: 1 })], ['worker:1']],
    ];
    for (const [workers, drain] of choices) {
      const plan = planPool({ ...base, workers, surplusSince: longAgo });
      expect(plan).toMatchObject({ wanted: 2, drain, surplusSince: null });
    }
  });

  it('never sends a busy one away because of a small load, and tries again until one is idle', () => {
    const workers = [
      worker(1, 'ready', { slotsUsed: 1 }),
      worker(2, 'ready', { slotsUsed: 1 }),
      worker(3, 'unresponsive'),
    ];
    const plan = planPool({ ...base, workers, measure: withLoad(0, 2), surplusSince: longAgo });
    expect(plan).toMatchObject({ wanted: 2, drain: [], surplusSince: longAgo });
  });

  it('goes down to a smaller maximum at once, over busy workers too, the emptiest first', () => {
    const workers = [
      worker(1, 'saturated', { slotsUsed: 10 }),
      worker(2, 'ready', { slotsUsed: 4 }),
      worker(3, 'ready', { slotsUsed: 7 }),
    ];
    const plan = planPool({ ...base, max: 1, workers, measure: withLoad(50, 21) });
    expect(plan.drain).toEqual(['worker:2', 'worker:3']);
  });

  it('leaves the place of a broken worker empty for the window, and then replaces it', () => {
    const workers = [worker(1, 'broken', { brokenAt: now - 59_999 })];
    expect(planPool({ ...base, workers })).toMatchObject({ wanted: 1, startRegular: 0, drain: [] });
    expect(planPool({ ...base, workers, now: now + 1 })).toMatchObject({ startRegular: 1, drain: ['worker:1'] });
    expect(planPool({ ...base, workers, measure: withLoad(25, 0) })).toMatchObject({ wanted: 3, startRegular: 2 });
  });

  it('keeps a broken worker listed while nothing takes its place', () => {
    const workers = [worker(1, 'ready'), worker(2, 'broken', { brokenAt: 0 })];
    expect(planPool({ ...base, workers })).toMatchObject({ startRegular: 0, drain: [] });
  });

  describe('for quarantine', () => {
    const waiting = { ...base.measure, quarantineWaiting: 3 };
    const regular = worker(1, 'ready');
    const isolated = (state: string, more: Partial<PlannedWorker> = {}) =>
      worker(2, state, { purpose: 'quarantine', ...more });

    it('starts workers beside the pool, one for each suspect, up to the maximum of the pool', () => {
      const plan = planPool({ ...base, max: 1, workers: [regular], measure: waiting });
      expect(plan).toMatchObject({ wanted: 1, startRegular: 0, startQuarantine: 1 });
      const three = planPool({ ...base, max: 8, workers: [regular], measure: waiting });
      expect(three).toMatchObject({ startRegular: 0, startQuarantine: 3 });
      for (const state of ['starting', 'ready', 'backingOff', 'unresponsive']) {
        const again = planPool({ ...base, max: 1, workers: [regular, isolated(state)], measure: waiting });
        expect(again, state).toMatchObject({ startQuarantine: 0, drain: [] });
      }
      const busy = isolated('saturated', { slotsUsed: 1 });
      const full = planPool({ ...base, max: 1, workers: [regular, busy], measure: waiting });
      expect(full).toMatchObject({ startQuarantine: 0, drain: [] });
      const beside = planPool({ ...base, max: 8, workers: [regular, busy], measure: waiting });
      expect(beside).toMatchObject({ startQuarantine: 3, drain: [] });
      const idle = planPool({ ...base, max: 8, workers: [regular, isolated('ready')], measure: waiting });
      expect(idle).toMatchObject({ startQuarantine: 2, drain: [] });
    });

    it('keeps it while it works and sends it away when it is idle', () => {
      const busy = isolated('saturated', { slotsUsed: 1 });
      expect(planPool({ ...base, workers: [regular, busy] }).drain).toEqual([]);
      expect(planPool({ ...base, workers: [regular, isolated('ready')] }).drain).toEqual(['worker:2']);
      // One that waits is enough to keep it.
      const one = { ...base.measure, quarantineWaiting: 1 };
      expect(planPool({ ...base, workers: [regular, isolated('ready')], measure: one }).drain).toEqual([]);
      const leaving = [regular, isolated('draining')];
      expect(planPool({ ...base, workers: leaving, measure: waiting }).startQuarantine).toBe(3);
    });

    it('waits out the window of a broken one', () => {
      const broken = [regular, isolated('broken', { brokenAt: now - 1 })];
      expect(planPool({ ...base, workers: broken, measure: waiting }).startQuarantine).toBe(0);
      const later = planPool({ ...base, workers: broken, measure: waiting, now: now + 60_000 });
      expect(later).toMatchObject({ startQuarantine: 3, drain: ['worker:2'] });
    });

    it('takes as many broken ones off the list as it starts', () => {
      const broken = [2, 3, 4].map((id) => worker(id, 'broken', { purpose: 'quarantine', brokenAt: 0 }));
      const plan = (quarantineWaiting: number) =>
        planPool({ ...base, workers: [regular, ...broken], measure: { ...base.measure, quarantineWaiting } });
      expect(plan(0)).toMatchObject({ startQuarantine: 0, drain: [] });
      expect(plan(2)).toMatchObject({ startQuarantine: 2, drain: ['worker:2', 'worker:3'] });
    });
  });

  it('holds its bounds, and sends nobody away while it starts others, for any pool', () => {
    const anyWorker = fc.record({
      state: fc.constantFrom(
        'starting',
        'ready',
        'saturated',
        'draining',
        'unresponsive',
        'backingOff',
        'broken',
        'stopped',
      ),
      slotsUsed: fc.nat({ max: 10 }),
      brokenAgo: fc.nat({ max: 120_000 }),
    });
    const pool = fc
      .array(anyWorker, { maxLength: 12, size: 'max' })
      .map((all) =>
        all.map(({ state, slotsUsed, brokenAgo }, index) =>
          worker(index, state, { slotsUsed, brokenAt: state === 'broken' ? now - brokenAgo : undefined }),
        ),
      );
    const sizes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 6 }));
    fc.assert(
      fc.property(pool, sizes, fc.nat({ max: 200 }), fc.boolean(), (workers, [min, more], backlog, lasting) => {
        const max = min + more;
        const slotsUsed = workers.reduce((sum, one) => sum + one.slotsUsed, 0);
        const surplusSince = lasting ? longAgo : null;
        const plan = planPool({ ...base, workers, min, max, measure: withLoad(backlog, slotsUsed), surplusSince });
        const gone = ['draining', 'stopped', 'broken'];
        const present = workers.filter(({ state }) => !gone.includes(state));
        const sent = present.filter(({ id }) => plan.drain.includes(id));
        const held = workers.filter(({ brokenAt }) => brokenAt !== undefined && now - brokenAt < 60_000);
        expect(present.length - sent.length + plan.startRegular).toBeLessThanOrEqual(max);
        expect(present.length - sent.length + plan.startRegular + held.length).toBeGreaterThanOrEqual(min);
        expect(plan.startRegular === 0 || sent.length === 0).toBe(true);
        const busySent = sent.filter((one) => one.slotsUsed > 0).length;
        expect(busySent).toBeLessThanOrEqual(Math.max(0, present.length - max));
      }),
    );
  });
});
