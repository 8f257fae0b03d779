/** One open data folder: the repositories and the transaction that a turn is. */
import type Database from 'better-sqlite3';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { createAttachmentRepository, type AttachmentRepository } from './attachments.repository.ts';
import { createChatRepository, type ChatRepository } from './chat/chat.repository.ts';
import { createGoalRepository, type GoalRepository } from './goals/goal.repository.ts';
import { createTaskRepository, type TaskRepository } from './goals/task.repository.ts';
import { createBulkRepository, type BulkRepository } from './jobs/bulk.repository.ts';
import { createDependencyRepository, type DependencyRepository } from './jobs/dependency.repository.ts';
import { identify } from './file-identity.ts';
import { createJobLogRepository, type JobLogRepository } from './jobs/job-log.repository.ts';
import { createJobRepository, type JobRepository } from './jobs/job.repository.ts';
import { createJobTimesRepository, type JobTimesRepository } from './jobs/job-times.repository.ts';
import { createRetentionRepository, type RetentionRepository } from './jobs/retention.repository.ts';
import { rescueCopy } from './rescue.ts';
import { createSettingsRepository, type SettingsRepository } from './settings.repository.ts';
import { createStatisticsRepository, type StatisticsRepository } from './statistics/statistics.repository.ts';
import { createWriteProbe } from './write-probe.ts';

export interface Store {
  readonly file: string;
  readonly jobs: JobRepository;
  readonly dependencies: DependencyRepository;
  readonly log: JobLogRepository;
  readonly chat: ChatRepository;
  readonly attachments: AttachmentRepository;
  readonly settings: SettingsRepository;
  readonly statistics: StatisticsRepository;
  readonly retention: RetentionRepository;
  readonly jobTimes: JobTimesRepository;
  readonly bulk: BulkRepository;
  readonly goals: GoalRepository;
  readonly tasks: TaskRepository;
  /** Takes the write lock. Throws SQLite's error when the file cannot be written. */
  begin(): void;
  /** Throws `StorageFault`, and stores nothing, when the file is not in its place any more. */
  commit(): void;
  /** Throws `StorageFault` when the file is not in its place any more. */
  assertInPlace(): void;
  /** Outside a transaction. Throws the storage fault while the disk takes no writes or the file is not in its place. */
  proveWritable(): void;
  /**
   * Copies all that is committed into a new file beside the database's, through the open file: also when its name is gone.
   * Resolves with the copy's path, when it is whole and on disk; lets the event loop run meanwhile.
   */
  rescue(): Promise<string>;
  /** Harmless when no transaction is open. */
  rollback(): void;
  /** The greatest ULID that a message, job, conversation, goal or task has; undefined in an empty database. */
  newestUlid(): string | undefined;
  /** Names of all tables that hold something; of a virtual one those below it. */
  tables(): string[];
  setSynchronous(mode: 'FULL' | 'NORMAL'): void;
  /** How full the WAL is. Looks at shared memory only, 2 us. */
  wal(): WalFill;
  /**
   * Copies what the WAL holds into the file, on this thread; the next commit starts the WAL over. Waits for nobody: where
   * another connection reads from the WAL, it copies what it can and leaves it at that. Throws inside a transaction.
   */
  checkpoint(): void;
  /**
   * Leaves checkpoints to the caller instead of to SQLite, which makes them inside a COMMIT (6-22 ms). `committed` runs after
   * each commit, must be quick and must not throw. Returns what takes that back.
   */
  takeOverCheckpoints(committed: () => void): () => void;
  /** Checkpoints, closes the file and frees the lease. Twice is harmless. */
  close(): void;
  /** The open connection, for tests and benchmarks that look at plans and pages. The engine does not use it. */
  readonly sqlite: Database.Database;
}

/** In pages. */
export interface WalFill {
  /** Written since the WAL was last started over. */
  pages: number;
  /** Of those, the ones that the file has. */
  copiedPages: number;
}

/** SQLite's default for automatic checkpoints. */
const automaticPages = 1_000;
/** A WAL that a long read made larger than this shrinks when it is started over. */
const keptWalBytes = 64 * 1024 * 1024;

export function createStore(
  sqlite: Database.Database,
  db: BetterSQLite3Database,
  file: string,
  releaseLease: () => void,
): Store {
  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  const tableNames = sqlite
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND rootpage > 0",
    )
    .pluck();
  const newestUlid = sqlite
    .prepare<[], string | null>(
      `SELECT max(substr(id, instr(id, '_') + 1)) FROM (SELECT max(id) AS id FROM messages
       UNION ALL SELECT max(id) FROM llm_jobs UNION ALL SELECT max(id) FROM conversations
       UNION ALL SELECT max(id) FROM goals UNION ALL SELECT max(id) FROM goal_tasks)`,
    )
    .pluck();
  const walFill = sqlite
    .prepare<[], [busy: number, log: number, checkpointed: number]>('PRAGMA wal_checkpoint(NOOP)')
    .raw(true);
  sqlite.pragma(`journal_size_limit = ${keptWalBytes}`);
  const { assertInPlace, assertLatelyInPlace } = identify(file);
  const probe = createWriteProbe(sqlite);
  let committed: (() => void) | undefined;
  return {
    file,
    sqlite,
    jobs: createJobRepository(sqlite),
    dependencies: createDependencyRepository(sqlite),
    log: createJobLogRepository(sqlite, db),
    chat: createChatRepository(sqlite, db),
    attachments: createAttachmentRepository(sqlite, db),
    settings: createSettingsRepository(sqlite, db),
    statistics: createStatisticsRepository(sqlite),
    retention: createRetentionRepository(sqlite),
    jobTimes: createJobTimesRepository(sqlite),
    bulk: createBulkRepository(db),
    goals: createGoalRepository(sqlite),
    tasks: createTaskRepository(sqlite),
    begin: () => void begin.run(),
    commit() {
      assertLatelyInPlace();
      commit.run();
      committed?.();
    },
    rollback() {
      if (sqlite.inTransaction) rollback.run();
    },
    assertInPlace,
    proveWritable() {
      assertInPlace();
      probe();
    },
    rescue: () => rescueCopy(sqlite, file),
    newestUlid: () => newestUlid.get() ?? undefined,
    tables: () => tableNames.all(),
    setSynchronous: (mode) => void sqlite.pragma(`synchronous = ${mode}`),
    wal() {
      const [, pages, copiedPages] = walFill.get() ?? [0, 0, 0];
      return { pages, copiedPages };
    },
    checkpoint() {
      if (sqlite.inTransaction) throw new Error('a checkpoint inside a transaction');
      const timeoutMs = String(sqlite.pragma('busy_timeout', { simple: true }));
      sqlite.pragma('busy_timeout = 0');
      try {
        sqlite.pragma('wal_checkpoint(RESTART)');
      } finally {
        sqlite.pragma(`busy_timeout = ${timeoutMs}`);
      }
    },
    takeOverCheckpoints(listener) {
      committed = listener;
      sqlite.pragma('wal_autocheckpoint = 0');
      return () => {
        committed = undefined;
        if (sqlite.open) sqlite.pragma(`wal_autocheckpoint = ${automaticPages}`);
      };
    },
    close() {
      if (sqlite.open) sqlite.close();
      releaseLease();
    },
  };
}
