/** A few seeds of what `npm run chaos -- --goals` does with many. */
import { expect, test } from 'vitest';
import { inProject } from '../../../scripts/setup/project.mjs';
import { runGoalChaos } from './goal-chaos.ts';

test(
  'a goal is planned once, each task done once, and one deliverable comes back, whatever is killed',
  { timeout: 180_000 },
  async () => {
    const report = await runGoalChaos({ seeds: [1, 2, 3], artefacts: inProject('artefacts', 'chaos') });
    expect(report.faults).toEqual([]);
    expect(report.goals).toBe(3);
    // A kill that hits nothing shows nothing.
    expect(report.workerKills).toBe(9);
    expect(report.hostKills).toBeGreaterThanOrEqual(3);
    expect(report.cut).toBeGreaterThan(0);
  },
);
