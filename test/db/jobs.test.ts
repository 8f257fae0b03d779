/** The job tables: rows and snapshots, versions, and the schema that the migrations make. */
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as attachmentsModel from '../../db/attachments.model.ts';
import * as chatModel from '../../db/chat.model.ts';
import * as goalsModel from '../../db/goals.model.ts';
import { rowToSnapshot, snapshotToColumns } from '../../db/jobs/job-row.ts';
import { VersionMiss } from '../../db/jobs/job.repository.ts';
import * as jobsModel from '../../db/llm-jobs.model.ts';
import { snakeCase } from '../../db/row-codec.ts';
import * as settingsModel from '../../db/settings.model.ts';
import * as statisticsModel from '../../db/statistics.model.ts';
import { jobMachine } from '../../machines/job.machine.ts';
import type { JobPhase, JobState } from '../../src/protocol/job.ts';
import { dataFolder, openFolder } from '../support/data-folder.ts';
import { anyContext, anyFailure, anyValue } from '../support/job-arbitraries.ts';
import { blankRow, jobIdOf } from '../support/job-rows.ts';

describe('rows and snapshots', () => {
  it('are the same thing in two forms, also after a way through SQLite', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path, { synchronous: 'NORMAL' });
    let n = 0;
    store.begin();
    fc.assert(
      fc.property(anyValue, anyContext, fc.string({ unit: 'binary' }), (value, context, name) => {
        n += 1;
        const snapshot = jobMachine.resolveState({ value, context });
        const row = { ...blankRow({ id: jobIdOf(n), name }), ...snapshotToColumns(snapshot) };
        store.jobs.insert(row);
        const stored = store.jobs.get(row.id);
        expect(stored).toEqual(row);
        if (stored === undefined) return;
        const back = rowToSnapshot(stored);
        expect({ value: back.value, context: back.context, status: back.status }).toEqual({
          value: snapshot.value,
          context: snapshot.context,
          status: snapshot.status,
        });
        expect(snapshotToColumns(back)).toEqual(snapshotToColumns(snapshot));
      }),
      { numRuns: 500 },
    );
    store.commit();
    expect(store.sqlite.prepare('SELECT count(*) FROM llm_jobs').pluck().get()).toBe(n);
    store.close();
  });

  it('a row is written whole: every column that a transition may change comes back', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    const before = blankRow();
    store.jobs.insert(before);
    const columns = fc.record({
      value: anyValue,
      context: anyContext,
      failure: anyFailure,
      stacktrace: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
      omittedMessages: fc.nat(),
    });
    let version = 0;
    fc.assert(
      fc.property(columns, ({ value, context, failure, stacktrace, omittedMessages }) => {
        // Fixed at creation, and not written again.
        const { maxAttempts, backoff, timeouts } = before;
        const snapshot = jobMachine.resolveState({
          value,
          context: { ...context, maxAttempts, backoff, timeouts, failure },
        });
        const failedReason = failure.message;
        const more = { stacktrace, omittedMessages, failedReason, version: version + 1 };
        const after = { ...before, ...snapshotToColumns(snapshot), ...more };
        store.jobs.write(after, version);
        version += 1;
        expect(store.jobs.get(before.id)).toEqual({ ...after, progress: store.jobs.get(before.id)?.progress });
      }),
      { numRuns: 100 },
    );
    store.close();
  });

  it('a state that this version does not know is said, not guessed', () => {
    const unknown = 'asleep' as JobState;
    expect(() => rowToSnapshot(blankRow({ state: unknown }))).toThrow(/asleep/u);
    expect(() => rowToSnapshot(blankRow({ state: 'active', phase: 'dreaming' as JobPhase }))).toThrow(/dreaming/u);
  });

  it('a write that has seen an older version fails, and changes nothing', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    store.jobs.insert(blankRow());
    store.jobs.write(blankRow({ lane: 'high', version: 1 }), 0);
    const late = (): void => store.jobs.write(blankRow({ lane: 'medium', version: 1 }), 0);
    expect(late).toThrow(VersionMiss);
    expect(late).toThrow(expect.objectContaining({ name: 'VersionMiss' }));
    expect(() => store.jobs.write(blankRow({ id: jobIdOf(9) }), 0)).toThrow(VersionMiss);
    expect(store.jobs.get(jobIdOf(0))?.lane).toBe('high');
    store.close();
  });

  it('the place in line counts those before it, by rank and then by id, up to a limit', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    const rows = [3, 1, 2, 2, 7, 2].map((rank, n) => blankRow({ id: jobIdOf(n), rank }));
    for (const row of rows) store.jobs.insert(row);
    store.jobs.insert(blankRow({ id: jobIdOf(20), rank: 0, lane: 'high' }));
    store.jobs.insert(blankRow({ id: jobIdOf(21), rank: 0, provider: 'other' }));
    store.jobs.insert(blankRow({ id: jobIdOf(22), rank: 0, quarantined: true }));
    store.jobs.insert(blankRow({ id: jobIdOf(23), rank: 0, state: 'active', phase: 'starting' }));
    expect(rows.map((row) => store.jobs.ahead(row, null, 100))).toEqual([4, 0, 1, 2, 5, 3]);
    expect(rows.map((row) => store.jobs.ahead(row, null, 2))).toEqual([2, 0, 1, 2, 2, 2]);
    store.close();
  });
});

describe('schema', () => {
  const tables = Object.values({
    ...jobsModel,
    ...chatModel,
    ...settingsModel,
    ...statisticsModel,
    ...goalsModel,
    ...attachmentsModel,
  }).filter((table) => is(table, SQLiteTable));

  it('the migrations make the tables that the models say, column by column', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    expect(tables.length).toBe(27);
    for (const table of tables) {
      const { name, columns, primaryKeys } = getTableConfig(table);
      const keys = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
      const wanted = columns.map((column) => ({
        // Drizzle knows a column by its key; `casing` makes the name.
        name: snakeCase(column.name),
        type: column.getSQLType().toUpperCase(),
        notnull: Number(column.notNull),
        pk: Number(column.primary || keys.has(column.name)),
      }));
      const found = store.sqlite.pragma(`table_info(${name})`) as {
        name: string;
        type: string;
        notnull: number;
        pk: number;
      }[];
      expect(
        found.map((column) => ({
          name: column.name,
          type: column.type.toUpperCase(),
          notnull: column.notnull,
          pk: Math.min(1, column.pk),
        })),
        name,
      ).toEqual(wanted);
    }
    store.close();
  });

  it('the migrations make the indexes that the models say', () => {
    using folder = dataFolder();
    const store = openFolder(folder.path);
    const wanted = tables.flatMap((table) => getTableConfig(table).indexes.map(({ config }) => config.name));
    const found = store.sqlite
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
    expect(found.toSorted()).toEqual(wanted.toSorted());
    store.close();
  });
});
