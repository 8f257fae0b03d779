/** The rows of `llm_jobs`: one function for each query. None of them commits; the turn does. */
import Database from 'better-sqlite3';
import type { AgentId, JobId, ProviderId } from '../../src/protocol/ids.ts';
import type { JobState, Lane } from '../../src/protocol/job.ts';
import { llmJobs, type JobRow } from '../llm-jobs.model.ts';
import { rowCodec } from '../row-codec.ts';

/** A row changed under a writer that had read an older version. The turn fails and is run again. */
export class VersionMiss extends Error {
  constructor(id: JobId, version: number) {
    super(`job ${id} is not at version ${version} any more`);
    this.name = 'VersionMiss';
  }
}

/** A row whose JSON is damaged: it stops nobody but itself (`mend`). */
export class UnreadableRow extends Error {
  readonly id: JobId;

  constructor(id: JobId, cause?: unknown) {
    super(`the row of job ${id} cannot be read`, { cause });
    this.name = 'UnreadableRow';
    this.id = id;
  }
}

/** What a transition may change; the rest of a row is fixed at creation. */
const written = [
  'state',
  'phase',
  'lane',
  'provider',
  'fallbackModel',
  'rank',
  'attemptsStarted',
  'attemptsMade',
  'stalledCounter',
  'quarantined',
  'quarantineDeaths',
  'openDependencies',
  'heldDependencies',
  'runAt',
  'deadlineAt',
  'waitingSince',
  'progress',
  'returnvalue',
  'failedReason',
  'failure',
  'stacktrace',
  'omittedMessages',
  'queueDeadlineAt',
  'runDeadlineAt',
  'stoppedOn',
  'processedBy',
  'processedOn',
  'firstContentAt',
  'finishedOn',
  'version',
] as const satisfies (keyof JobRow)[];

/** The claim: the first jobs of one agent (NULL: of none) in a lane at one provider, by an index seek. */
export const nextWaitingSql = (columns: string): string =>
  `SELECT ${columns} FROM llm_jobs WHERE state = 'waiting' AND quarantined = 0 AND lane = ? AND provider = ? AND agent_id IS ? ORDER BY rank, id LIMIT ?`;

/** Behind those of no agent in the index of the claim, which are not read. */
export const waitingOfAgentsSql = `SELECT lane, provider, agent_id AS agentId, count(*) AS count FROM llm_jobs
  WHERE state = 'waiting' AND quarantined = 0 AND lane = ? AND provider = ? AND agent_id > '' GROUP BY agent_id`;

/** A parameter holds the agents whose limit is reached, as a JSON array. */
const notHeld = '(agent_id IS NULL OR agent_id NOT IN (SELECT value FROM json_each(?)))';

/** How many jobs of an agent wait in one line. */
export interface AgentLine {
  lane: Lane;
  provider: ProviderId;
  agentId: AgentId;
  count: number;
}

/** Damaged JSON gives no type, where `json_type` by itself would throw. */
const jsonType = (column: string): string => `CASE WHEN json_valid(${column}) THEN json_type(${column}) END`;
const jsonOr = (column: string, type: 'object' | 'array', otherwise: string): string =>
  `${column} = CASE WHEN ${jsonType(column)} = '${type}' THEN ${column} ELSE ${otherwise} END`;
const noPrompt = `json_object('kind', 'prompt', 'model', provider || '/unknown', 'messages', json('[]'),
  'params', json('{}'), 'readsResults', json('false'))`;
const mendSql = `UPDATE llm_jobs SET ${[
  jsonOr('data', 'object', noPrompt),
  jsonOr('backoff', 'object', `json_object('type', 'fixed', 'delayMs', 0, 'maxDelayMs', 0)`),
  jsonOr('returnvalue', 'object', 'NULL'),
  jsonOr('failure', 'object', 'NULL'),
  jsonOr('fallbacks', 'object', 'NULL'),
  jsonOr('timeouts', 'object', `'{}'`),
  jsonOr('stacktrace', 'array', `'[]'`),
].join(', ')} WHERE id = ?`;

export type JobRepository = ReturnType<typeof createJobRepository>;

