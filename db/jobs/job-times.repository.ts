/** The times that jobs wait for, which move when the clock itself has moved; and how long jobs took. No state changes here. */
import type Database from 'better-sqlite3';
import type { ProviderId } from '../../src/protocol/ids.ts';
import type { Lane } from '../../src/protocol/job.ts';

export type JobTimesRepository = ReturnType<typeof createJobTimesRepository>;

export function createJobTimesRepository(sqlite: Database.Database) {
  const delays = sqlite.prepare<[number]>("UPDATE llm_jobs SET run_at = run_at + ? WHERE state = 'delayed'");
  const deadlines = sqlite.prepare<[number]>(
    `UPDATE llm_jobs SET deadline_at = deadline_at + ?
     WHERE state IN ('delayed', 'waiting') AND deadline_at IS NOT NULL`,
  );
  const queueDeadlines = sqlite.prepare<[number]>(
    `UPDATE llm_jobs SET queue_deadline_at = queue_deadline_at + ?
     WHERE state = 'waiting' AND queue_deadline_at IS NOT NULL`,
  );
  const recentRuns = sqlite.prepare<[number], { lane: Lane; provider: ProviderId; runMs: number }>(
    `SELECT lane, provider, run_ms AS runMs FROM (SELECT lane, provider, run_ms FROM usage ORDER BY at DESC LIMIT ?)
     WHERE lane IS NOT NULL AND run_ms IS NOT NULL`,
  );

  return {
    /** How long the attempts ran that were answered last, newest first; looks at `limit` answers. */
    recentRuns: (limit: number): { lane: Lane; provider: ProviderId; runMs: number }[] => recentRuns.all(limit),
    /** When delayed jobs are due. */
    shiftDelays(byMs: number): void {
      delays.run(byMs);
    },
    /** When jobs that wait have waited too long; those of live jobs are their actors' affair. */
    shiftDeadlines(byMs: number): void {
      deadlines.run(byMs);
      queueDeadlines.run(byMs);
    },
  };
}
