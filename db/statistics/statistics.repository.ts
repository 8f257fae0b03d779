/** The periods' counters as the engine's turns write them. */
import type Database from 'better-sqlite3';
import { rowCodec } from '../row-codec.ts';
import { jobStatistics, type JobStatisticsRow } from '../statistics.model.ts';

export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export type PeriodMs = typeof minuteMs | typeof hourMs;

/** What periods are kept by. */
export type StatisticsKey = Pick<JobStatisticsRow, 'periodMs' | 'at' | 'lane' | 'provider' | 'agentId'>;

export type StatisticsRepository = ReturnType<typeof createStatisticsRepository>;

export function createStatisticsRepository(sqlite: Database.Database) {
  const codec = rowCodec(jobStatistics);
  const find = sqlite
    .prepare<[number, number, string, string, string], unknown[]>(
      `SELECT ${codec.columnList} FROM job_statistics
       WHERE period_ms = ? AND at = ? AND lane = ? AND provider = ? AND agent_id = ?`,
    )
    .raw(true);
  const put = sqlite.prepare(
    `INSERT OR REPLACE INTO job_statistics (${codec.columnList}) VALUES (${codec.placeholders})`,
  );
  const prune = sqlite.prepare<[number, number, number, number]>(
    `DELETE FROM job_statistics WHERE (period_ms, at, lane, provider, agent_id) IN
     (SELECT period_ms, at, lane, provider, agent_id FROM job_statistics WHERE period_ms = ? AND at < ?
      ORDER BY at LIMIT ?) AND period_ms = ?`,
  );

  return {
    find({ periodMs, at, lane, provider, agentId }: StatisticsKey): JobStatisticsRow | undefined {
      const values = find.get(periodMs, at, lane, provider, agentId);
      return values === undefined ? undefined : codec.decode(values);
    },
    put(row: JobStatisticsRow): void {
      put.run(codec.encode(row));
    },
    /** Removes periods of this length that began before `before`. True when there may be more. */
    prune: (periodMs: PeriodMs, before: number, limit: number): boolean =>
      prune.run(periodMs, before, limit, periodMs).changes === limit,
  };
}
