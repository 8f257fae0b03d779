/**
 * A list of jobs as the table reads it: a photograph on the service, of which the windows that are on screen are fetched, and
 * fetched again when something has changed. Places stay with their jobs until the list is renewed; that is done at once and
 * as a whole, so that no row moves under the pointer.
 */
import type { Client } from '../connection/client.ts';
import { describeError, isNotFound } from '../connection/refusal.ts';
import type { JobLine, JobListFilter, JobListNews } from '../../protocol/queue.ts';
import { Store } from '../remote/store.ts';

/** Lines of one request. */
const pageLines = 100;
/** Windows that are kept; those farthest from the one on screen go first. */
const keptPages = 60;

/** `gone`: of the service, which keeps only some lists; it is being made again. */
export interface JobListState {
  readonly status: 'opening' | 'ready' | 'failed';
  /** Of the list that is shown; empty before the first. */
  readonly listId: string;
  readonly total: number;
  readonly news: JobListNews;
  readonly problem: string | null;
  /** Grows with every window that arrives. */
  readonly version: number;
}

type Page = readonly (JobLine | null)[];

const noNews: JobListNews = { added: 0, gone: 0 };

export class JobList {
  readonly state = new Store<JobListState>({
    status: 'opening',
    listId: '',
    total: 0,
    news: noNews,
    problem: null,
    version: 0,
  });
  readonly #client: Client;
  readonly #filter: JobListFilter;
  #pages = new Map<number, Page>();
  /** Have to be read again. */
  readonly #stale = new Set<number>();
  #wanted: { first: number; last: number } = { first: 0, last: 0 };
  #reading = false;
  #opening = false;
  #askingNews = false;
  #closed = false;

  /** Makes the list at once. `close` it when it is shown no longer. */
  constructor(client: Client, filter: JobListFilter) {
    this.#client = client;
    this.#filter = filter;
    void this.#open();
  }

  close(): void {
    this.#closed = true;
  }

  /** Undefined: not here yet. Null: that job is kept no longer. */
  line(place: number): JobLine | null | undefined {
    return this.#pages.get(Math.floor(place / pageLines))?.[place % pageLines];
  }

  /** These places are on screen (both ends included): they are fetched before all others. */
  want(first: number, last: number): void {
    this.#wanted = { first: Math.floor(first / pageLines), last: Math.floor(last / pageLines) };
    void this.#read();
  }

  /** Something has changed in the queue: what is on screen is read again, and what is new is asked for. */
  look(): void {
    const { status } = this.state.getSnapshot();
    if (status === 'failed') void this.#open();
    if (status !== 'ready') return;
    for (const page of this.#pages.keys()) this.#stale.add(page);
    void this.#read();
    void this.#askNews();
  }

  /** With what fits now. The old list is shown until the new one is there. */
  async renew(): Promise<void> {
    await this.#open();
  }

  async #open(): Promise<void> {
    if (this.#opening || this.#closed) return;
    this.#opening = true;
    try {
      const { listId, total } = await this.#client.queue.open.query(this.#filter);
      const pages = new Map<number, Page>();
      const lastPage = Math.max(0, Math.ceil(total / pageLines) - 1);
      // What is on screen, so that it does not flicker: at the newest or the oldest end, or where one has scrolled to.
      const first = Math.min(this.#wanted.first, lastPage);
      for (const page of new Set([first, Math.max(0, lastPage - 1), lastPage]))
        pages.set(page, await this.#lines(listId, page));
      if (this.#closed) return;
      this.#pages = pages;
      this.#stale.clear();
      this.#set({ status: 'ready', listId, total, news: noNews, problem: null });
    } catch (error) {
      // A list that is shown is better than none: the next look tries again.
      if (!this.#closed && this.state.getSnapshot().listId === '') {
        this.#set({ status: 'failed', problem: describeError(error) });
      }
    } finally {
      this.#opening = false;
    }
    void this.#read();
  }

  /** One window at a time: while one scrolls through thousands, those that were passed are never asked for. */
  async #read(): Promise<void> {
    if (this.#reading || this.#closed) return;
    this.#reading = true;
    try {
      for (let page = this.#next(); page !== undefined && !this.#closed; page = this.#next()) {
        const { listId } = this.state.getSnapshot();
        this.#stale.delete(page);
        const lines = await this.#lines(listId, page);
        if (listId !== this.state.getSnapshot().listId) continue;
        this.#pages.set(page, lines);
        this.#forgetFar();
        this.#set({});
      }
    } catch (error) {
      if (isNotFound(error)) void this.#open();
      else this.#set({ problem: describeError(error) });
    } finally {
      this.#reading = false;
    }
  }

  async #lines(listId: string, page: number): Promise<Page> {
    const { lines } = await this.#client.queue.lines.query({ listId, from: page * pageLines, limit: pageLines });
    return lines;
  }

  /** Missing on screen, changed on screen, then what comes next to it. */
  #next(): number | undefined {
    const { status, total } = this.state.getSnapshot();
    if (status !== 'ready') return undefined;
    const pages = Math.ceil(total / pageLines);
    const { first, last } = this.#wanted;
    const near = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const exists = (page: number) => page >= 0 && page < pages;
    return (
      near.find((page) => exists(page) && !this.#pages.has(page)) ??
      near.find((page) => exists(page) && this.#stale.has(page)) ??
      [first - 1, last + 1].find((page) => exists(page) && !this.#pages.has(page))
    );
  }

  #forgetFar(): void {
    if (this.#pages.size <= keptPages) return;
    const distance = (page: number) => Math.abs(page - this.#wanted.first);
    const far = [...this.#pages.keys()].sort((a, b) => distance(b) - distance(a));
    for (const page of far.slice(0, this.#pages.size - keptPages)) this.#pages.delete(page);
  }

  async #askNews(): Promise<void> {
    const { listId } = this.state.getSnapshot();
    if (this.#askingNews || this.#opening) return;
    this.#askingNews = true;
    try {
      const news = await this.#client.queue.news.query({ listId });
      if (!this.#closed && listId === this.state.getSnapshot().listId) this.#set({ news, problem: null });
    } catch (error) {
      if (isNotFound(error)) void this.#open();
    } finally {
      this.#askingNews = false;
    }
  }

  #set(change: Partial<JobListState>): void {
    if (this.#closed) return;
    this.state.update((state) => ({ ...state, ...change, version: state.version + 1 }));
  }
}
