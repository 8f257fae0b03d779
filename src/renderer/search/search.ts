/** The search as one types: one query at a time is under way, and only the newest answer counts. */
import type { SearchResult } from '../../protocol/search.ts';
import type { Client } from '../connection/client.ts';
import { describeError } from '../connection/refusal.ts';
import { Store } from '../remote/store.ts';

export interface SearchState {
  readonly isOpen: boolean;
  readonly query: string;
  /** What the last answer was for; the one that is shown until the next is there. */
  readonly found: { readonly query: string; readonly result: SearchResult } | null;
  /** Why the last query was not answered. */
  readonly problem: string | null;
}

/** Typing is waited for this long: a query for each letter would be in the way of the next. */
const pauseMs = 70;

export class Search {
  readonly state = new Store<SearchState>({ isOpen: false, query: '', found: null, problem: null });
  readonly #client: Pick<Client, 'search'>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(client: Pick<Client, 'search'>) {
    this.#client = client;
  }

  /** With what was looked for last, to go on with it. */
  open(): void {
    this.state.update((state) => ({ ...state, isOpen: true }));
    // What was found may have changed since.
    if (this.state.getSnapshot().query.trim() !== '') this.type(this.state.getSnapshot().query);
  }

  close(): void {
    this.state.update((state) => ({ ...state, isOpen: false }));
  }

  type(query: string): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const asked = this.#asked;
    if (query.trim() === '') {
      this.state.update((state) => ({ ...state, query, found: null, problem: null }));
      return;
    }
    this.state.update((state) => ({ ...state, query }));
    this.#timer = setTimeout(() => void this.#ask(query, asked), pauseMs);
  }

  async #ask(query: string, asked: number): Promise<void> {
    const isNewest = () => asked === this.#asked;
    try {
      const result = await this.#client.search.messages.query({ query });
      if (isNewest()) this.state.update((state) => ({ ...state, found: { query, result }, problem: null }));
    } catch (error) {
      if (isNewest()) this.state.update((state) => ({ ...state, problem: describeError(error) }));
    }
  }
}
