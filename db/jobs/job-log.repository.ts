/** The append-only tables beside a job: its transitions, its streamed text; and the counters that turns keep. */
import type Database from 'better-sqlite3';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { JobId } from '../../src/protocol/ids.ts';
import type { Lane } from '../../src/protocol/job.ts';
import {
  jobChunks,
  jobCounts,
  jobEvents,
  laneClocks,
  type JobChunkRow,
  type JobEventRow,
  type JobRow,
} from '../llm-jobs.model.ts';
import { rowCodec } from '../row-codec.ts';

/** What jobs are counted by. */
export type JobKind = Pick<JobRow, 'lane' | 'state' | 'provider'>;

export type JobLogRepository = ReturnType<typeof createJobLogRepository>;

export function createJobLogRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const events = rowCodec(jobEvents);
  const insertEvent = sqlite.prepare(`INSERT INTO job_events (${events.columnList}) VALUES (${events.placeholders})`);
  const chunks = rowCodec(jobChunks);
  const insertChunk = sqlite.prepare(`INSERT INTO job_chunks (${chunks.columnList}) VALUES (${chunks.placeholders})`);
  const lastAttempt = sqlite
    .prepare<[JobId], number | null>('SELECT max(attempt) FROM job_chunks WHERE job_id = ?')
    .pluck();
  const streamedBefore = sqlite.prepare<[JobId, number], { attempts: number; chars: number }>(
    `SELECT count(*) AS attempts, ifnull(sum(chars), 0) AS chars FROM
     (SELECT sum(length(text)) AS chars FROM job_chunks WHERE job_id = ? AND attempt < ? GROUP BY attempt)`,
  );
  const addCount = sqlite.prepare(
    'INSERT INTO job_counts (lane, state, provider, count) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  );
  const setClock = sqlite.prepare(
    'INSERT INTO lane_clocks (lane, virtual_time) VALUES (?, ?) ON CONFLICT DO UPDATE SET virtual_time = excluded.virtual_time',
  );
  const setPause = sqlite.prepare(
    'INSERT INTO lane_clocks (lane, virtual_time, paused_at) VALUES (?, 0, ?) ON CONFLICT DO UPDATE SET paused_at = excluded.paused_at',
  );

  return {
    appendEvent(row: JobEventRow): void {
      insertEvent.run(events.encode(row));
    },
    /** Oldest first. */
    events: (id: JobId, limit: number): JobEventRow[] =>
      db.select().from(jobEvents).where(eq(jobEvents.jobId, id)).orderBy(asc(jobEvents.version)).limit(limit).all(),
    /** Those behind `version`, oldest first. */
    eventsAfter: (id: JobId, version: number, limit: number): JobEventRow[] =>
      db
        .select()
        .from(jobEvents)
        .where(and(eq(jobEvents.jobId, id), gt(jobEvents.version, version)))
        .orderBy(asc(jobEvents.version))
        .limit(limit)
        .all(),
    appendChunk(row: JobChunkRow): void {
      insertChunk.run(chunks.encode(row));
    },
    /** The attempt that streamed last, undefined when none did. */
    lastStreamedAttempt: (id: JobId): number | undefined => lastAttempt.get(id) ?? undefined,
    /** How many earlier attempts streamed something, and how much all of them together. */
    streamedBefore: (id: JobId, attempt: number): { attempts: number; chars: number } =>
      streamedBefore.get(id, attempt) ?? { attempts: 0, chars: 0 },
    /** In order of arrival. */
    chunks: (id: JobId, attempt: number): JobChunkRow[] =>
      db
        .select()
        .from(jobChunks)
        .where(and(eq(jobChunks.jobId, id), eq(jobChunks.attempt, attempt)))
        .orderBy(asc(jobChunks.offset))
        .all(),
    addCount({ lane, state, provider }: JobKind, delta: number): void {
      addCount.run(lane, state, provider, delta);
    },
    counts: () => db.select().from(jobCounts).all(),
    setLaneClock(lane: Lane, virtualTime: number): void {
      setClock.run(lane, virtualTime);
    },
    /** Since when the lane is paused (epoch ms); null: it is not. */
    setLanePause(lane: Lane, pausedAt: number | null): void {
      setPause.run(lane, pausedAt);
    },
    laneClocks: () => db.select().from(laneClocks).all(),
  };
}
