/**
 * Rows in and out of hot statements. Drizzle owns the schema and every query that is not hot; the few statements that run
 * several times for each job are plain prepared statements, with columns and conversions read from Drizzle's tables, so that
 * there is one definition. (Drizzle's own prepared statements cost about as much again as SQLite itself here.)
 */
import type Database from 'better-sqlite3';
import { getTableColumns, getTableName } from 'drizzle-orm';
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core';

export interface RowCodec<Row> {
  readonly table: string;
  /** `"id", "name", …` in the table's order. */
  readonly columnList: string;
  /** `?, ?, …` for all columns. */
  readonly placeholders: string;
  /** All values in the table's order, as SQLite takes them. Pass the array as one argument to `run`. */
  encode(row: Row): unknown[];
  /** From a row of a statement in `raw` mode that selects `columnList`. */
  decode(values: readonly unknown[]): Row;
  /** The values of some columns, for an UPDATE made with `assignments`. */
  encodeSome(row: Partial<Row>, keys: readonly (keyof Row & string)[]): unknown[];
  /** `"name" = ?, …` */
  assignments(keys: readonly (keyof Row & string)[]): string;
}

export function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function rowCodec<Table extends SQLiteTable>(table: Table): RowCodec<Table['$inferSelect']> {
  type Row = Table['$inferSelect'];
  const columns: [string, SQLiteColumn][] = Object.entries(getTableColumns(table));
  const keys = columns.map(([key]) => key);
  const converted = new Map<string, SQLiteColumn>(
    columns.filter(([, column]) => column.dataType === 'json' || column.dataType === 'boolean'),
  );
  const encoders = columns.map(([key]) => converted.get(key));

  const encodeValue = (column: SQLiteColumn | undefined, value: unknown): unknown =>
    column === undefined || value === null ? value : column.mapToDriverValue(value);

  return {
    table: getTableName(table),
    columnList: keys.map((key) => `"${snakeCase(key)}"`).join(', '),
    placeholders: keys.map(() => '?').join(', '),
    encode(row) {
      const fields = row as Record<string, unknown>;
      return keys.map((key, i) => encodeValue(encoders[i], fields[key]));
    },
    encodeSome(row, some) {
      return some.map((key) => encodeValue(converted.get(key), row[key]));
    },
    decode(values) {
      const row: Record<string, unknown> = {};
      for (let i = 0; i < keys.length; i += 1) {
        const column = encoders[i];
        const value = values[i];
        row[keys[i] ?? ''] = column === undefined || value === null ? value : column.mapFromDriverValue(value);
      }
      return row as Row;
    },
    assignments: (some) => some.map((key) => `"${snakeCase(key)}" = ?`).join(', '),
  };
}

/**
 * Writes some columns of the row with that id; those that are undefined in `change` stay as they are. There is one statement for
 * each set of columns, prepared when it is first written.
 */
export function rowUpdate<Row extends { id: string }>(
  sqlite: Database.Database,
  codec: RowCodec<Row>,
): (id: Row['id'], change: Partial<Row>) => void {
  const statements = new Map<string, Database.Statement<unknown[]>>();
  return (id, change) => {
    const keys = (Object.keys(change) as (keyof Row & string)[]).filter((key) => change[key] !== undefined);
    if (keys.length === 0) return;
    const assignments = codec.assignments(keys);
    let statement = statements.get(assignments);
    if (statement === undefined) {
      statement = sqlite.prepare(`UPDATE "${codec.table}" SET ${assignments} WHERE id = ?`);
      statements.set(assignments, statement);
    }
    statement.run([...codec.encodeSome(change, keys), id]);
  };
}

/** The keys of a table's columns but those that no write changes. */
export function changing<Table extends SQLiteTable>(
  table: Table,
  fixed: ReadonlySet<string>,
): (keyof Table['$inferSelect'] & string)[] {
  return Object.keys(getTableColumns(table)).filter(
    (key): key is keyof Table['$inferSelect'] & string => !fixed.has(key),
  );
}
