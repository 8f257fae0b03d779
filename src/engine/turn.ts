/**
 * A turn is one transaction (DESIGN.md, rules 1 to 3). Inputs that arrive together are handled together: each changes rows
 * through the open transaction and puts what must go out (acknowledgements, messages to workers, bells for pages) into the
 * outbox. After the commit the outbox leaves; on a rollback it is dropped, what changed in memory is undone, and the inputs
 * run again one per turn, so that the one at fault is refused alone.
 */
import type { Store } from '../../db/store.ts';
import { explainFault, isStorageFault, type StorageFault } from '../../db/storage-fault.ts';
import type { EngineToWorker } from '../protocol/worker.ts';
import { EngineError } from './errors.ts';
import { Inbox, type Input } from './inbox.ts';
import type { Clock, Log } from './ports.ts';
import type { Topic, Topics } from './topics.ts';

/** A turn stops taking inputs after this long, and lets the process do other things. */
const turnBudgetMs = 8;
const maxInputs = 512;
const firstStorageRetryMs = 250;
const lastStorageRetryMs = 5_000;

/** What one turn has open. Valid only while the turn runs. */
export class Turn {
  /** The turn's time: the same for all it writes. */
  readonly at: number;
  readonly effects: (() => void)[] = [];
  readonly undos: (() => void)[] = [];
  readonly bells = new Map<Topic, Set<string | undefined>>();
  readonly toWorkers = new Map<string, EngineToWorker[]>();

  constructor(at: number) {
    this.at = at;
  }

  /** Runs after the commit. Must not throw for expected reasons. */
  after(effect: () => void): void {
    this.effects.push(effect);
  }

  /** Puts memory back when the turn rolls back; undone in reverse order, after the rows. */
  undo(step: () => void): void {
    this.undos.push(step);
  }

  ring(topic: Topic, key?: string): void {
    const keys = this.bells.get(topic);
    if (keys === undefined) this.bells.set(topic, new Set([key]));
    else keys.add(key);
  }

  tell(workerId: string, message: EngineToWorker): void {
    const messages = this.toWorkers.get(workerId);
    if (messages === undefined) this.toWorkers.set(workerId, [message]);
    else messages.push(message);
  }
}

/** Where a turn is; tests cut it off at each, benchmarks and logs time it. */
export type TurnStep = 'begun' | 'ran' | 'committed' | 'sent';

export interface TurnLoopOptions {
  store: Store;
  clock: Clock;
  topics: Topics;
  log: Log;
  /** Calls back soon, behind the I/O that is ready now: `setImmediate`. */
  defer(callback: () => void): void;
  /** Ends every turn, inside its transaction: gives free slots to waiting jobs, writes counters. */
  finish(turn: Turn): void;
  /** Memory that belongs to the open turn alone is forgotten. */
  rolledBack(): void;
  /** Whether the failure was in `finish` and is dealt with, so that the inputs are not to blame. */
  excuses(error: unknown): boolean;
  send(workerId: string, messages: readonly EngineToWorker[]): void;
  /** The store stopped or began to take writes, or does not for another reason than before; `storageFault` is set by then. */
  onStorageFault?: (() => void) | undefined;
  onStep?: ((step: TurnStep, turn: Turn) => void) | undefined;
}

export class TurnLoop {
  readonly #options: TurnLoopOptions;
  readonly #inbox = new Inbox();
  #scheduled = false;
  #closed = false;
  #current: Turn | undefined;
  /** Inputs at the head of the inbox that run one per turn, because their common turn failed. */
  #alone = 0;
  #storageFault: unknown;
  #retryMs = firstStorageRetryMs;
  #cancelRetry: (() => void) | undefined;

  constructor(options: TurnLoopOptions) {
    this.#options = options;
  }

