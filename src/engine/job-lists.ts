/** Lists of jobs for the control room: photographs that the side thread keeps. See `db/jobs/job-lists.ts`. */
import { SideThreadError } from '../../db/side-thread/side-thread-error.ts';
import type { JobListReads } from '../../db/side-thread/job-list-reads.ts';
import type { JobId } from '../protocol/ids.ts';
import type { JobLine, JobListFilter, JobListNews, JobListView } from '../protocol/queue.ts';
import { EngineError } from './errors.ts';
import type { Random } from './ports.ts';
import { acceptedIn } from './user-events.ts';

/** Looking for news costs as much as the list did; it takes at most this part of the side thread's time. */
const newsShare = 1 / 20;
const leastNewsEveryMs = 1_000;
/** More than the side thread keeps. */
const rememberedLists = 64;

interface KnownList {
  readonly total: number;
  tookMs: number;
  newsAt: number;
  news: Promise<JobListNews> | undefined;
}

export class JobLists {
  readonly #reads: JobListReads;
  readonly #lists = new Map<string, KnownList>();
  #number: number;

  /** Numbers begin anywhere, so that a page which has outlived a restart does not take another's list for its own. */
  constructor(reads: JobListReads, random: Random) {
    this.#reads = reads;
    this.#number = Math.floor(random() * 1e9);
  }

  /** Throws `UNAVAILABLE` when the side thread cannot read. */
  async open(filter: JobListFilter): Promise<JobListView> {
    this.#number += 1;
    const listId = `list_${this.#number}`;
    const startedAt = performance.now();
    const total = present(await readable(this.#reads.open(listId, filter)));
    this.#lists.set(listId, {
      total,
      tookMs: performance.now() - startedAt,
      newsAt: performance.now(),
      news: undefined,
    });
    for (const old of this.#lists.keys()) if (this.#lists.size > rememberedLists) this.#lists.delete(old);
    return { listId, total };
  }

  /** Throws `NOT_FOUND` for a list that is kept no longer. */
  total(listId: string): number {
    return this.#known(listId).total;
  }

  /** By place; null where the job is kept no longer. Throws `NOT_FOUND` for a list that is not kept any more. */
  async lines(listId: string, from: number, limit: number): Promise<(JobLine | null)[]> {
    this.#known(listId);
    const lines = present(await readable(this.#reads.lines(listId, from, limit)));
    return lines.map((line) => (line === null ? null : { ...line, ...acceptedIn(line.state) }));
  }

  async ids(listId: string, from: number, limit: number): Promise<JobId[]> {
    return present(await readable(this.#reads.ids(listId, from, limit)));
  }

  /** As of a moment ago where it was lately asked for: everybody who watches a long list shares one look. */
  news(listId: string): Promise<JobListNews> {
    const list = this.#known(listId);
    const everyMs = Math.max(leastNewsEveryMs, list.tookMs / newsShare);
    if (list.news === undefined || performance.now() - list.newsAt >= everyMs) {
      const startedAt = performance.now();
      list.newsAt = startedAt;
      list.news = readable(this.#reads.news(listId)).then((news) => {
        list.tookMs = performance.now() - startedAt;
        return present(news);
      });
    }
    return list.news;
  }

  #known(listId: string): KnownList {
    return present(this.#lists.get(listId));
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new EngineError('NOT_FOUND', 'This list of jobs is kept no longer. Open it again.');
  return value;
}

async function readable<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof SideThreadError) throw new EngineError('UNAVAILABLE', error.message, { cause: error });
    throw error;
  }
}
