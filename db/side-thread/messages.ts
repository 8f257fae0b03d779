/** What the side thread is asked and what it answers: one request at a time, one reply to each. */
import type { JobListAnswer, JobListRequest } from '../jobs/job-lists.ts';
import type { JobFilter } from '../jobs/list-jobs.ts';
import type { JobRow } from '../llm-jobs.model.ts';
import type { StatisticsFilter, StatisticsSeries } from '../statistics/read-statistics.ts';
import type { ExportedConversation, ExportFormat } from '../../src/protocol/conversation-file.ts';
import type { ConversationId } from '../../src/protocol/ids.ts';
import type { SearchMessages, SearchResult } from '../../src/protocol/search.ts';

/** The thread's `workerData`. */
export interface SideThreadData {
  /** The database's file. */
  file: string;
}

export type SideRequest =
  | { type: 'list-jobs'; filter: JobFilter }
  | { type: 'job-list'; request: JobListRequest }
  /** Copy what the WAL holds into the file, as far as that goes without making anyone wait. */
  | { type: 'checkpoint' }
  | { type: 'export-conversation'; id: ConversationId; format: ExportFormat }
  /** `now`: by it hits are old or new. */
  | { type: 'search'; asked: SearchMessages; now: number }
  | { type: 'statistics'; filter: StatisticsFilter }
  /** Read all pages of one table and its indexes. */
  | { type: 'check'; table: string };

export type SideReply =
  | { type: 'jobs'; rows: JobRow[] }
  | { type: 'job-list'; answer: JobListAnswer }
  | { type: 'checkpointed' }
  | { type: 'exported'; conversation: ExportedConversation | undefined }
  | { type: 'found'; result: SearchResult }
  | { type: 'statistics'; series: StatisticsSeries }
  /** The first damage found, in SQLite's words. */
  | { type: 'checked'; problem: string | undefined }
  /** The request could not be carried out; the thread goes on. */
  | { type: 'failed'; message: string };

export type ToSideThread = SideRequest | { type: 'close' };
export type FromSideThread = SideReply | { type: 'ready' };
