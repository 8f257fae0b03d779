/**
 * The line of requests before the side thread, and the thread's life. One request is out at a time: when its reply is heard
 * the thread does nothing until this file sends the next, which is when the WAL can be started over.
 *
 * A thread that ends by itself is started again. The request it had is refused (it may be what ended it), the others wait
 * for the new one. A thread that does not even start is tried again later, and until then every request is refused.
 */
import { Worker } from 'node:worker_threads';
import type { FromSideThread, SideReply, SideRequest, SideThreadData, ToSideThread } from './messages.ts';
import { SideThreadError } from './side-thread-error.ts';

interface Waiting {
  request: SideRequest;
  /** Called once, with the thread idle: nothing is sent before it returns. */
  settle(outcome: SideReply | SideThreadError): void;
}

export interface RequestLineOptions {
  /** The thread's module. */
  entry: string | URL;
  /** The database's file. */
  file: string;
  after(delayMs: number, callback: () => void): () => void;
  onReady(): void;
  /** `restartMs`: until the next start. */
  onEnd(reason: string, restartMs: number): void;
}

/** More reads than this are not kept waiting, they are refused. */
const maxWaiting = 200;
const firstRestartMs = 250;
const lastRestartMs = 30_000;
/** A thread that does not end when asked to is ended after this long. */
const closeMs = 2_000;

export class RequestLine {
  readonly #options: RequestLineOptions;
  #worker: Worker | undefined;
  #ready = false;
  #current: Waiting | undefined;
  #line: Waiting[] = [];
  /** Why the thread could not be started the last time. */
  #fault: string | undefined;
  #restartMs = firstRestartMs;
  #cancelRestart: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /** The thread is started by the first request. */
  constructor(options: RequestLineOptions) {
    this.#options = options;
  }

  /** A checkpoint goes before the reads that wait. */
  ask(request: SideRequest, settle: Waiting['settle']): void {
    const first = request.type === 'checkpoint';
    if (this.#closing !== undefined) return settle(closed());
    if (this.#fault !== undefined && this.#worker === undefined) return settle(unstartable(this.#fault));
    if (!first && this.#line.length >= maxWaiting) {
      return settle(new SideThreadError(`${maxWaiting} reads are waiting already. Try again in a moment.`));
    }
    if (first) this.#line.unshift({ request, settle });
    else this.#line.push({ request, settle });
    if (this.#worker === undefined && this.#cancelRestart === undefined) this.#start();
    this.#sendNext();
  }

  /** Refuses what waits, closes the thread's connections and ends it. Twice is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #start(): void {
    this.#cancelRestart = undefined;
    const { entry, file } = this.#options;
    const workerData: SideThreadData = { file };
    let worker: Worker;
    try {
      // Neither this process's flags (a preloaded script would run again there) nor its environment, which holds keys.
      worker = new Worker(entry, { workerData, execArgv: [], env: {}, name: 'nightshift-db' });
    } catch (error) {
      this.#ended(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#worker = worker;
    let reason: string | undefined;
    worker.on('message', (message: FromSideThread) => this.#heard(message));
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => this.#ended(reason ?? `exit code ${code}`));
    // It serves this thread and is no reason for the process to go on. Last: listening for messages takes it back.
    worker.unref();
  }

  #heard(message: FromSideThread): void {
    if (this.#closing !== undefined) return;
    if (message.type === 'ready') {
      this.#ready = true;
      this.#fault = undefined;
      this.#options.onReady();
    } else {
      this.#restartMs = firstRestartMs;
      const answered = this.#current;
      this.#current = undefined;
      answered?.settle(message);
    }
    this.#sendNext();
  }

  #sendNext(): void {
    if (!this.#ready || this.#current !== undefined) return;
    this.#current = this.#line.shift();
    if (this.#current !== undefined) this.#post(this.#current.request);
  }

  #post(message: ToSideThread): void {
    this.#worker?.postMessage(message);
  }

  #ended(reason: string): void {
    const wasReady = this.#ready;
    this.#worker = undefined;
    this.#ready = false;
    if (this.#closing !== undefined) return;
    const lost = this.#current;
    this.#current = undefined;
    const restartMs = this.#restartMs;
    this.#restartMs = Math.min(restartMs * 2, lastRestartMs);
    this.#cancelRestart = this.#options.after(restartMs, () => this.#start());
    this.#options.onEnd(reason, restartMs);
    lost?.settle(
      new SideThreadError(
        `The database's side thread ended while it read (${reason}). It is started again; try again.`,
      ),
    );
    if (wasReady) return;
    this.#fault = reason;
    for (const { settle } of this.#line.splice(0)) settle(unstartable(reason));
  }

  async #close(): Promise<void> {
    this.#cancelRestart?.();
    const lost = this.#current;
    this.#current = undefined;
    for (const waiting of [lost, ...this.#line.splice(0)]) waiting?.settle(closed());
    const worker = this.#worker;
    if (worker === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.once('exit', () => resolve());
    // While it is waited for, it counts.
    worker.ref();
    this.#post({ type: 'close' });
    const cancel = this.#options.after(closeMs, () => void worker.terminate());
    await promise;
    cancel();
  }
}

function closed(): SideThreadError {
  return new SideThreadError('The database is closed or closing; nothing was read.');
}

function unstartable(reason: string): SideThreadError {
  return new SideThreadError(
    `The database's side thread could not be started (${reason}). It is tried again; try later.`,
  );
}