export function createJobRepository(sqlite: Database.Database) {
  const codec = rowCodec(llmJobs);
  const columns = codec.columnList;
  const raw = (sql: string) => sqlite.prepare<unknown[], unknown[]>(sql).raw(true);
  const read = (values: unknown[]): JobRow => {
    const id = values[0] as JobId;
    let row: JobRow;
    try {
      row = codec.decode(values);
    } catch (error) {
      throw new UnreadableRow(id, error);
    }
    if (row.data === null) throw new UnreadableRow(id);
    return row;
  };
  const one = (values: unknown[] | undefined): JobRow | undefined => (values === undefined ? undefined : read(values));

  const insert = sqlite.prepare(`INSERT INTO llm_jobs (${columns}) VALUES (${codec.placeholders})`);
  const get = raw(`SELECT ${columns} FROM llm_jobs WHERE id = ?`);
  const write = sqlite.prepare(`UPDATE llm_jobs SET ${codec.assignments(written)} WHERE id = ? AND version = ?`);
  const progress = sqlite.prepare('UPDATE llm_jobs SET progress = ? WHERE id = ? AND attempts_started = ?');
  const nextWaiting = raw(nextWaitingSql(columns));
  const nextQuarantined = raw(
    `SELECT ${columns} FROM llm_jobs WHERE state = 'waiting' AND quarantined = 1 AND lane = ? AND provider = ?
     AND ${notHeld} ORDER BY rank, id LIMIT ?`,
  );
  const quarantined = sqlite
    .prepare<[Lane, ProviderId, string, number], number>(
      `SELECT count(*) FROM (SELECT 1 FROM llm_jobs WHERE state = 'waiting' AND quarantined = 1 AND lane = ? AND provider = ?
       AND ${notHeld} LIMIT ?)`,
    )
    .pluck();
  const groupTail = sqlite
    .prepare<[string, Lane], number | null>(
      "SELECT max(rank) FROM llm_jobs WHERE group_key = ? AND lane = ? AND state IN ('blocked', 'delayed', 'waiting', 'active')",
    )
    .pluck();
  const openOfGroup = sqlite.prepare<[string], { state: JobState; count: number }>(
    `SELECT state, count(*) AS count FROM llm_jobs WHERE group_key = ? AND state IN ('blocked', 'delayed', 'waiting', 'active') GROUP BY state`,
  );
  const idsOfGroup = sqlite
    .prepare<[string], JobId>(
      "SELECT id FROM llm_jobs WHERE group_key = ? AND state IN ('blocked', 'delayed', 'waiting', 'active')",
    )
    .pluck();
  const due = sqlite
    .prepare<[number, number], JobId>(
      "SELECT id FROM llm_jobs WHERE state = 'delayed' AND run_at <= ? ORDER BY run_at LIMIT ?",
    )
    .pluck();
  const expired = sqlite
    .prepare<[number, number], JobId>(
      `SELECT id FROM llm_jobs WHERE state IN ('delayed', 'waiting') AND deadline_at IS NOT NULL AND deadline_at <= ? ORDER BY deadline_at LIMIT ?`,
    )
    .pluck();
  const queuedTooLong = sqlite
    .prepare<[number, number], JobId>(
      `SELECT id FROM llm_jobs WHERE state = 'waiting' AND queue_deadline_at IS NOT NULL AND queue_deadline_at <= ? ORDER BY queue_deadline_at LIMIT ?`,
    )
    .pluck();
  const mayFallBack = sqlite
    .prepare<[ProviderId, JobId, number], JobId>(
      `SELECT id FROM llm_jobs WHERE state = 'waiting' AND fallbacks IS NOT NULL AND provider = ? AND id > ? ORDER BY id LIMIT ?`,
    )
    .pluck();
  const stopping = sqlite
    .prepare<[], JobId>(
      "SELECT id FROM llm_jobs WHERE state IN ('failed', 'cancelled') AND processed_by IS NOT NULL ORDER BY id",
    )
    .pluck();
  const openChildren = sqlite
    .prepare<[JobId], JobId>(
      "SELECT id FROM llm_jobs WHERE parent_id = ? AND state IN ('blocked', 'delayed', 'waiting', 'active')",
    )
    .pluck();
  const active = sqlite.prepare<[], JobId>("SELECT id FROM llm_jobs WHERE state = 'active' ORDER BY id").pluck();
  const mend = sqlite.prepare<[JobId]>(mendSql);
  const ahead = sqlite
    .prepare<[Lane, ProviderId, AgentId | null, number, JobId, number], number>(
      `SELECT count(*) FROM (SELECT 1 FROM llm_jobs WHERE state = 'waiting' AND quarantined = 0 AND lane = ? AND provider = ?
       AND agent_id IS ? AND (rank, id) < (?, ?) LIMIT ?)`,
    )
    .pluck();
  const behind = sqlite
    .prepare<[Lane, ProviderId, AgentId | null, number, JobId], number>(
      `SELECT 1 FROM llm_jobs WHERE state = 'waiting' AND quarantined = 0 AND lane = ? AND provider = ?
       AND agent_id IS ? AND (rank, id) > (?, ?) LIMIT 1`,
    )
    .pluck();

  return {
    /** Inserts a new row. Throws on a duplicate id. */
    insert(row: JobRow): void {
      insert.run(codec.encode(row));
    },
    get: (id: JobId): JobRow | undefined => one(get.get(id)),
    /** Writes what a transition may change. Throws `VersionMiss` unless the stored row is still at `seenVersion`. */
    write(row: JobRow, seenVersion: number): void {
      const { changes } = write.run([...codec.encodeSome(row, written), row.id, seenVersion]);
      if (changes !== 1) throw new VersionMiss(row.id, seenVersion);
    },
    /** Characters streamed so far; no transition, so the version stays. */
    writeProgress(id: JobId, attempt: number, characters: number): void {
      progress.run(characters, id, attempt);
    },
    /** The first jobs in line. The first row of a query costs as much as the next twenty: ask for as many as can start. */
    nextWaiting: (lane: Lane, provider: ProviderId, agentId: AgentId | null, limit: number): JobRow[] =>
      nextWaiting.all(lane, provider, agentId, limit).map(read),
    /**
     * How many jobs wait in the line of each agent, as committed. It reads the index of all of them (0.5 us each), on a
     * connection of its own: of a million they would fill this one's cache with pages that nobody asks for again.
     */
    waitingOfAgents(lane: Lane, provider: ProviderId): AgentLine[] {
      const apart = new Database(sqlite.name, { readonly: true, fileMustExist: true });
      try {
        return apart.prepare<[Lane, ProviderId], AgentLine>(waitingOfAgentsSql).all(lane, provider);
      } finally {
        apart.close();
      }
    },
    /** Without those of the `held` agents. */
    nextQuarantined: (lane: Lane, provider: ProviderId, held: readonly AgentId[], limit: number): JobRow[] =>
      nextQuarantined.all(lane, provider, JSON.stringify(held), limit).map(read),
    /** Waiting jobs that run in a worker of their own, counted up to `limit`. */
    quarantinedWaiting: (lane: Lane, provider: ProviderId, held: readonly AgentId[], limit: number): number =>
      quarantined.get(lane, provider, JSON.stringify(held), limit) ?? 0,
    /** Highest rank among the group's waiting and active jobs (others have rank 0); undefined when it has no open job. */
    groupTail: (groupKey: string, lane: Lane): number | undefined => groupTail.get(groupKey, lane) ?? undefined,
    openOfGroup: (groupKey: string): { state: JobState; count: number }[] => openOfGroup.all(groupKey),
    openIdsOfGroup: (groupKey: string): JobId[] => idsOfGroup.all(groupKey),
    due: (now: number, limit: number): JobId[] => due.all(now, limit),
    expired: (now: number, limit: number): JobId[] => expired.all(now, limit),
    /** Waiting jobs that have waited for longer than their own limit. */
    queuedTooLong: (now: number, limit: number): JobId[] => queuedTooLong.all(now, limit),
    /** Waiting jobs of this provider that another model may answer, behind `after`, oldest first. */
    mayFallBack: (provider: ProviderId, after: JobId, limit: number): JobId[] =>
      mayFallBack.all(provider, after, limit),
    /** Ended, but the worker has not confirmed that their attempt was stopped. */
    stoppingIds: (): JobId[] => stopping.all(),
    /** Jobs right below this one that are not at rest. */
    openChildren: (id: JobId): JobId[] => openChildren.all(id),
    activeIds: (): JobId[] => active.all(),
    /** Puts something readable where a row's JSON is damaged, so that the job can be ended; a whole row stays as it is. */
    mend(id: JobId): void {
      mend.run(id);
    },
    /** Whether a job of this agent waits behind `row` in its lane at its provider. */
    hasBehind: (row: JobRow, agentId: AgentId | null): boolean =>
      behind.get(row.lane, row.provider, agentId, row.rank, row.id) !== undefined,
    /** Waiting jobs of this agent ahead of `row` in its lane at its provider, counted up to `limit`. */
    ahead: (row: JobRow, agentId: AgentId | null, limit: number): number =>
      ahead.get(row.lane, row.provider, agentId, row.rank, row.id, limit) ?? 0,
  };
}
