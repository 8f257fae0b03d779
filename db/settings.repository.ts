/** Settings, providers, usage, and the requests that were answered before. */
import type Database from 'better-sqlite3';
import { asc, eq, gt } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AgentId, JobId, ProviderId } from '../src/protocol/ids.ts';
import { rowCodec } from './row-codec.ts';
import { providers, requests, settings, usage, type ProviderRow, type UsageRow } from './settings.model.ts';

export type SettingsRepository = ReturnType<typeof createSettingsRepository>;
export type RequestRow = typeof requests.$inferSelect;

export function createSettingsRepository(sqlite: Database.Database, db: BetterSQLite3Database) {
  const request = rowCodec(requests);
  const getRequest = sqlite
    .prepare<[string], unknown[]>(`SELECT ${request.columnList} FROM requests WHERE request_id = ?`)
    .raw(true);
  const insertRequest = sqlite.prepare(`INSERT INTO requests (${request.columnList}) VALUES (${request.placeholders})`);
  const usageRow = rowCodec(usage);
  const usageOfAgents = sqlite.prepare<[number], { agentId: AgentId; tokens: number; costMicros: number }>(
    `SELECT agent_id AS agentId, sum(input_tokens + output_tokens) AS tokens, coalesce(sum(cost_micros), 0) AS costMicros
     FROM usage INDEXED BY usage_at WHERE at >= ? AND agent_id IS NOT NULL GROUP BY agent_id`,
  );
  const insertUsage = sqlite.prepare(`INSERT INTO usage (${usageRow.columnList}) VALUES (${usageRow.placeholders})`);

  return {
    settings: (): Record<string, unknown> =>
      Object.fromEntries(
        db
          .select()
          .from(settings)
          .all()
          .map((row) => [row.key, row.value]),
      ),
    set(key: string, value: unknown): void {
      db.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } }).run();
    },

    providers: (): ProviderRow[] => db.select().from(providers).orderBy(asc(providers.id)).all(),
    insertProvider(row: ProviderRow): void {
      db.insert(providers).values(row).run();
    },
    updateProvider(id: ProviderId, change: Partial<Omit<ProviderRow, 'id'>>): void {
      db.update(providers).set(change).where(eq(providers.id, id)).run();
    },
    removeProvider(id: ProviderId): void {
      db.delete(providers).where(eq(providers.id, id)).run();
    },

    recordUsage(row: UsageRow): void {
      insertUsage.run(usageRow.encode(row));
    },
    /** Of answers that came after `at`. */
    usageSince: (at: number): UsageRow[] => db.select().from(usage).where(gt(usage.at, at)).all(),
    /** What each agent's answers have taken from `at` on; reads that part of the table. */
    usageOfAgents: (at: number) => usageOfAgents.all(at),
    /** Of a job's answers, by attempt; they outlive the job. */
    usageOf: (id: JobId): UsageRow[] =>
      db.select().from(usage).where(eq(usage.jobId, id)).orderBy(asc(usage.attempt)).all(),
    request(requestId: string): RequestRow | undefined {
      const values = getRequest.get(requestId);
      return values === undefined ? undefined : request.decode(values);
    },
    insertRequest(row: RequestRow): void {
      insertRequest.run(request.encode(row));
    },
  };
}
