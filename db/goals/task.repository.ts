/** Tasks of goals, and which waits for which. One function for each query; the turn commits. */
import type Database from 'better-sqlite3';
import type { TaskState } from '../../src/protocol/goals.ts';
import type { GoalId, TaskId } from '../../src/protocol/ids.ts';
import { goalTasks, type TaskRow } from '../goals.model.ts';
import { changing, rowCodec } from '../row-codec.ts';
import { GoalVersionMiss } from './version-miss.ts';

export interface TaskEdge {
  taskId: TaskId;
  dependsOnId: TaskId;
}

/** What is needed of all tasks of a goal at once, without their texts. */
export interface TaskOutline {
  id: TaskId;
  state: TaskState;
  startedAt: number | null;
}

/** As goal_tasks_ready has it. */
const ready = `job_is_open = 0 AND awaits_summaries = 0 AND open_dependencies = 0
  AND state IN ('waiting', 'sentBack', 'working', 'inReview')`;
const edgeColumns = 'd.task_id AS taskId, d.depends_on_id AS dependsOnId';

/** What no write changes. */
const fixed: ReadonlySet<string> = new Set(['id', 'goalId', 'key', 'parentId', 'depth', 'machineVersion']);

export type TaskRepository = ReturnType<typeof createTaskRepository>;

export function createTaskRepository(sqlite: Database.Database) {
  const codec = rowCodec(goalTasks);
  const columns = codec.columnList;
  const rows = (sql: string) => {
    const statement = sqlite.prepare<unknown[], unknown[]>(sql).raw(true);
    return (...values: unknown[]): TaskRow[] => statement.all(...values).map((row) => codec.decode(row));
  };
  const ids = <Value extends string>(sql: string) => sqlite.prepare<[Value], TaskId>(sql).pluck();
  const insert = sqlite.prepare(`INSERT INTO goal_tasks (${columns}) VALUES (${codec.placeholders})`);
  const written = changing(goalTasks, fixed);
  const update = sqlite.prepare(`UPDATE goal_tasks SET ${codec.assignments(written)} WHERE id = ? AND version = ?`);
  const remove = sqlite.prepare<[TaskId]>('DELETE FROM goal_tasks WHERE id = ?');
  const removeAll = sqlite.prepare<[GoalId]>('DELETE FROM goal_tasks WHERE goal_id = ?');
  const get = rows(`SELECT ${columns} FROM goal_tasks WHERE id = ?`);
  const ofGoal = rows(`SELECT ${columns} FROM goal_tasks WHERE goal_id = ? ORDER BY id`);
  const outlines = sqlite.prepare<[GoalId], TaskOutline>(
    'SELECT id, state, started_at AS startedAt FROM goal_tasks WHERE goal_id = ? ORDER BY id',
  );
  const keys = sqlite.prepare<[GoalId], string>('SELECT key FROM goal_tasks WHERE goal_id = ?').pluck();
  const readyIds = sqlite
    .prepare<[GoalId, number], TaskId>(
      `SELECT id FROM goal_tasks INDEXED BY goal_tasks_ready WHERE goal_id = ? AND ${ready} ORDER BY id LIMIT ?`,
    )
    .pluck();
  const children = ids<TaskId>('SELECT id FROM goal_tasks WHERE parent_id = ? ORDER BY id');

  const addEdge = sqlite.prepare<[TaskId, TaskId]>(
    'INSERT OR IGNORE INTO goal_dependencies (task_id, depends_on_id) VALUES (?, ?)',
  );
  const clearEdges = sqlite.prepare<[TaskId]>('DELETE FROM goal_dependencies WHERE task_id = ?');
  const dependencies = ids<TaskId>(
    'SELECT depends_on_id FROM goal_dependencies WHERE task_id = ? ORDER BY depends_on_id',
  );
  const dependants = ids<TaskId>('SELECT task_id FROM goal_dependencies WHERE depends_on_id = ? ORDER BY task_id');
  const edges = sqlite.prepare<[GoalId], TaskEdge>(
    `SELECT ${edgeColumns} FROM goal_tasks t JOIN goal_dependencies d ON d.task_id = t.id WHERE t.goal_id = ?
     ORDER BY d.task_id, d.depends_on_id`,
  );
  const openCount = sqlite
    .prepare<[TaskId], number>(
      `SELECT count(*) FROM goal_dependencies d JOIN goal_tasks t ON t.id = d.depends_on_id
       WHERE d.task_id = ? AND t.state NOT IN ('accepted', 'skipped')`,
    )
    .pluck();
  const below = ids<TaskId>(
    `WITH RECURSIVE below(id) AS (
       SELECT ? UNION SELECT d.task_id FROM below b JOIN goal_dependencies d ON d.depends_on_id = b.id
     ) SELECT id FROM below ORDER BY id`,
  );

  return {
    insert(row: TaskRow): void {
      insert.run(codec.encode(row));
    },
    get: (id: TaskId): TaskRow | undefined => get(id)[0],
    /** Throws `GoalVersionMiss` unless the stored row is still at `seenVersion`. */
    write(row: TaskRow, seenVersion: number): void {
      const { changes } = update.run([...codec.encodeSome(row, written), row.id, seenVersion]);
      if (changes !== 1) throw new GoalVersionMiss(row.id, seenVersion);
    },
    /** With what it depended on, and what depended on it does so no longer. */
    remove(id: TaskId): void {
      remove.run(id);
    },
    removeAll(goalId: GoalId): void {
      removeAll.run(goalId);
    },
    /** In the order of the plan, as all lists here. */
    ofGoal: (id: GoalId): TaskRow[] => ofGoal(id),
    outlines: (id: GoalId): TaskOutline[] => outlines.all(id),
    keys: (id: GoalId): string[] => keys.all(id),
    /** Those that a job could be made for. */
    ready: (id: GoalId, limit: number): TaskId[] => readyIds.all(id, limit),
    /** The sub-tasks that it has proposed. */
    children: (id: TaskId): TaskId[] => children.all(id),

    /** Nothing happens when it is there already. */
    addDependency(taskId: TaskId, dependsOnId: TaskId): void {
      addEdge.run(taskId, dependsOnId);
    },
    clearDependencies(id: TaskId): void {
      clearEdges.run(id);
    },
    dependencies: (id: TaskId): TaskId[] => dependencies.all(id),
    dependants: (id: TaskId): TaskId[] => dependants.all(id),
    edges: (id: GoalId): TaskEdge[] => edges.all(id),
    /** Those that are neither accepted nor skipped. */
    openDependencies: (id: TaskId): number => openCount.get(id) ?? 0,
    /** The task and all that depends on it, however far away. */
    withAllBelow: (id: TaskId): TaskId[] => below.all(id),
  };
}
