/**
 * Changes to many jobs at once: cancel, retry, move to a lane. A list says which jobs; they are changed one after the other,
 * each through its machine, in inputs of a few milliseconds between which everything else has its turn. How far it came is
 * written in the same turns, so what a restart finds is true: it says that the change was interrupted, and where.
 */
import type { z } from 'zod';
import type { BulkRow } from '../../db/queue.model.ts';
import type { Store } from '../../db/store.ts';
import type { JobId } from '../protocol/ids.ts';
import type { BulkView, PlaceRange, StartBulk } from '../protocol/queue.ts';
import type { JobUserEvent } from '../protocol/views.ts';
import { EngineError } from './errors.ts';
import { once } from './front-door.ts';
import type { JobLists } from './job-lists.ts';
import type { LlmJobQueue } from './llm-job-queue.service.ts';
import type { Clock, Log } from './ports.ts';
import type { Turn, TurnLoop } from './turn.ts';
import { acceptedIn } from './user-events.ts';

/** Of a turn's 8 ms. */
const sliceBudgetMs = 4;
/** Ids asked of the side thread at once. */
const windowJobs = 500;

const eventOf: Record<'cancel' | 'retry', JobUserEvent> = { cancel: 'CANCEL', retry: 'RETRY' };

export interface BulkOptions {
  store: Store;
  turns: TurnLoop;
  queue: LlmJobQueue;
  lists: JobLists;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** After a commit: whoever watches the queue should look. */
  changed(): void;
}

export class BulkChanges {
  readonly #options: BulkOptions;
  /** As committed. */
  #run: BulkRow | undefined;
  #stopAsked = false;

  constructor(options: BulkOptions) {
    this.#options = options;
  }

  /** At the start: one that was under way when the last process ended goes no further. */
  load(turn: Turn): void {
    const { store } = this.#options;
    this.#run = store.bulk.last();
    if (this.#run?.state === 'running') this.#save(turn, { ...this.#run, state: 'interrupted', endedAt: turn.at });
  }

  view(): BulkView | null {
    return this.#run === undefined ? null : { ...this.#run, id: String(this.#run.id) };
  }

  /** Resolves when it has begun. Throws `NOT_FOUND` for a list that is kept no longer, `CONFLICT` while another is under way. */
  async start(input: z.infer<typeof StartBulk>): Promise<BulkView> {
    const { store, turns, lists } = this.#options;
    let began: { run: BulkRow; ranges: PlaceRange[] } | undefined;
    const [id = ''] = await turns.call('queue.change', (turn) =>
      once(turn, store, 'queue.change', input, () => {
        if (this.#run?.state === 'running') {
          throw new EngineError('CONFLICT', 'Another change of many jobs is under way. Wait for its end, or stop it.');
        }
        const total = lists.total(input.listId);
        const ranges = (input.ranges ?? [{ from: 0, to: total }])
          .map(({ from, to }) => ({ from, to: Math.min(to, total) }))
          .filter(({ from, to }) => from < to);
        const run = store.bulk.insert({
          action: input.action,
          lane: input.action === 'setLane' ? input.lane : null,
          state: 'running',
          total: ranges.reduce((sum, { from, to }) => sum + to - from, 0),
          changed: 0,
          unchanged: 0,
          failed: 0,
          startedAt: turn.at,
          endedAt: null,
        });
        began = { run, ranges };
        this.#save(turn, run);
        return [String(run.id)];
      }),
    );
    if (began !== undefined) {
      this.#stopAsked = false;
      void this.#work(began.run, input.listId, began.ranges);
    }
    const run = store.bulk.get(Number(id));
    if (run === undefined) throw new EngineError('NOT_FOUND', 'This change of many jobs is kept no longer.');
    return { ...run, id };
  }

  /** What was changed stays changed. Resolves at once; the rest of the batch at hand may still follow. */
  stop(): BulkView | null {
    if (this.#run?.state === 'running') this.#stopAsked = true;
    return this.view();
  }

  async #work(run: BulkRow, listId: string, ranges: readonly PlaceRange[]): Promise<void> {
    const { lists, log } = this.#options;
    let state: BulkRow['state'] = 'done';
    try {
      for (const { from, to } of ranges) {
        for (let place = from; place < to && !this.#stopAsked; place += windowJobs) {
          const ids = await lists.ids(listId, place, Math.min(windowJobs, to - place));
          await this.#changeAll(run, ids);
        }
      }
      if (this.#stopAsked) state = 'stopped';
    } catch (error) {
      log('warn', 'a change of many jobs was interrupted', { error: String(error) });
      state = 'interrupted';
    }
    await this.#input((turn) => this.#save(turn, { ...(this.#run ?? run), state, endedAt: turn.at })).catch(
      (error: unknown) => log('error', 'the end of a change of many jobs was not written', { error: String(error) }),
    );
  }

  async #changeAll(run: BulkRow, ids: readonly JobId[]): Promise<void> {
    for (let done = 0; done < ids.length && !this.#stopAsked;) {
      const rest = ids.slice(done);
      try {
        done += await this.#slice(run, rest, this.#options.clock);
      } catch {
        // One of them is refused, and what it had begun must be taken back: from here on one per turn, as many as the slice had.
        done += await this.#oneByOne(run, rest.slice(0, 32));
      }
    }
  }