  /** The open turn. Throws outside a turn: nothing that is persisted may change there. */
  get current(): Turn {
    if (this.#current === undefined) throw new EngineError('INTERNAL', 'a persisted actor was used outside a turn');
    return this.#current;
  }

  /** Why the store takes no writes now; undefined while it does. */
  get storageFault(): unknown {
    return this.#storageFault;
  }

  /** A check has found that the store cannot be trusted: no turn runs any more, and calls are refused with the reason. */
  distrust(fault: StorageFault): void {
    this.#fail([], fault);
  }

  /** Runs `work` in a turn and resolves with its value after the commit. Rejects with what it throws. */
  call<T>(name: string, work: (turn: Turn) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) {
        reject(new EngineError('UNAVAILABLE', 'Nightshift is stopped or stopping; nothing was stored.'));
        return;
      }
      let value: { is: T } | undefined;
      this.#push({
        name,
        kind: 'call',
        run: (turn) => {
          value = { is: work(turn) };
        },
        done: () => {
          if (value !== undefined) resolve(value.is);
        },
        refuse: reject,
      });
    });
  }

  /** Something has happened. `refuse` is called when it cannot be handled even alone. */
  post(name: string, run: (turn: Turn) => void, refuse: (error: unknown) => void): void {
    if (this.#closed) return;
    this.#push({ name, kind: 'event', run, refuse });
  }

  /** Runs the turns of what is in the inbox now, takes no more, and refuses the calls that could not run. */
  close(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    // A disk that took no writes is tried once more: an answer that waits here would have to be given again.
    if (!this.#isLasting()) this.#storageFault = undefined;
    for (let left = 1_000; left > 0 && this.#inbox.size > 0 && this.#storageFault === undefined; left -= 1) this.#run();
    this.#closed = true;
    for (const call of this.#inbox.takeCalls()) {
      call.refuse(new EngineError('UNAVAILABLE', 'Nightshift stopped; nothing was stored.'));
    }
    this.#inbox.clear();
  }

  #push(input: Input): void {
    if (this.#cancelRetry !== undefined && input.kind === 'call') {
      input.refuse(storageRefusal(this.#storageFault));
      return;
    }
    this.#inbox.push(input);
    this.#schedule();
  }

  #schedule(): void {
    // While the disk takes no writes the retry's timer decides when to try again, not what comes in meanwhile.
    if (this.#scheduled || this.#closed || this.#cancelRetry !== undefined) return;
    this.#scheduled = true;
    this.#options.defer(() => {
      this.#scheduled = false;
      if (!this.#closed && this.#inbox.size > 0) this.#run();
    });
  }

  #run(): void {
    if (this.#isLasting()) return;
    const { store, clock, finish, onStep } = this.#options;
    const turn = new Turn(clock.now());
    const taken: Input[] = [];
    this.#current = turn;
    try {
      if (this.#storageFault !== undefined) store.proveWritable();
      store.begin();
      onStep?.('begun', turn);
      const limit = this.#alone > 0 ? 1 : maxInputs;
      const until = turn.at + turnBudgetMs;
      while (this.#inbox.size > 0 && taken.length < limit && (taken.length === 0 || clock.now() < until)) {
        const input = this.#inbox.take();
        taken.push(input);
        input.run(turn);
      }
      finish(turn);
      onStep?.('ran', turn);
      store.commit();
    } catch (error) {
      this.#rollBack(turn);
      this.#current = undefined;
      this.#fail(taken, error);
      return;
    }
    this.#current = undefined;
    if (this.#alone > 0) this.#alone -= 1;
    this.#retryMs = firstStorageRetryMs;
    this.#setFault(undefined);
    onStep?.('committed', turn);
    this.#sendOut(turn, taken);
    onStep?.('sent', turn);
    if (this.#inbox.size > 0) this.#schedule();
  }

  /** Workers first (they wait the longest way), then callers, then pages. One that throws does not keep the others. */
  #sendOut(turn: Turn, taken: readonly Input[]): void {
    for (const [workerId, messages] of turn.toWorkers)
      this.#safely('send', () => this.#options.send(workerId, messages));
    for (const effect of turn.effects) this.#safely('effect', effect);
    for (const input of taken) if (input.done !== undefined) this.#safely(input.name, () => input.done?.());
    for (const [topic, keys] of turn.bells) for (const key of keys) this.#options.topics.ring(topic, key);
  }

  #safely(what: string, effect: () => void): void {
    try {
      effect();
    } catch (error) {
      this.#options.log('error', `after a commit, ${what} failed`, { error: describe(error) });
    }
  }

  #rollBack(turn: Turn): void {
    try {
      this.#options.store.rollback();
    } catch (error) {
      this.#options.log('error', 'rollback failed', { error: describe(error) });
    }
    for (const undo of turn.undos.toReversed()) undo();
    this.#options.rolledBack();
  }

  #setFault(fault: unknown): void {
    if (fault === undefined && this.#storageFault === undefined) return;
    this.#storageFault = fault;
    this.#options.onStorageFault?.();
  }

  #isLasting(): boolean {
    return this.#storageFault !== undefined && explainFault(this.#storageFault).lasting;
  }

  #fail(taken: readonly Input[], error: unknown): void {
    const { log, clock } = this.#options;
    if (isStorageFault(error)) {
      this.#setFault(error);
      log('error', 'the store takes no writes', { error: describe(error), retryMs: this.#retryMs });
      // Those that were not taken too: a turn that cannot even begin has taken nothing.
      this.#inbox.putBack(taken);
      for (const call of this.#inbox.takeCalls()) call.refuse(storageRefusal(error));
      this.#alone = 0;
      if (this.#isLasting()) {
        this.#cancelRetry?.();
        this.#cancelRetry = () => undefined;
        return;
      }
      this.#cancelRetry = clock.after(this.#retryMs, () => {
        this.#cancelRetry = undefined;
        this.#schedule();
      });
      this.#retryMs = Math.min(this.#retryMs * 2, lastStorageRetryMs);
      return;
    }
    const [first] = taken;
    if (this.#options.excuses(error)) {
      log('error', 'the end of a turn failed; its inputs run again', { error: describe(error) });
      this.#inbox.putBack(taken);
    } else if (taken.length === 1 && first !== undefined) {
      if (this.#alone > 0) this.#alone -= 1;
      if (!(error instanceof EngineError) || error.code === 'INTERNAL') {
        log('error', `input ${first.name} was refused`, { error: describe(error) });
      }
      first.refuse(error);
    } else {
      this.#alone = taken.length;
      this.#inbox.putBack(taken);
    }
    if (this.#inbox.size > 0) this.#schedule();
  }
}

function storageRefusal(fault: unknown): EngineError {
  const { what, next } = explainFault(fault);
  return new EngineError('UNAVAILABLE', `The database takes no writes now: ${what}. Nothing was stored. ${next}`, {
    cause: fault,
  });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\n[cause] ${describe(error.cause)}`;
}
