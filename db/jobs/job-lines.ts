/** Jobs as lines of a list: what the table of the control room shows of each. Runs in the side thread. */
import type Database from 'better-sqlite3';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobLine } from '../../src/protocol/queue.ts';
import { agentOf, conversationOf } from './job-place.ts';

/** Without what the job's machine knows. */
export type JobLineRow = Omit<JobLine, 'can' | 'canChangeLane'>;

/** Characters of the question, and of the reason of a failure. */
const wordsChars = 160;
const errorChars = 300;

const good = (column: string): string => `CASE WHEN json_valid(j.${column}) THEN j.${column} END`;
const lineSql = `
  SELECT j.id, j.name, j.state, j.phase, j.lane, j.provider,
    coalesce(j.fallback_model, d.data ->> '$.model', j.provider || '/?') AS model,
    ${agentOf('d.data')} AS agentId, a.name AS agentName,
    ${conversationOf('d.data')} AS conversationId, c.title AS conversationTitle,
    coalesce(substr(coalesce(m.text, gt.title, g.title, d.data ->> '$.messages[#-1].content'), 1, ${wordsChars}), '') AS words,
    j.attempts_started AS attemptsStarted, j.attempts_made AS attemptsMade, j.max_attempts AS maxAttempts,
    j.timestamp AS createdAt, j.run_at AS runAt, j.waiting_since AS waitingSince, u.wait_ms AS waitedMs,
    j.processed_on AS processedOn, j.finished_on AS finishedOn,
    r.result ->> '$.usage.inputTokens' AS inputTokens, r.result ->> '$.usage.outputTokens' AS outputTokens,
    substr(j.failed_reason, 1, ${errorChars}) AS error,
    j.open_dependencies AS openDependencies, j.held_dependencies > 0 AS heldByFailure
  FROM llm_jobs j
  JOIN (SELECT ${good('data')} AS data FROM llm_jobs j WHERE id = @id) d
  JOIN (SELECT ${good('returnvalue')} AS result FROM llm_jobs j WHERE id = @id) r
  LEFT JOIN goals g ON g.id = d.data ->> '$.goal.goalId'
  LEFT JOIN agents a ON a.id = ${agentOf('d.data')}
  LEFT JOIN conversations c ON c.id = ${conversationOf('d.data')}
  LEFT JOIN messages m ON m.id = d.data ->> '$.messageId'
  LEFT JOIN goal_tasks gt ON gt.id = d.data ->> '$.goal.taskId'
  LEFT JOIN usage u ON u.job_id = j.id AND u.attempt = j.attempts_started
  WHERE j.id = @id`;

type StoredLine = Omit<JobLineRow, 'heldByFailure'> & { heldByFailure: 0 | 1 };

/** Reads one line; null when the job is kept no longer. */
export function jobLineReader(sqlite: Database.Database): (id: JobId) => JobLineRow | null {
  const read = sqlite.prepare<{ id: JobId }, StoredLine>(lineSql);
  return (id) => {
    const line = read.get({ id });
    return line === undefined ? null : { ...line, heldByFailure: line.heldByFailure === 1 };
  };
}
