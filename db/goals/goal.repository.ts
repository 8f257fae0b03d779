/** Goals: their rows, their jobs, what happened to them and what was delivered. One function for each query; the turn commits. */
import type Database from 'better-sqlite3';
import type { ConversationId, GoalId, JobId, TaskId } from '../../src/protocol/ids.ts';
import {
  goalArtefacts,
  goalEvents,
  goalJobs,
  goals,
  type GoalEventRow,
  type GoalJobRow,
  type GoalRow,
} from '../goals.model.ts';
import { changing, rowCodec } from '../row-codec.ts';
import { GoalVersionMiss } from './version-miss.ts';

/** As goals_open has it: not at rest. */
const open = "state IN ('planning', 'awaitingApproval', 'working', 'delivering', 'paused')";

/** Its conversation is not removed. There are few that are, for the minutes until they are purged. */
const present = 'conversation_id NOT IN (SELECT id FROM conversations WHERE removed_at IS NOT NULL)';

export interface Artefact {
  name: string;
  text: string;
}

/** What no write changes. */
const fixed: ReadonlySet<string> = new Set([
  'id',
  'conversationId',
  'messageId',
  'intention',
  'demo',
  'createdAt',
  'machineVersion',
]);

export type GoalRepository = ReturnType<typeof createGoalRepository>;

