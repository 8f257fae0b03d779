/**
 * What keeps long work on the database away from the engine's thread: reads that may take more than a few milliseconds, and
 * the copying of the WAL. One worker thread with connections of its own; the store's owner opens it, and closes it before
 * the store.
 */
import type { JobFilter } from '../jobs/list-jobs.ts';
import type { JobRow } from '../llm-jobs.model.ts';
import type { StatisticsFilter, StatisticsSeries } from '../statistics/read-statistics.ts';
import type { Store } from '../store.ts';
import type { ExportedConversation, ExportFormat } from '../../src/protocol/conversation-file.ts';
import type { ConversationId } from '../../src/protocol/ids.ts';
import type { SearchMessages, SearchResult } from '../../src/protocol/search.ts';
import { Checkpointer, defaultPolicy, type CheckpointPolicy } from './checkpointer.ts';
import { createJobListReads, type JobListReads } from './job-list-reads.ts';
import { RequestLine } from './request-line.ts';
import { SideThreadError } from './side-thread-error.ts';

export interface SideThreadOptions {
  store: Store;
  /** The thread's module: `thread.ts` beside this file, or what it was built to. */
  entry: string | URL;
  /** Calls back once after `delayMs`; the returned function takes that back. */
  after(delayMs: number, callback: () => void): () => void;
  /** Something went wrong and is tried again: the thread ended by itself, or a checkpoint failed. */
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  policy?: CheckpointPolicy;
}

export interface SideThread {
  /** Newest first. Sees every commit made before the call. Rejects with `SideThreadError`. */
  listJobs(filter: JobFilter): Promise<JobRow[]>;
  /** Lists that keep their places while one scrolls. */
  readonly jobLists: JobListReads;
  /** Undefined when there is no such conversation. Rejects with `SideThreadError`. */
  exportConversation(id: ConversationId, format: ExportFormat): Promise<ExportedConversation | undefined>;
  /** Messages and titles that hold what was typed; `now` in epoch milliseconds. Rejects with `SideThreadError`. */
  search(asked: SearchMessages, now: number): Promise<SearchResult>;
  /** What became of jobs, by steps of a range. Rejects with `SideThreadError`. */
  statistics(filter: StatisticsFilter): Promise<StatisticsSeries>;
  /**
   * Reads every page of the database, table by table, so that other requests have their turn in between. Resolves with the
   * first damage found, in SQLite's words. Rejects with `SideThreadError` when it could not be looked for.
   */
  check(): Promise<string | undefined>;
  /** Refuses what waits, gives checkpoints back to SQLite and resolves when the thread has ended. Twice is harmless. */
  close(): Promise<void>;
}

/**
 * Returns at once, and starts the thread when there is something for it to do; from now on checkpoints are its matter. It
 * never keeps the process alive.
 */
export function openSideThread(options: SideThreadOptions): SideThread {
  const { store, entry, after, warn } = options;
  const onFault = (error: unknown): void =>
    warn('a checkpoint failed; what is committed stays in the log beside the database, and it is tried again', {
      error,
    });
  const checkpointer = new Checkpointer({
    store,
    policy: options.policy ?? defaultPolicy,
    after,
    copy: (done) =>
      line.ask({ type: 'checkpoint' }, (outcome) => {
        if (!(outcome instanceof SideThreadError) && outcome.type === 'failed') onFault(outcome.message);
        done(!(outcome instanceof SideThreadError) && outcome.type === 'checkpointed');
      }),
    onFault,
  });
  const line = new RequestLine({
    entry,
    file: store.file,
    after,
    onReady: () => checkpointer.start(),
    onEnd(reason, restartMs) {
      checkpointer.stop();
      warn("the database's side thread ended by itself", { reason, restartMs });
    },
  });
  checkpointer.start();
  return {
    jobLists: createJobListReads(line),
    listJobs: (filter) =>
      new Promise((resolve, reject) => {
        line.ask({ type: 'list-jobs', filter }, (outcome) => {
          if (outcome instanceof SideThreadError) reject(outcome);
          else if (outcome.type === 'jobs') resolve(outcome.rows);
          else
            reject(
              new SideThreadError(
                `The jobs could not be read: ${outcome.type === 'failed' ? outcome.message : outcome.type}`,
              ),
            );
        });
      }),
    exportConversation: (id, format) =>
      new Promise((resolve, reject) => {
        line.ask({ type: 'export-conversation', id, format }, (outcome) => {
          if (outcome instanceof SideThreadError) reject(outcome);
          else if (outcome.type === 'exported') resolve(outcome.conversation);
          else {
            const why = outcome.type === 'failed' ? outcome.message : outcome.type;
            reject(new SideThreadError(`The conversation could not be read: ${why}`));
          }
        });
      }),
    search: (asked, now) =>
      new Promise((resolve, reject) => {
        line.ask({ type: 'search', asked, now }, (outcome) => {
          if (outcome instanceof SideThreadError) reject(outcome);
          else if (outcome.type === 'found') resolve(outcome.result);
          else {
            const why = outcome.type === 'failed' ? outcome.message : outcome.type;
            reject(new SideThreadError(`The messages could not be searched: ${why}`));
          }
        });
      }),
    statistics: (filter) =>
      new Promise((resolve, reject) => {
        line.ask({ type: 'statistics', filter }, (outcome) => {
          if (outcome instanceof SideThreadError) reject(outcome);
          else if (outcome.type === 'statistics') resolve(outcome.series);
          else {
            const why = outcome.type === 'failed' ? outcome.message : outcome.type;
            reject(new SideThreadError(`The statistics could not be read: ${why}`));
          }
        });
      }),
    async check() {
      for (const table of store.tables()) {
        const problem = await checkTable(line, table);
        if (problem !== undefined) return `${problem} (table ${table})`;
      }
      return undefined;
    },
    close() {
      checkpointer.stop();
      return line.close();
    },
  };
}

function checkTable(line: RequestLine, table: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    line.ask({ type: 'check', table }, (outcome) => {
      if (outcome instanceof SideThreadError) reject(outcome);
      else if (outcome.type === 'checked') resolve(outcome.problem);
      // A page so damaged that the check itself gives up.
      else resolve(outcome.type === 'failed' ? outcome.message : outcome.type);
    });
  });
}
