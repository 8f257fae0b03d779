/**
 * Photographs of the jobs that fit a filter, so that a scroll bar has something to stand for: a place in a list means the same
 * job as long as the list is kept, and the rows of any place are read by their ids at once. Lives in the side thread.
 */
import type Database from 'better-sqlite3';
import type { JobId } from '../../src/protocol/ids.ts';
import type { JobListFilter, JobListNews } from '../../src/protocol/queue.ts';
import { jobLineReader, type JobLineRow } from './job-lines.ts';
import { startJobWalk, type JobWalk } from './job-walk.ts';
import { PackedIds } from './packed-ids.ts';

/** The thread does nothing else meanwhile; then it is asked again. */
const sliceMs = 30;
/** Those that were not used for the longest time go first. */
const keptLists = 16;
const mostKeptIds = 4_000_000;

export type JobListRequest =
  /** Begins a list, or goes on with it: asked until it is whole. */
  | { ask: 'walk'; listId: string; filter: JobListFilter }
  /** What a list made now would hold that this one does not, and the other way round: asked until it is known. */
  | { ask: 'news'; listId: string }
  | { ask: 'lines'; listId: string; from: number; limit: number }
  | { ask: 'ids'; listId: string; from: number; limit: number };

export type JobListAnswer =
  | { is: 'list'; total: number; whole: boolean }
  /** Undefined: not yet. */
  | { is: 'news'; news: JobListNews | undefined }
  | { is: 'lines'; lines: (JobLineRow | null)[] }
  | { is: 'ids'; ids: JobId[] }
  | { is: 'gone' };

interface Walked {
  readonly ids: PackedIds;
  /** Undefined when it has come to its end. */
  walk: JobWalk | undefined;
}

interface KeptList extends Walked {
  readonly filter: JobListFilter;
  /** Looked for news: the same list, made now. */
  fresh: Walked | undefined;
}

export class JobLists {
  readonly #sqlite: Database.Database;
  readonly #line: (id: JobId) => JobLineRow | null;
  readonly #keptIds: number;
  /** In the order of their last use. */
  readonly #lists = new Map<string, KeptList>();

  /** `sqlite` needs `addTextSearch`. `keptIds`: of all lists together; the list that was asked for last stays, however long. */
  constructor(sqlite: Database.Database, keptIds = mostKeptIds) {
    this.#sqlite = sqlite;
    this.#keptIds = keptIds;
    this.#line = jobLineReader(sqlite);
  }

  answer(request: JobListRequest): JobListAnswer {
    if (request.ask === 'walk' && !this.#lists.has(request.listId)) this.#begin(request.listId, request.filter);
    const list = this.#use(request.listId);
    if (list === undefined) return { is: 'gone' };
    switch (request.ask) {
      case 'walk': {
        const whole = goOn(list);
        if (whole) this.#forgetOld();
        return { is: 'list', total: list.ids.length, whole };
      }
      case 'news':
        return { is: 'news', news: this.#news(list) };
      case 'lines':
        return { is: 'lines', lines: this.#ids(list, request).map(this.#line) };
      case 'ids':
        return { is: 'ids', ids: this.#ids(list, request) };
    }
  }

  #begin(listId: string, filter: JobListFilter): void {
    this.#lists.set(listId, { filter, ...this.#start(filter), fresh: undefined });
  }

  #start(filter: JobListFilter): Walked {
    return { ids: new PackedIds(), walk: startJobWalk(this.#sqlite, filter) };
  }

  #use(listId: string): KeptList | undefined {
    const list = this.#lists.get(listId);
    if (list === undefined) return undefined;
    this.#lists.delete(listId);
    this.#lists.set(listId, list);
    return list;
  }

  #news(list: KeptList): JobListNews | undefined {
    list.fresh ??= this.#start(list.filter);
    if (!goOn(list.fresh)) return undefined;
    const { onlyHere, onlyThere } = list.ids.differences(list.fresh.ids);
    list.fresh = undefined;
    return { added: onlyThere, gone: onlyHere };
  }

  #ids({ ids }: KeptList, { from, limit }: { from: number; limit: number }): JobId[] {
    const found: JobId[] = [];
    for (let place = from; place < from + limit; place += 1) {
      const id = ids.at(place);
      if (id === undefined) break;
      found.push(id);
    }
    return found;
  }

  #forgetOld(): void {
    const sum = (): number => [...this.#lists.values()].reduce((all, { ids }) => all + ids.length, 0);
    for (const listId of this.#lists.keys()) {
      if (this.#lists.size <= 1 || (this.#lists.size <= keptLists && sum() <= this.#keptIds)) return;
      this.#lists.delete(listId);
    }
  }
}

/** True when it is whole. */
function goOn(walked: Walked): boolean {
  if (walked.walk?.goOn(walked.ids, Date.now() + sliceMs) === true) walked.walk = undefined;
  return walked.walk === undefined;
}
