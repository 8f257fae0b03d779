/**
 * What the engine needs from outside. Everything that differs between hosts, or between a real run and a test, comes in
 * through these: nothing below `src/engine` reads a clock, rolls dice or starts a process by itself.
 */
import type { JobFilter } from '../../db/jobs/list-jobs.ts';
import type { JobRow } from '../../db/llm-jobs.model.ts';
import type { JobListReads } from '../../db/side-thread/job-list-reads.ts';
import type { StatisticsFilter, StatisticsSeries } from '../../db/statistics/read-statistics.ts';
import type { ExportedConversation, ExportFormat } from '../protocol/conversation-file.ts';
import type { BackupFile } from '../protocol/data.ts';
import type { ConversationId } from '../protocol/ids.ts';
import type { SearchMessages, SearchResult } from '../protocol/search.ts';
import type { EngineToWorker, WorkerExit, WorkerToEngine } from '../protocol/worker.ts';

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back once after `delayMs`; the returned function takes that back. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** One running worker process. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** Never throws: what is sent to a process that has ended is dropped. */
  send(messages: readonly EngineToWorker[]): void;
  /** Ends it at once (SIGKILL). `onExit` follows. Harmless when it has ended. */
  kill(): void;
}

export interface WorkerEvents {
  /** In the order they were sent; never after `onExit`. */
  onMessages(messages: readonly WorkerToEngine[]): void;
  /** Exactly once, also when the process could not be started at all. */
  onExit(exit: WorkerExit): void;
}

/** Starts worker processes: `child_process` under Node, `utilityProcess` in Electron. */
export interface WorkerHost {
  /** Returns at once; the process says `ready` when it takes jobs. */
  spawn(options: { id: string; slots: number }, events: WorkerEvents): WorkerProcess;
}

/** Where API keys and secret headers live; never the database. Names are `<provider>` and `<provider>/header/<name>`. */
export interface SecretStore {
  get(name: string): string | undefined;
  /** Where `get` would take it from. */
  source(name: string): 'environment' | 'stored' | undefined;
  /** Throws, or rejects, with a message for people when it cannot be kept. */
  set(name: string, value: string): void | Promise<void>;
  delete(name: string): void;
}

/** Reads of stored jobs that may take long; they run beside the engine's thread. `openSideThread` makes one. */
export interface JobHistory {
  /** Newest first. Sees every commit made before the call. Rejects with `SideThreadError`. */
  listJobs(filter: JobFilter): Promise<JobRow[]>;
  readonly jobLists: JobListReads;
  /** Undefined when there is no such conversation. Rejects with `SideThreadError`. */
  exportConversation(id: ConversationId, format: ExportFormat): Promise<ExportedConversation | undefined>;
  /** Messages and titles that hold what was typed. Rejects with `SideThreadError`. */
  search(asked: SearchMessages, now: number): Promise<SearchResult>;
  /** What became of jobs, by steps of a range. Rejects with `SideThreadError`. */
  statistics(filter: StatisticsFilter): Promise<StatisticsSeries>;
  /** Reads every page. Resolves with the first damage found, in SQLite's words; rejects with `SideThreadError`. */
  check(): Promise<string | undefined>;
  /** Resolves when nothing of it is left. Twice is harmless. */
  close(): Promise<void>;
}

/** The way of worker processes into the network. What it is told counts for processes that are started afterwards. */
export interface WorkerNetwork {
  /** What the host was started with; the proxy's URL may hold a password. */
  readonly environment: {
    readonly proxy: string | undefined;
    readonly bypass: string | undefined;
    readonly authorityFile: string | undefined;
  };
  useProxy(proxy: 'as-started' | 'none' | { url: string; bypass: string }): void;
  /** The certificates that were kept, as PEM. */
  authorities(): string | undefined;
  /** Undefined removes them. Throws with a message for people. */
  keepAuthorities(pem: string | undefined): void;
}

/** Where the host keeps the database. */
export interface DataFolder {
  readonly path: string;
  sizes(): { databaseBytes: number; logBytes: number; freeBytes: number | null };
  /** Newest first. */
  backups(): BackupFile[];
  /** Resolves when the copy is whole, checked and on disk. Rejects with a message for people; nothing is left behind. */
  backUp(): Promise<void>;
  removeBackup(name: string): void | Promise<void>;
}

/** What the pool's size depends on besides the load. */
export interface SystemMeter {
  readonly cpuCount: number;
  freeMemoryBytes(): number;
  /** p99 of this process's event-loop delay since the last call. */
  eventLoopDelayMs(): number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Structured: `fields` may hold worker, job, attempt, provider; never a key or a message's text. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;
