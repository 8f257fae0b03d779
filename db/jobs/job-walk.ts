/**
 * Which jobs fit a filter, in the order of their ids. The walk goes over the whole table in stretches of so many rows that
 * each is done in a few milliseconds, whatever the filter asks for: it needs no index of its own, so no enqueue pays for it.
 * Runs in the side thread.
 */
import type Database from 'better-sqlite3';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobState } from '../../src/protocol/job.ts';
import type { JobListFilter } from '../../src/protocol/queue.ts';
import { agentOf, conversationOf } from './job-place.ts';
import type { PackedIds } from './packed-ids.ts';

/** Rows between two looks at the time. A stretch without a text to look for takes 1-3 ms, with one 10-20 ms. */
const stretchRows = 2_000;

/** States whose jobs stand in an index by their ids. */
const indexOf: Partial<Record<JobState, string>> = {
  blocked: 'llm_jobs_blocked',
  active: 'llm_jobs_active',
  completed: 'llm_jobs_completed',
  failed: 'llm_jobs_failed',
  cancelled: 'llm_jobs_cancelled',
};

/** A row's data, or nothing where it is damaged: it must not hide the others. */
const data = `CASE WHEN json_valid(j.data) THEN j.data ELSE '{}' END`;
const promptText = `(SELECT group_concat(m.value ->> '$.content', char(10)) FROM json_each(${data}, '$.messages') m)`;
const questionText = `(SELECT text FROM messages WHERE id = (${data}) ->> '$.messageId')`;

/** `folds_in(text, needle)`: whether the text holds the needle, upper and lower case being the same in any script. */
export function addTextSearch(sqlite: Database.Database): void {
  sqlite.function('folds_in', { deterministic: true }, (text: unknown, needle: unknown) =>
    typeof text === 'string' && typeof needle === 'string' && text.toLowerCase().includes(needle) ? 1 : 0,
  );
}

export interface JobWalk {
  /** Adds what fits to `ids` until `until` (epoch ms); true when it has come to the end. */
  goOn(ids: PackedIds, until: number): boolean;
}

/** `sqlite` needs `addTextSearch`. */
export function startJobWalk(sqlite: Database.Database, filter: JobListFilter): JobWalk {
  const { conditions, values } = conditionsOf(filter);
  const index = filter.state === undefined ? undefined : indexOf[filter.state];
  const endOfStretch = sqlite
    .prepare<[string], JobId>(`SELECT id FROM llm_jobs WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${stretchRows - 1}`)
    .pluck();
  const stretch = sqlite
    .prepare<(string | null)[], JobId>(
      `SELECT j.id FROM llm_jobs j ${index === undefined ? '' : `INDEXED BY ${index}`}
       WHERE j.id > ? AND (? IS NULL OR j.id <= ?) ${conditions.map((sql) => `AND ${sql}`).join(' ')} ORDER BY j.id`,
    )
    .pluck();
  let after = '';
  return {
    goOn(ids, until) {
      do {
        const end = endOfStretch.get(after) ?? null;
        for (const id of stretch.all(after, end, end, ...values)) ids.push(id);
        if (end === null) return true;
        after = end;
      } while (Date.now() < until);
      return false;
    },
  };
}

function conditionsOf(filter: JobListFilter): { conditions: string[]; values: string[] } {
  const conditions: string[] = [];
  const values: string[] = [];
  const add = (sql: string, ...needed: string[]): void => {
    conditions.push(sql);
    values.push(...needed);
  };
  // Written out, because an index of one state's jobs is not found with a parameter; it is one of seven words.
  if (filter.state !== undefined) add(`j.state = '${filter.state}'`);
  if (filter.lane !== undefined) add('j.lane = ?', filter.lane);
  if (filter.provider !== undefined) add('j.provider = ?', filter.provider);
  if (filter.agentId !== undefined) add(`${agentOf(data)} = ?`, filter.agentId);
  if (filter.conversationId !== undefined) add(`${conversationOf(data)} = ?`, filter.conversationId);
  if (filter.text !== undefined) {
    const needle = filter.text.toLowerCase();
    const places = ['j.name', 'j.failed_reason', questionText, promptText];
    add(`(${places.map((text) => `folds_in(${text}, ?)`).join(' OR ')})`, ...places.map(() => needle));
  }
  return { conditions, values };
}
