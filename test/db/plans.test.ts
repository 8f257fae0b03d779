/** How SQLite runs the statements that turns use: by seeking in an index, whatever the number of rows. */
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createMessageRepository } from '../../db/chat/message.repository.ts';
import { createDependencyRepository } from '../../db/jobs/dependency.repository.ts';
import { createJobLogRepository } from '../../db/jobs/job-log.repository.ts';
import { createJobRepository, nextWaitingSql, waitingOfAgentsSql } from '../../db/jobs/job.repository.ts';
import { createGoalRepository } from '../../db/goals/goal.repository.ts';
import { createTaskRepository } from '../../db/goals/task.repository.ts';
import type { Store } from '../../db/store.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';

/** Small parts of the table, each behind an index of its own: nothing else is in there, so all of it is read. */
const wholePartialIndexes = [
  /^SCAN llm_jobs USING (?:COVERING )?INDEX llm_jobs_active$/u,
  /^SCAN llm_jobs USING (?:COVERING )?INDEX llm_jobs_quarantine$/u,
  /^SCAN llm_jobs USING (?:COVERING )?INDEX llm_jobs_stopping$/u,
];

describe('plans', () => {
  it('the claim seeks in its own index, and finds its order there', () => {
    using opened = open();
    expect(plan(opened.store, nextWaitingSql('*'))).toEqual([
      'SEARCH llm_jobs USING INDEX llm_jobs_claim (lane=? AND provider=? AND agent_id=?)',
    ]);
  });

  it('a start counts the jobs of agents in the index, without those of none', () => {
    using opened = open();
    expect(plan(opened.store, waitingOfAgentsSql)).toEqual([
      'SEARCH llm_jobs USING COVERING INDEX llm_jobs_claim (lane=? AND provider=? AND agent_id>?)',
    ]);
  });

  it('no statement of a turn scans the table or sorts', () => {
    using opened = open();
    const { sqlite } = opened.store;
    const statements = recorded(opened.store, () => {
      const db = drizzle(sqlite, { casing: 'snake_case' });
      createJobRepository(sqlite);
      createDependencyRepository(sqlite);
      createJobLogRepository(sqlite, db);
    });
    const reads = statements.filter((sql) => /^\s*(?:SELECT|WITH|UPDATE)/u.test(sql));
    expect(reads.length).toBeGreaterThan(15);
    for (const sql of reads) {
      // One conversation's open jobs, counted for its view, are as few as a user can send.
      const sorts = /GROUP BY state/u.test(sql) ? ['USE TEMP B-TREE FOR GROUP BY'] : [];
      for (const line of plan(opened.store, sql)) {
        if (sorts.includes(line) || wholePartialIndexes.some((allowed) => allowed.test(line))) continue;
        if (
          /^(?:SCAN (?:upstream|u|CONSTANT ROW|\(subquery-\d+\)|\d+ CONSTANT ROWS?)|SCAN json_each VIRTUAL TABLE|SETUP|RECURSIVE STEP|MATERIALIZE|CO-ROUTINE|SCALAR SUBQUERY|COMPOUND QUERY|LEFT-MOST SUBQUERY|LIST SUBQUERY|CREATE BLOOM FILTER|UNION)/u.test(
            line,
          )
        ) {
          continue;
        }
        expect(line, `${line} in: ${sql}`).toMatch(/^SEARCH /u);
      }
    }
  });

  it('a page of a conversation is one seek in the index of the path that is shown, and so is each version', () => {
    using opened = open();
    const { sqlite } = opened.store;
    const statements = recorded(opened.store, () => {
      createMessageRepository(sqlite, drizzle(sqlite, { casing: 'snake_case' }));
    });
    const path = 'SEARCH messages USING INDEX messages_path (conversation_id=?';
    const plansOf = (text: RegExp) => statements.filter((sql) => text.test(sql)).map((sql) => plan(opened.store, sql));
    const pages = plansOf(/^SELECT "id".*hidden = 0/su);
    expect(pages.length).toBeGreaterThan(4);
    for (const lines of pages) expect(lines).toEqual([expect.stringContaining(path)]);
    const versions = plansOf(/messages_parent/u);
    expect(versions).toHaveLength(5);
    for (const lines of versions) {
      const reads = lines.filter((line) => /^(?:SEARCH|SCAN) (?:m|messages)\b/u.test(line));
      expect(reads.length).toBeGreaterThan(0);
      // By its parent, or one of those that were found so.
      for (const line of reads) expect(line).toMatch(/\(conversation_id=\? AND parent_id=\?\)$|\((?:rowid|id)=\?\)$/u);
    }
  });

  it('no statement of a goal reads more than what belongs to it, but for the lists of those that are not at rest', () => {
    using opened = open();
    const { sqlite } = opened.store;
    const statements = recorded(opened.store, () => {
      createGoalRepository(sqlite);
      createTaskRepository(sqlite);
    }).filter((sql) => /^\s*(?:SELECT|WITH|UPDATE|DELETE)/u.test(sql));
    expect(statements.length).toBeGreaterThan(30);
    for (const sql of statements) {
      for (const line of plan(opened.store, sql)) {
        // What belongs to one goal is put in order when it is read: 500 rows at most.
        if (line === 'USE TEMP B-TREE FOR ORDER BY') continue;
        const isAllowed =
          /^SCAN goals USING (?:COVERING )?INDEX goals_(?:open|time)\b/u.test(line) ||
          // The conversations that were removed and are not purged yet: few, behind an index of their own.
          /^S(?:CAN|EARCH) conversations USING COVERING INDEX conversations_removed\b/u.test(line) ||
          /^(?:SCAN (?:b|below|CONSTANT ROW)$|SETUP|RECURSIVE STEP|CO-ROUTINE below|MATERIALIZE below|COMPOUND QUERY|LEFT-MOST|LIST SUBQUERY|CREATE BLOOM FILTER|UNION)/u.test(
            line,
          );
        if (!isAllowed) expect(line, `${line} in: ${sql}`).toMatch(/^SEARCH /u);
      }
    }
  });

  it('the place of a job is counted from the front of the line only', () => {
    using opened = open();
    const sql = recorded(opened.store, () => {
      createJobRepository(opened.store.sqlite);
    }).find((text) => /SELECT count\(\*\) FROM \(SELECT 1.*lane = .*rank/su.test(text));
    expect(plan(opened.store, sql ?? '').join('\n')).toContain(
      'llm_jobs_claim (lane=? AND provider=? AND agent_id=? AND (rank,id)<(?,?))',
    );
  });
});

function open(): Disposable & { store: Store } {
  const folder = dataFolder();
  const store = openFolder(folder.path);
  return {
    store,
    [Symbol.dispose]() {
      store.close();
      folder[Symbol.dispose]();
    },
  };
}

/** What was prepared during `work`. */
function recorded({ sqlite }: Store, work: () => void): string[] {
  const statements: string[] = [];
  const prepare = sqlite.prepare.bind(sqlite);
  sqlite.prepare = (sql: string) => {
    statements.push(sql);
    return prepare(sql);
  };
  work();
  sqlite.prepare = prepare;
  return statements;
}

function plan({ sqlite }: Store, sql: string): string[] {
  const parameters = Array.from({ length: sql.split('?').length - 1 }, () => null);
  const lines = sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
  return lines.map(({ detail }) => detail);
}
