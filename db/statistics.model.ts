/**
 * What became of jobs, in periods of a minute and of an hour: counters that the turns keep, so that a month of charts is
 * read from some thousand rows instead of from a million answers, and outlives the job rows. Times are epoch milliseconds.
 */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { ProviderId } from '../src/protocol/ids.ts';
import type { Lane } from '../src/protocol/job.ts';

/** How many durations fell into each bin, as pairs `[bin, count, bin, count, …]` in the order of the bins. */
export type HistogramPairs = number[];

/**
 * For each period and lane one row of counters for every provider and agent, and one with the lane's durations. Those are not
 * kept by provider and agent: a histogram is read a hundred times more slowly than a counter.
 */
export const jobStatistics = sqliteTable(
  'job_statistics',
  {
    /** Length of the period: 60,000 or 3,600,000. */
    periodMs: integer().notNull(),
    /** Its start, a multiple of its length. */
    at: integer().notNull(),
    lane: text().$type<Lane>().notNull(),
    /** Empty in the row of the lane's durations, whose counters are 0. */
    provider: text().$type<ProviderId>().notNull(),
    /** Empty for jobs outside conversations. */
    agentId: text().notNull(),
    completed: integer().notNull(),
    failed: integer().notNull(),
    cancelled: integer().notNull(),
    /** Attempts that failed and were tried again. */
    retried: integer().notNull(),
    inputTokens: integer().notNull(),
    outputTokens: integer().notNull(),
    /** Millionths of a US dollar, of the answers with a known price. */
    costMicros: integer().notNull(),
    /** Answers whose price nobody knew. */
    unpriced: integer().notNull(),
    /** From entering the line to the claim, of every claim. */
    waits: text({ mode: 'json' }).$type<HistogramPairs>().notNull(),
    /** From the claim to the first text or thinking, and to the end; of whole answers. */
    firstContents: text({ mode: 'json' }).$type<HistogramPairs>().notNull(),
    runs: text({ mode: 'json' }).$type<HistogramPairs>().notNull(),
  },
  (row) => [primaryKey({ columns: [row.periodMs, row.at, row.lane, row.provider, row.agentId] })],
);
export type JobStatisticsRow = typeof jobStatistics.$inferSelect;
