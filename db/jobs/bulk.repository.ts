/** Changes of many jobs: what they were to do, and how far they came. */
import { desc, eq, lte } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { bulkRuns, type BulkRow } from '../queue.model.ts';

/** Older ones are forgotten. */
const kept = 100;

export type BulkRepository = ReturnType<typeof createBulkRepository>;

export function createBulkRepository(db: BetterSQLite3Database) {
  return {
    /** The newest. */
    last: (): BulkRow | undefined => db.select().from(bulkRuns).orderBy(desc(bulkRuns.id)).limit(1).get(),
    get: (id: number): BulkRow | undefined => db.select().from(bulkRuns).where(eq(bulkRuns.id, id)).get(),
    insert(run: Omit<BulkRow, 'id'>): BulkRow {
      const row = db.insert(bulkRuns).values(run).returning().get();
      db.delete(bulkRuns)
        .where(lte(bulkRuns.id, row.id - kept))
        .run();
      return row;
    },
    write({ id, ...run }: BulkRow): void {
      db.update(bulkRuns).set(run).where(eq(bulkRuns.id, id)).run();
    },
  };
}
