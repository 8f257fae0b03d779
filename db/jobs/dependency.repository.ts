/** Who waits for whom. */
import type Database from 'better-sqlite3';
import type { JobId } from '../../src/protocol/ids.ts';
import { llmJobDependencies, type DependencyRow } from '../llm-jobs.model.ts';
import { rowCodec } from '../row-codec.ts';

/** `to` waits for `from`. */
export interface Edge extends Pick<DependencyRow, 'onFailure' | 'state'> {
  from: JobId;
  to: JobId;
}

export type DependencyRepository = ReturnType<typeof createDependencyRepository>;

export function createDependencyRepository(sqlite: Database.Database) {
  const codec = rowCodec(llmJobDependencies);
  const insert = sqlite.prepare(
    'INSERT INTO llm_job_dependencies (job_id, depends_on_id, on_failure, state, position) VALUES (?, ?, ?, ?, ?)',
  );
  const dependants = sqlite.prepare<
    [JobId],
    { job_id: JobId; on_failure: DependencyRow['onFailure']; state: DependencyRow['state'] }
  >('SELECT job_id, on_failure, state FROM llm_job_dependencies WHERE depends_on_id = ?');
  const dependencies = sqlite
    .prepare<[JobId], unknown[]>(`SELECT ${codec.columnList} FROM llm_job_dependencies WHERE job_id = ?`)
    .raw(true);
  const find = sqlite
    .prepare<[JobId, JobId], unknown[]>(
      `SELECT ${codec.columnList} FROM llm_job_dependencies WHERE job_id = ? AND depends_on_id = ?`,
    )
    .raw(true);
  const setState = sqlite.prepare('UPDATE llm_job_dependencies SET state = ? WHERE job_id = ? AND depends_on_id = ?');
  const remove = sqlite.prepare('DELETE FROM llm_job_dependencies WHERE job_id = ? AND depends_on_id = ?');
  const reaches = sqlite
    .prepare<[JobId, JobId], number>(
      `WITH RECURSIVE upstream(id) AS (
         VALUES (?) UNION SELECT d.depends_on_id FROM llm_job_dependencies d JOIN upstream u ON d.job_id = u.id
       ) SELECT EXISTS (SELECT 1 FROM upstream WHERE id = ?)`,
    )
    .pluck();
  // The index of `depends_on_id` ends with the rest of the primary key: this order, of creation, is no sort.
  const edgesBelow = sqlite.prepare<[JobId, number], Edge>(
    `SELECT depends_on_id AS "from", job_id AS "to", on_failure AS onFailure, state FROM llm_job_dependencies
     WHERE depends_on_id = ? ORDER BY job_id LIMIT ?`,
  );
  const count = (column: 'job_id' | 'depends_on_id') =>
    sqlite.prepare<[JobId], number>(`SELECT count(*) FROM llm_job_dependencies WHERE ${column} = ?`).pluck();
  const countAbove = count('job_id');
  const countBelow = count('depends_on_id');
  const topPosition = sqlite
    .prepare<[JobId], number>('SELECT coalesce(max(position), -1) FROM llm_job_dependencies WHERE job_id = ?')
    .pluck();

  /** In the order of their positions. Sorted here: they are as few as a job may name, and SQLite's sort is no seek. */
  const dependenciesOf = (id: JobId): DependencyRow[] =>
    dependencies
      .all(id)
      .map((values) => codec.decode(values))
      .sort((a, b) => a.position - b.position);

  return {
    insert(row: DependencyRow): void {
      insert.run(row.jobId, row.dependsOnId, row.onFailure, row.state, row.position);
    },
    /** Jobs that wait (or waited) for `id`. */
    dependantsOf: (id: JobId): Pick<DependencyRow, 'jobId' | 'onFailure' | 'state'>[] =>
      dependants.all(id).map((row) => ({ jobId: row.job_id, onFailure: row.on_failure, state: row.state })),
    /** What `id` waits (or waited) for, in the order given at creation. */
    dependenciesOf,
    find(jobId: JobId, dependsOnId: JobId): DependencyRow | undefined {
      const values = find.get(jobId, dependsOnId);
      return values === undefined ? undefined : codec.decode(values);
    },
    setState(jobId: JobId, dependsOnId: JobId, state: DependencyRow['state']): void {
      setState.run(state, jobId, dependsOnId);
    },
    remove(jobId: JobId, dependsOnId: JobId): void {
      remove.run(jobId, dependsOnId);
    },
    /** Whether `from` waits for `target`, directly or through others (or is it). */
    reaches: (from: JobId, target: JobId): boolean => reaches.get(from, target) === 1,
    /** What `id` waits for, in the order of its positions, and what waits for it, oldest first; at most `limit` of each. */
    above: (id: JobId, limit: number): Edge[] =>
      dependenciesOf(id)
        .slice(0, limit)
        .map(({ jobId, dependsOnId, onFailure, state }) => ({ from: dependsOnId, to: jobId, onFailure, state })),
    below: (id: JobId, limit: number): Edge[] => edgesBelow.all(id, limit),
    countAbove: (id: JobId): number => countAbove.get(id) ?? 0,
    countBelow: (id: JobId): number => countBelow.get(id) ?? 0,
    nextPosition: (jobId: JobId): number => (topPosition.get(jobId) ?? -1) + 1,
  };
}
