/** One open data folder: the repositories and the transaction that a turn is. */
import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { createChatRepository, type ChatRepository } from './chat/chat.repository.ts';
import { createDependencyRepository, type DependencyRepository } from './jobs/dependency.repository.ts';
import { createJobLogRepository, type JobLogRepository } from './jobs/job-log.repository.ts';
import { createJobRepository, type JobRepository } from './jobs/job.repository.ts';
import { createSettingsRepository, type SettingsRepository } from './settings.repository.ts';

export interface Store {
  readonly file: string;
  readonly jobs: JobRepository;
  readonly dependencies: DependencyRepository;
  readonly log: JobLogRepository;
  readonly chat: ChatRepository;
  readonly settings: SettingsRepository;
  /** Takes the write lock. Throws SQLite's error when the file cannot be written. */
  begin(): void;
  commit(): void;
  /** Harmless when no transaction is open. */
  rollback(): void;
  setSynchronous(mode: 'FULL' | 'NORMAL'): void;
  /** Moves the WAL's pages into the file; for idle moments, never inside a turn. */
  checkpoint(mode: 'PASSIVE' | 'TRUNCATE'): void;
  /** Checkpoints, closes the file and frees the lease. Twice is harmless. */
  close(): void;
  /** The open connection, for tests and benchmarks that look at plans and pages. The engine does not use it. */
  readonly sqlite: Database.Database;
}

export function createStore(
  sqlite: Database.Database,
  db: BetterSQLite3Database,
  file: string,
  releaseLease: () => void,
): Store {
  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  return {
    file,
    sqlite,
    jobs: createJobRepository(sqlite, db),
    dependencies: createDependencyRepository(sqlite, db),
    log: createJobLogRepository(sqlite, db),
    chat: createChatRepository(sqlite, db),
    settings: createSettingsRepository(sqlite, db),
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback() {
      if (sqlite.inTransaction) rollback.run();
    },
    setSynchronous: (mode) => void sqlite.pragma(`synchronous = ${mode}`),
    checkpoint: (mode) => void sqlite.pragma(`wal_checkpoint(${mode})`),
    close() {
      if (sqlite.open) sqlite.close();
      releaseLease();
    },
  };
}