export function createGoalRepository(sqlite: Database.Database) {
  const codec = rowCodec(goals);
  const columns = codec.columnList;
  const jobs = rowCodec(goalJobs);
  const events = rowCodec(goalEvents);
  const artefacts = rowCodec(goalArtefacts);
  const rows = (sql: string) => {
    const statement = sqlite.prepare<unknown[], unknown[]>(sql).raw(true);
    return (...values: unknown[]): GoalRow[] => statement.all(...values).map((row) => codec.decode(row));
  };
  const insert = sqlite.prepare(`INSERT INTO goals (${columns}) VALUES (${codec.placeholders})`);
  const written = changing(goals, fixed);
  const update = sqlite.prepare(`UPDATE goals SET ${codec.assignments(written)} WHERE id = ? AND version = ?`);
  const get = rows(`SELECT ${columns} FROM goals WHERE id = ?`);
  const ofConversation = rows(`SELECT ${columns} FROM goals WHERE conversation_id = ? ORDER BY id`);
  const newest = rows(`SELECT ${columns} FROM goals WHERE ${present} AND id < ? ORDER BY id DESC LIMIT ?`);
  const newestOpen = rows(
    `SELECT ${columns} FROM goals INDEXED BY goals_open WHERE ${open} AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const newestOf = rows(
    `SELECT ${columns} FROM goals WHERE conversation_id = ? AND ${present} AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const openIds = sqlite
    .prepare<[], GoalId>(`SELECT id FROM goals INDEXED BY goals_open WHERE ${open} ORDER BY id`)
    .pluck();
  const openOf = sqlite
    .prepare<[ConversationId], GoalId>(`SELECT id FROM goals WHERE conversation_id = ? AND ${open} ORDER BY id`)
    .pluck();
  const anyOf = sqlite
    .prepare<[ConversationId], GoalId>('SELECT id FROM goals WHERE conversation_id = ? LIMIT 1')
    .pluck();
  const overtime = sqlite
    .prepare<[number, number], GoalId>(
      'SELECT id FROM goals WHERE time_cap_at IS NOT NULL AND time_cap_at <= ? ORDER BY time_cap_at LIMIT ?',
    )
    .pluck();
  const shift = sqlite.prepare<[number, number]>(
    `UPDATE goals INDEXED BY goals_open SET active_since = active_since + ?, time_cap_at = time_cap_at + ?,
     version = version + 1 WHERE ${open} AND active_since IS NOT NULL`,
  );
  const remove = sqlite.prepare<[GoalId]>('DELETE FROM goals WHERE id = ?');

  const insertJob = sqlite.prepare(`INSERT INTO goal_jobs (${jobs.columnList}) VALUES (${jobs.placeholders})`);
  const closeJob = sqlite.prepare<[number, number, JobId]>(
    'UPDATE goal_jobs SET is_open = 0, tokens = ?, cost_micros = ? WHERE job_id = ?',
  );
  const jobRows = (sql: string) => {
    const statement = sqlite.prepare<unknown[], unknown[]>(sql).raw(true);
    return (...values: unknown[]): GoalJobRow[] => statement.all(...values).map((row) => jobs.decode(row));
  };
  const job = jobRows(`SELECT ${jobs.columnList} FROM goal_jobs WHERE job_id = ?`);
  const jobsOf = jobRows(`SELECT ${jobs.columnList} FROM goal_jobs WHERE goal_id = ? ORDER BY job_id`);
  const jobsOfTask = jobRows(`SELECT ${jobs.columnList} FROM goal_jobs WHERE task_id = ? ORDER BY job_id`);
  const openJobs = jobRows(
    `SELECT ${jobs.columnList} FROM goal_jobs INDEXED BY goal_jobs_open WHERE goal_id = ? AND is_open = 1 ORDER BY job_id`,
  );
  const openOfTask = jobRows(
    `SELECT ${jobs.columnList} FROM goal_jobs INDEXED BY goal_jobs_task WHERE task_id = ? AND is_open = 1 ORDER BY job_id`,
  );

  const openTaskJobs = sqlite
    .prepare<[GoalId], JobId>(
      `SELECT job_id FROM goal_jobs INDEXED BY goal_jobs_open
       WHERE goal_id = ? AND is_open = 1 AND purpose IN ('work', 'review')`,
    )
    .pluck();

  const insertEvent = sqlite.prepare<[GoalId, TaskId | null, number, string, string | null]>(
    'INSERT INTO goal_events (goal_id, task_id, at, type, text) VALUES (?, ?, ?, ?, ?)',
  );
  const eventsBefore = sqlite
    .prepare<[GoalId, number, number], unknown[]>(
      `SELECT ${events.columnList} FROM goal_events WHERE goal_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
    )
    .raw(true);

  const planVersion = sqlite
    .prepare<[GoalId], number>(
      `SELECT seq FROM goal_events WHERE goal_id = ? AND type IN ('planned', 'plan-edited') ORDER BY seq DESC LIMIT 1`,
    )
    .pluck();

  const clearArtefacts = sqlite.prepare<[GoalId]>('DELETE FROM goal_artefacts WHERE goal_id = ?');
  const insertArtefact = sqlite.prepare(
    `INSERT INTO goal_artefacts (${artefacts.columnList}) VALUES (${artefacts.placeholders})`,
  );
  const artefactsOf = sqlite.prepare<[GoalId], Artefact>(
    'SELECT name, text FROM goal_artefacts WHERE goal_id = ? ORDER BY position',
  );

  return {
    insert(row: GoalRow): void {
      insert.run(codec.encode(row));
    },
    get: (id: GoalId): GoalRow | undefined => get(id)[0],
    /** Throws `GoalVersionMiss` unless the stored row is still at `seenVersion`. */
    write(row: GoalRow, seenVersion: number): void {
      const { changes } = update.run([...codec.encodeSome(row, written), row.id, seenVersion]);
      if (changes !== 1) throw new GoalVersionMiss(row.id, seenVersion);
    },
    /** The oldest first. */
    ofConversation: (id: ConversationId): GoalRow[] => ofConversation(id),
    /** The newest first, older than `before`; without those of removed conversations, whose goals are all at rest. */
    newest: (before: string, limit: number): GoalRow[] => newest(before, limit),
    newestOpen: (before: string, limit: number): GoalRow[] => newestOpen(before, limit),
    newestOfConversation: (id: ConversationId, before: string, limit: number): GoalRow[] => newestOf(id, before, limit),
    /** All that are not at rest. */
    openIds: (): GoalId[] => openIds.all(),
    openOfConversation: (id: ConversationId): GoalId[] => openOf.all(id),
    anyOfConversation: (id: ConversationId): GoalId | undefined => anyOf.get(id),
    /** Those whose time is used up. */
    overtime: (now: number, limit: number): GoalId[] => overtime.all(now, limit),
    /** The clock has moved by `byMs`: time that nobody has lived through counts for no goal. */
    shiftTimes(byMs: number): void {
      shift.run(byMs, byMs);
    },
    /** With everything that belongs to it. */
    remove(id: GoalId): void {
      remove.run(id);
    },

    insertJob(row: GoalJobRow): void {
      insertJob.run(jobs.encode(row));
    },
    /** It has ended, and this is what it took. */
    closeJob(id: JobId, tokens: number, costMicros: number): void {
      closeJob.run(tokens, costMicros, id);
    },
    job: (id: JobId): GoalJobRow | undefined => job(id)[0],
    /** Oldest first, these four. */
    jobs: (id: GoalId): GoalJobRow[] => jobsOf(id),
    jobsOfTask: (id: TaskId): GoalJobRow[] => jobsOfTask(id),
    openJobs: (id: GoalId): GoalJobRow[] => openJobs(id),
    /** Those that work on its tasks, or review them. */
    openTaskJobIds: (id: GoalId): JobId[] => openTaskJobs.all(id),
    openJobsOfTask: (id: TaskId): GoalJobRow[] => openOfTask(id),

    appendEvent({ goalId, taskId, at, type, text }: Omit<GoalEventRow, 'seq'>): void {
      insertEvent.run(goalId, taskId, at, type, text);
    },
    /** The newest first. */
    eventsBefore: (id: GoalId, before: number, limit: number): GoalEventRow[] =>
      eventsBefore.all(id, before, limit).map((row) => events.decode(row)),

    /** Names the plan as it is now: the line of the timeline that tells of its last change. 0: there was none yet. */
    planVersion: (id: GoalId): number => planVersion.get(id) ?? 0,

    /** In place of what was delivered before. The document first. */
    setArtefacts(goalId: GoalId, all: readonly Artefact[]): void {
      clearArtefacts.run(goalId);
      for (const [position, { name, text }] of all.entries()) {
        insertArtefact.run(artefacts.encode({ goalId, position, name, text }));
      }
    },
    artefacts: (id: GoalId): Artefact[] => artefactsOf.all(id),
  };
}
