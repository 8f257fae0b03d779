/** Who waits for whom. */
import type Database from 'better-sqlite3';
import { and, asc, eq } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { JobId } from '../../src/protocol/ids.ts';
import { llmJobDependencies, type DependencyRow } from '../llm-jobs.model.ts';

export type DependencyRepository = ReturnType<typeof createDependencyRepository>;

export function createDependencyRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const insert = sqlite.prepare(
    'INSERT INTO llm_job_dependencies (job_id, depends_on_id, on_failure, state, position) VALUES (?, ?, ?, ?, ?)',
  );
  const dependants = sqlite.prepare<
    [JobId],
    { job_id: JobId; on_failure: DependencyRow['onFailure']; state: DependencyRow['state'] }
  >('SELECT job_id, on_failure, state FROM llm_job_dependencies WHERE depends_on_id = ?');
  const setState = sqlite.prepare('UPDATE llm_job_dependencies SET state = ? WHERE job_id = ? AND depends_on_id = ?');
  const reaches = sqlite
    .prepare<[JobId, JobId], number>(
      `WITH RECURSIVE upstream(id) AS (
         VALUES (?) UNION SELECT d.depends_on_id FROM llm_job_dependencies d JOIN upstream u ON d.job_id = u.id
       ) SELECT EXISTS (SELECT 1 FROM upstream WHERE id = ?)`,
    )
    .pluck();
  const topPosition = sqlite
    .prepare<[JobId], number>('SELECT coalesce(max(position), -1) FROM llm_job_dependencies WHERE job_id = ?')
    .pluck();

  return {
    insert(row: DependencyRow): void {
      insert.run(row.jobId, row.dependsOnId, row.onFailure, row.state, row.position);
    },
    /** Jobs that wait (or waited) for `id`. */
    dependantsOf: (id: JobId): Pick<DependencyRow, 'jobId' | 'onFailure' | 'state'>[] =>
      dependants.all(id).map((row) => ({ jobId: row.job_id, onFailure: row.on_failure, state: row.state })),
    /** What `id` waits (or waited) for, in the order given at creation. */
    dependenciesOf: (id: JobId): DependencyRow[] =>
      db
        .select()
        .from(llmJobDependencies)
        .where(eq(llmJobDependencies.jobId, id))
        .orderBy(asc(llmJobDependencies.position))
        .all(),
    find: (jobId: JobId, dependsOnId: JobId): DependencyRow | undefined =>
      db
        .select()
        .from(llmJobDependencies)
        .where(and(eq(llmJobDependencies.jobId, jobId), eq(llmJobDependencies.dependsOnId, dependsOnId)))
        .get(),
    setState(jobId: JobId, dependsOnId: JobId, state: DependencyRow['state']): void {
      setState.run(state, jobId, dependsOnId);
    },
    /** Whether `from` waits for `target`, directly or through others (or is it). */
    reaches: (from: JobId, target: JobId): boolean => reaches.get(from, target) === 1,
    nextPosition: (jobId: JobId): number => (topPosition.get(jobId) ?? -1) + 1,
  };
}
