/** The pure parts of charts, workers and the job's page: what is drawn, from what the service says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobMachine } from '../../machines/job.machine.ts';
import { jobs } from '../../src/renderer/i18n/en/jobs.ts';
import { durationTicks } from '../../src/renderer/charts/duration-ticks.ts';
import { detailText } from '../../src/renderer/jobs/event-detail.ts';
import { pathThrough, placesOf } from '../../src/renderer/jobs/graph-layout.ts';
import { withFigures } from '../../src/renderer/workers/figures.ts';
import { pathOf } from '../../src/renderer/workers/sparkline.tsx';
import type { JobId } from '../../src/protocol/ids.ts';
import type { WorkerView } from '../../src/protocol/pool.ts';

describe('the marks of a time axis', () => {
  it('reach the largest value, are few, and are times that people use', () => {
    expect(durationTicks(340)).toEqual([0, 100, 200, 300, 400]);
    expect(durationTicks(500_000)).toEqual([0, 300_000, 600_000]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 86_400_000 }), (max) => {
        const ticks = durationTicks(max);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe('a sparkline', () => {
  it('is broken where a value is missing, and a young one begins at the right', () => {
    const path = pathOf([null, 1, 2, null, 3], 3);
    expect(path.match(/M/gu)).toHaveLength(2);
    expect(path.match(/L/gu)).toHaveLength(1);
    expect(Number(/^M([\d.]+)/u.exec(path)?.[1])).toBeGreaterThan(100);
  });
});

describe('the figures of workers', () => {
  const stats = { slotsUsed: 1, rssBytes: 5, cpuMs: 1, eventLoopDelayMs: 2 };
  const worker = (id: string, statsAt: number | null): WorkerView => ({
    id,
    state: 'ready',
    purpose: 'regular',
    pid: 1,
    readyAt: 0,
    slots: 4,
    slotsUsed: 1,
    jobs: [],
    restarts: 0,
    lastExit: null,
    exits: [],
    stats: statsAt === null ? null : stats,
    statsAt,
    cpuShare: 0.5,
  });

  it('are added once for each heartbeat, and only the last five minutes are kept', () => {
    let history = withFigures(
      { samples: {}, notes: [] },
      { workers: [worker('worker:1', 1), worker('worker:2', null)] },
    );
    expect(Object.keys(history.samples)).toEqual(['worker:1']);
    expect(withFigures(history, { workers: [worker('worker:1', 1)] })).toBe(history);
    for (let at = 2; at <= 400; at += 1) history = withFigures(history, { workers: [worker('worker:1', at)] });
    expect(history.samples['worker:1']).toHaveLength(150);
    expect(history.samples['worker:1']?.at(-1)?.at).toBe(400);
  });
});

describe('the graph of a job', () => {
  const id = (n: number): JobId => `job_${String(n).padStart(26, '0')}` as JobId;

  it('puts what is waited for above what waits, and no two jobs on each other', () => {
    const edges = [1, 2, 3].map((n) => ({ from: id(0), to: id(n), onFailure: 'fail', state: 'open' }) as const);
    const nodes = [0, 1, 2, 3].map((n) => ({
      id: id(n),
      name: `job ${n}`,
      state: 'waiting' as const,
      lane: 'low' as const,
      provider: 'demo',
      moreAbove: 0,
      moreBelow: 0,
    }));
    const places = placesOf({ nodes, edges });
    const [first, ...rest] = nodes.map((node) => places.nodes.get(node.id));
    for (const place of rest) expect(place?.y).toBeGreaterThan(first?.y ?? Infinity);
    expect(new Set(rest.map((place) => place?.x)).size).toBe(3);
    for (const points of places.edges) expect(pathThrough(points)).toMatch(/^M[-\d.]+ [-\d.]+ .*L[-\d.]+ [-\d.]+$/u);
  });
});

describe('the timeline', () => {
  it('has words for every event of the machine', () => {
    const known = new Set<string>(Object.keys(jobs.event));
    expect(jobMachine.events.filter((event) => !known.has(event))).toEqual([]);
  });
});

describe('the payload of an event', () => {
  it('is told without the machine’s own account-keeping', () => {
    const failure = { class: 'retryable', code: 'server-error', message: 'secret words' };
    expect(detailText({ workerId: 'worker:1', rank: 4, random: 0.3, attempt: 2 })).toBe('workerId: worker:1');
    expect(detailText({ failure, wasHeld: false, provider: 'demo', model: null })).toBe('provider: demo, server-error');
  });
});
