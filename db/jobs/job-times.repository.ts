/** Moves the times that jobs wait for, when the clock itself has moved. No job changes its state by it. */
import type Database from 'better-sqlite3';

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

  return {
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
