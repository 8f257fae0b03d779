/** Changes of many jobs at once, as the control room starts them. Times are epoch milliseconds. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Lane } from '../src/protocol/job.ts';
import type { BulkAction, BulkState } from '../src/protocol/queue.ts';

/** One row for each: what it was to do, and how far it came. Each batch writes it in the turn in which it changes its jobs. */
export const bulkRuns = sqliteTable('bulk_runs', {
  id: integer().primaryKey({ autoIncrement: true }),
  action: text().$type<BulkAction>().notNull(),
  /** With `setLane`. */
  lane: text().$type<Lane>(),
  state: text().$type<BulkState>().notNull(),
  total: integer().notNull(),
  changed: integer().notNull(),
  unchanged: integer().notNull(),
  failed: integer().notNull(),
  startedAt: integer().notNull(),
  endedAt: integer(),
});
export type BulkRow = typeof bulkRuns.$inferSelect;
