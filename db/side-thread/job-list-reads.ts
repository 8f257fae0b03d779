/** Lists of jobs as the engine asks the side thread for them: what takes long there is asked for in slices. */
import type { JobLineRow } from '../jobs/job-lines.ts';
import type { JobListAnswer, JobListRequest } from '../jobs/job-lists.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobListFilter, JobListNews } from '../../src/protocol/queue.ts';
import type { RequestLine } from './request-line.ts';
import { SideThreadError } from './side-thread-error.ts';

/** All reject with `SideThreadError`. Undefined: the list is kept no longer (others were used since, or the thread ended). */
export interface JobListReads {
  /** Makes the list `listId` of the jobs that fit now; returns how many they are. Other reads have their turn in between. */
  open(listId: string, filter: JobListFilter): Promise<number | undefined>;
  /** What a list made now would hold that this one does not, and the other way round. Takes as long as `open` did. */
  news(listId: string): Promise<JobListNews | undefined>;
  /** By place; null where the job is kept no longer. Fewer at the end of the list. */
  lines(listId: string, from: number, limit: number): Promise<(JobLineRow | null)[] | undefined>;
  ids(listId: string, from: number, limit: number): Promise<JobId[] | undefined>;
}

export function createJobListReads(line: RequestLine): JobListReads {
  const ask = (request: JobListRequest): Promise<JobListAnswer> =>
    new Promise((resolve, reject) => {
      line.ask({ type: 'job-list', request }, (outcome) => {
        if (outcome instanceof SideThreadError) reject(outcome);
        else if (outcome.type === 'job-list') resolve(outcome.answer);
        else {
          const why = outcome.type === 'failed' ? outcome.message : outcome.type;
          reject(new SideThreadError(`The list of jobs could not be read: ${why}`));
        }
      });
    });
  return {
    async open(listId, filter) {
      for (;;) {
        const answer = await ask({ ask: 'walk', listId, filter });
        if (answer.is !== 'list') return undefined;
        if (answer.whole) return answer.total;
      }
    },
    async news(listId) {
      for (;;) {
        const answer = await ask({ ask: 'news', listId });
        if (answer.is !== 'news') return undefined;
        if (answer.news !== undefined) return answer.news;
      }
    },
    async lines(listId, from, limit) {
      const answer = await ask({ ask: 'lines', listId, from, limit });
      return answer.is === 'lines' ? answer.lines : undefined;
    },
    async ids(listId, from, limit) {
      const answer = await ask({ ask: 'ids', listId, from, limit });
      return answer.is === 'ids' ? answer.ids : undefined;
    },
  };
}