  /** Changes as many as there is time for; returns how many. Rejects when one is refused; then none was changed. */
  async #slice(run: BulkRow, ids: readonly JobId[], clock: Pick<Clock, 'now'>): Promise<number> {
    let looked = 0;
    await this.#input((turn) => {
      looked = 0;
      let changed = 0;
      const until = clock.now() + sliceBudgetMs;
      for (const id of ids) {
        if (looked > 0 && clock.now() >= until) break;
        looked += 1;
        if (this.#change(turn, run, id)) changed += 1;
      }
      this.#count(turn, run, { changed, unchanged: looked - changed });
    });
    return looked;
  }

  async #oneByOne(run: BulkRow, ids: readonly JobId[]): Promise<number> {
    for (const id of ids) {
      try {
        await this.#input((turn) => {
          const changed = this.#change(turn, run, id);
          this.#count(turn, run, changed ? { changed: 1 } : { unchanged: 1 });
        });
      } catch (error) {
        const refused = error instanceof EngineError && error.code !== 'INTERNAL';
        if (!refused) this.#options.log('error', `job ${id} could not be changed`, { job: id, error: String(error) });
        await this.#input((turn) => this.#count(turn, run, refused ? { unchanged: 1 } : { failed: 1 }));
      }
    }
    return ids.length;
  }

  /** False when it is as it was. Throws `EngineError` when it is refused for another reason than its state. */
  #change(turn: Turn, { action, lane }: BulkRow, id: JobId): boolean {
    const { queue } = this.#options;
    const row = queue.actors.row(id);
    if (row === undefined) return false;
    const { can, canChangeLane } = acceptedIn(row.state);
    if (action === 'setLane') {
      if (lane === null || !canChangeLane || row.lane === lane) return false;
      queue.setLane(turn, id, lane);
      return true;
    }
    if (!can.includes(eventOf[action])) return false;
    queue.userEvent(turn, id, eventOf[action]);
    return true;
  }

  #count(turn: Turn, run: BulkRow, more: Partial<Pick<BulkRow, 'changed' | 'unchanged' | 'failed'>>): void {
    const now = this.#run ?? run;
    this.#save(turn, {
      ...now,
      changed: now.changed + (more.changed ?? 0),
      unchanged: now.unchanged + (more.unchanged ?? 0),
      failed: now.failed + (more.failed ?? 0),
    });
  }

  #save(turn: Turn, run: BulkRow): void {
    const { store, changed } = this.#options;
    store.bulk.write(run);
    const before = this.#run;
    this.#run = run;
    turn.undo(() => {
      this.#run = before;
    });
    turn.after(changed);
  }

  /** One input: waits while the disk takes no writes. Resolves after the commit, rejects when it fails alone in its turn. */
  #input(work: (turn: Turn) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const run = (turn: Turn): void => {
        work(turn);
        turn.after(resolve);
      };
      this.#options.turns.post('queue.change', run, reject);
    });
  }
}
