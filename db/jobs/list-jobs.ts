/** Jobs by filter. It may scan the whole table where no index fits, so it runs in the side thread and never in the engine's. */
import { and, desc, eq, lt, type SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { JobId, ProviderId } from '../../src/protocol/ids.ts';
import type { JobState, Lane } from '../../src/protocol/job.ts';
import { llmJobs, type JobRow } from '../llm-jobs.model.ts';

/** All conditions hold together; an absent one does not count. */
export interface JobFilter {
  state?: JobState | undefined;
  lane?: Lane | undefined;
  provider?: ProviderId | undefined;
  groupKey?: string | undefined;
  /** Only jobs older than this one. */
  before?: JobId | undefined;
  limit: number;
}

/** Newest first. */
export function listJobs(db: BetterSQLite3Database, filter: JobFilter): JobRow[] {
  const conditions: SQL[] = [];
  if (filter.state !== undefined) conditions.push(eq(llmJobs.state, filter.state));
  if (filter.lane !== undefined) conditions.push(eq(llmJobs.lane, filter.lane));
  if (filter.provider !== undefined) conditions.push(eq(llmJobs.provider, filter.provider));
  if (filter.groupKey !== undefined) conditions.push(eq(llmJobs.groupKey, filter.groupKey));
  if (filter.before !== undefined) conditions.push(lt(llmJobs.id, filter.before));
  return db
    .select()
    .from(llmJobs)
    .where(and(...conditions))
    .orderBy(desc(llmJobs.id))
    .limit(filter.limit)
    .all();
}
