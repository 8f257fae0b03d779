/** A short run of the chaos harness with a fixed seed; `npm run chaos` is the long one. */
import { expect, test } from 'vitest';
import { inProject } from '../../scripts/setup/project.mjs';
import { runChaos } from './chaos.ts';

test('nothing is lost, doubled or left behind while workers and hosts are killed', { timeout: 180_000 }, async () => {
  const size = { lengthMs: 12_000, jobs: 60, workerKills: 6, hostKills: 2 };
  const report = await runChaos({ seed: 20_261_122, size, artefacts: inProject('artefacts', 'chaos') });
  expect(report.faults).toEqual([]);
  expect(report.counts?.accepted).toBe(60);
  // A kill that hits nothing shows nothing.
  expect(report.hostKills).toBe(2);
  expect(report.busyKills).toBeGreaterThan(0);
  expect(report.requests.cut).toBeGreaterThan(0);
});
