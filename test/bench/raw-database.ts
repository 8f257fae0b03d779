/**
 * The limit that the database itself sets: better-sqlite3 and prepared statements, on the table, the indexes and the rows
 * of the engine, with nothing around them. The file is opened as the engine opens it.
 */
import { nextWaitingSql } from '../../db/jobs/job.repository.ts';
import { openStore } from '../../db/open.ts';
import type { Store } from '../../db/store.ts';
import { migrationsFolder } from './bench-engine.ts';

export type Synchronous = 'FULL' | 'NORMAL';
/** A row of `llm_jobs` as SQLite holds it, by column. */
export type RawRow = Record<string, string | number | null>;

/** Waiting rows that the engine wrote, in that order; those after `afterId`. */
export function readRows(store: Store, afterId = ''): RawRow[] {
  return store.sqlite
    .prepare<[string], RawRow>("SELECT * FROM llm_jobs WHERE state = 'waiting' AND id > ? ORDER BY id")
    .all(afterId);
}

export interface RawInserts {
  /** Inserts the rows, `perTransaction` in each commit. Returns the time it took, in ms. */
  insert(rows: readonly RawRow[], perTransaction: number): number;
  close(): void;
}

export function openRawInserts(folder: string, synchronous: Synchronous): RawInserts {
  const store = openStore({ folder, migrationsFolder, synchronous });
  let statement: ReturnType<typeof insertStatement> | undefined;
  return {
    insert(rows, perTransaction) {
      const insert = (statement ??= insertStatement(store, rows));
      const values = rows.map((row) => Object.values(row));
      const startedAt = performance.now();
      inTransactions(store, values, perTransaction, (row) => insert.run(row));
      return performance.now() - startedAt;
    },
    close: () => store.close(),
  };
}

/**
 * Jobs per second that are claimed and completed: one commit for each of the two steps (`perTransaction` 1), or for each
 * step of so many jobs. `withLog` also writes what the engine writes beside the row: two lines of the job's log, its usage.
 */
export function rawRunRate(
  folder: string,
  rows: readonly RawRow[],
  { synchronous, perTransaction, withLog }: { synchronous: Synchronous; perTransaction: number; withLog: boolean },
): number {
  const store = openStore({ folder, migrationsFolder, synchronous });
  try {
    const insert = insertStatement(store, rows);
    const values = rows.map((row) => Object.values(row));
    inTransactions(store, values, 1_000, (row) => insert.run(row));
    const job = jobStatements(store, withLog);
    const startedAt = performance.now();
    for (let done = 0; done < rows.length; done += perTransaction) {
      const count = Math.min(perTransaction, rows.length - done);
      const claimed: string[] = [];
      store.begin();
      for (let i = 0; i < count; i += 1) claimed.push(job.claim());
      store.commit();
      store.begin();
      for (const id of claimed) job.complete(id);
      store.commit();
    }
    return (rows.length / (performance.now() - startedAt)) * 1_000;
  } finally {
    store.close();
  }
}

function insertStatement(store: Store, rows: readonly RawRow[]) {
  const columns = Object.keys(rows[0] ?? {});
  return store.sqlite.prepare<[unknown[]]>(
    `INSERT INTO llm_jobs (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
}

function inTransactions<Item>(store: Store, items: readonly Item[], size: number, work: (item: Item) => void): void {
  for (let from = 0; from < items.length; from += size) {
    store.begin();
    for (const item of items.slice(from, from + size)) work(item);
    store.commit();
  }
}

/** The least that a claim and a completion can be: one seek, and one update of the columns that change, by primary key. */
function jobStatements(store: Store, withLog: boolean) {
  const { sqlite } = store;
  const next = sqlite.prepare<[string, string, null, number], string>(nextWaitingSql('id')).pluck();
  const claim = sqlite.prepare(
    "UPDATE llm_jobs SET state = 'active', phase = 'starting', attempts_started = 1, waiting_since = NULL, processed_by = 'worker:1', processed_on = ?, deadline_at = ?, version = 1 WHERE id = ? AND version = 0",
  );
  const complete = sqlite.prepare(
    "UPDATE llm_jobs SET state = 'completed', phase = NULL, rank = 0, returnvalue = ?, finished_on = ?, version = 2 WHERE id = ? AND version = 1",
  );
  const log = sqlite.prepare(
    'INSERT INTO job_events (job_id, version, at, event, from_state, to_state, attempt, detail) VALUES (?, ?, ?, ?, ?, ?, 1, ?)',
  );
  const usage = sqlite.prepare(
    "INSERT INTO usage (job_id, attempt, provider, model, input_tokens, output_tokens, estimated, at) VALUES (?, 1, 'demo', 'demo', 12, 0, 1, ?)",
  );
  const returnvalue = JSON.stringify({
    finishReason: 'stop',
    usage: { inputTokens: 12, outputTokens: 0, estimated: true },
    model: 'demo',
    omittedMessages: 0,
    text: '',
  });
  return {
    claim(): string {
      const id = next.get('high', 'demo', null, 1);
      if (id === undefined) throw new Error('no row is waiting');
      const at = Date.now();
      claim.run(at, at + 86_400_000, id);
      if (withLog) log.run(id, 1, at, 'CLAIM', 'waiting', 'active', '{"workerId":"worker:1"}');
      return id;
    },
    complete(id: string): void {
      const at = Date.now();
      complete.run(returnvalue, at, id);
      if (!withLog) return;
      log.run(id, 2, at, 'COMPLETE', 'active', 'completed', '{"attempt":1}');
      usage.run(id, at);
    },
  };
}
