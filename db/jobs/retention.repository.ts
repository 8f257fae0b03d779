/** What is old enough to go: finished jobs with their events, streamed text and dependencies, request ids, usage. */
import type Database from 'better-sqlite3';
import type { JobId, ProviderId } from '../../src/protocol/ids.ts';
import type { Lane } from '../../src/protocol/job.ts';

export interface FinishedJob {
  id: JobId;
  state: (typeof finishedStates)[number];
  lane: Lane;
  provider: ProviderId;
  /** Epoch ms, of its creation and of its end. */
  timestamp: number;
  finishedOn: number | null;
}

export const finishedStates = ['completed', 'failed', 'cancelled'] as const;

export type RetentionRepository = ReturnType<typeof createRetentionRepository>;

export function createRetentionRepository(sqlite: Database.Database) {
  // One statement for each state: the index of finished jobs is one for each, and a parameter would not find it.
  const finished = finishedStates.map((state) =>
    sqlite.prepare<[string, number], FinishedJob>(
      `SELECT id, state, lane, provider, timestamp, finished_on AS finishedOn FROM llm_jobs
       WHERE state = '${state}' AND id > ? ORDER BY id LIMIT ?`,
    ),
  );
  const isNeeded = sqlite
    .prepare<[JobId], number>(
      `SELECT EXISTS (SELECT 1 FROM llm_job_dependencies d JOIN llm_jobs j ON j.id = d.job_id
       WHERE d.depends_on_id = ? AND j.state <> 'completed')`,
    )
    .pluck();
  const isAsked = sqlite
    .prepare<[JobId], number>('SELECT EXISTS (SELECT 1 FROM message_jobs WHERE job_id = ?)')
    .pluck();
  const removeEvents = sqlite.prepare<[JobId]>('DELETE FROM job_events WHERE job_id = ?');
  const removeChunks = sqlite.prepare<[JobId]>('DELETE FROM job_chunks WHERE job_id = ?');
  const removeDependencies = sqlite.prepare<[JobId]>('DELETE FROM llm_job_dependencies WHERE job_id = ?');
  const removeDependants = sqlite.prepare<[JobId]>('DELETE FROM llm_job_dependencies WHERE depends_on_id = ?');
  const removeJob = sqlite.prepare<[JobId]>('DELETE FROM llm_jobs WHERE id = ?');
  const requestsAfter = sqlite.prepare<[string, number], { id: string; at: number }>(
    'SELECT request_id AS id, at FROM requests WHERE request_id > ? ORDER BY request_id LIMIT ?',
  );
  const removeRequest = sqlite.prepare<[string]>('DELETE FROM requests WHERE request_id = ?');
  const removeUsage = sqlite.prepare<[number, number]>(
    `DELETE FROM usage WHERE (job_id, attempt) IN
     (SELECT job_id, attempt FROM usage WHERE at < ? ORDER BY at LIMIT ?)`,
  );

  return {
    /** The next finished jobs of any state behind `after`, in the order of their creation. */
    finishedAfter: (after: string, limit: number): FinishedJob[] =>
      finished
        .flatMap((statement) => statement.all(after, limit))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    /** Whether a job that is not completed waits, waited or may wait again for this one. */
    isNeeded: (id: JobId): boolean => isNeeded.get(id) === 1,
    /** Whether a user's message that is still there asked for this job. */
    isAsked: (id: JobId): boolean => isAsked.get(id) === 1,
    /** The timeline and the streamed text, not the job. */
    removeLog(id: JobId): void {
      removeEvents.run(id);
      removeChunks.run(id);
    },
    /** Everything of the job. */
    remove(id: JobId): void {
      removeEvents.run(id);
      removeChunks.run(id);
      removeDependencies.run(id);
      removeDependants.run(id);
      removeJob.run(id);
    },
    /**
     * Looks at the next `limit` request ids behind `after`, and removes those from before `before`. They have no index by
     * age, because every request would pay for it; `next` is undefined at the end.
     */
    pruneRequests(after: string, before: number, limit: number): { next: string | undefined; kept: number } {
      const rows = requestsAfter.all(after, limit);
      const old = rows.filter(({ at }) => at < before);
      for (const { id } of old) removeRequest.run(id);
      return { next: rows.length === limit ? rows.at(-1)?.id : undefined, kept: rows.length - old.length };
    },
    /** True when there may be more. */
    pruneUsage: (before: number, limit: number): boolean => removeUsage.run(before, limit).changes === limit,
  };
}
