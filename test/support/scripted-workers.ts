/**
 * A worker host whose workers a test plays by hand: for what lies below the level of processes (turns, queue, streams).
 * They are ready at once, answer heartbeats, obey `cancel` and `drain`, and answer a job when the test says so.
 */
import type { WorkerEvents, WorkerHost, WorkerProcess } from '../../src/engine/ports.ts';
import type { JobId } from '../../src/protocol/ids.ts';
import type { Failure, JobResult } from '../../src/protocol/job.ts';
import type { LlmRequest } from '../../src/protocol/request.ts';
import type { EngineToWorker, StreamPart, WorkerExit, WorkerToEngine } from '../../src/protocol/worker.ts';

type RunMessage = Extract<EngineToWorker, { type: 'run' }>;

const stats = { slotsUsed: 0, rssBytes: 50 * 1024 * 1024, cpuMs: 1, eventLoopDelayMs: 0 };

export function resultOf(text: string, more: Partial<JobResult> = {}): JobResult {
  return {
    text,
    finishReason: 'stop',
    usage: { inputTokens: 3, outputTokens: 5, estimated: false },
    model: 'scripted',
    timings: { receivedAt: 1, sentAt: 1, endedAt: 2 },
    ...more,
  };
}

export const textPart = (text: string): StreamPart => ({ kind: 'text', text });

/** One attempt as its worker sees it. */
export class ScriptedRun {
  readonly worker: ScriptedWorker;
  readonly jobId: JobId;
  readonly attempt: number;
  readonly request: LlmRequest;

  constructor(worker: ScriptedWorker, { jobId, attempt, request }: RunMessage) {
    this.worker = worker;
    this.jobId = jobId;
    this.attempt = attempt;
    this.request = request;
  }

  delta(...parts: StreamPart[]): void {
    this.worker.say({ type: 'delta', jobId: this.jobId, attempt: this.attempt, parts });
  }

  done(text = 'an answer', more: Partial<JobResult> = {}): void {
    this.worker.end(this);
    this.worker.say({ type: 'done', jobId: this.jobId, attempt: this.attempt, result: resultOf(text, more) });
  }

  fail(failure: Failure): void {
    this.worker.end(this);
    this.worker.say({ type: 'failed', jobId: this.jobId, attempt: this.attempt, failure });
  }
}

class ScriptedWorker implements WorkerProcess {
  readonly id: string;
  readonly slots: number;
  readonly pid: number;
  readonly received: EngineToWorker[] = [];
  readonly running = new Set<ScriptedRun>();
  /** A worker that hangs: it hears a cancel and does nothing. */
  obeysCancel = true;
  #ended = false;
  #draining = false;
  readonly #events: WorkerEvents;
  readonly #onRun: (run: ScriptedRun) => void;

  constructor(
    options: { id: string; slots: number; pid: number },
    events: WorkerEvents,
    onRun: (run: ScriptedRun) => void,
  ) {
    this.id = options.id;
    this.slots = options.slots;
    this.pid = options.pid;
    this.#events = events;
    this.#onRun = onRun;
  }

  say(...messages: WorkerToEngine[]): void {
    if (!this.#ended) this.#events.onMessages(messages);
  }

  crash(reason = 'ended by SIGKILL'): void {
    this.#exit({ kind: 'crashed', code: null, signal: 'SIGKILL', reason });
  }

  kill(): void {
    this.crash();
  }

  end(run: ScriptedRun): void {
    this.running.delete(run);
    if (this.#draining && this.running.size === 0) queueMicrotask(() => this.#exit({ kind: 'exited' }));
  }

  send(messages: readonly EngineToWorker[]): void {
    if (this.#ended) return;
    this.received.push(...messages);
    for (const message of messages) this.#receive(message);
  }

  #receive(message: EngineToWorker): void {
    switch (message.type) {
      case 'run': {
        const run = new ScriptedRun(this, message);
        this.running.add(run);
        this.#onRun(run);
        return;
      }
      case 'cancel': {
        const run = [...this.running].find(
          ({ jobId, attempt }) => jobId === message.jobId && attempt === message.attempt,
        );
        const failure: Failure = { class: 'cancelled', code: 'cancelled-by-user', message: 'Cancelled.' };
        if (this.obeysCancel && run !== undefined) queueMicrotask(() => run.fail(failure));
        return;
      }
      case 'heartbeat':
        queueMicrotask(() => this.say({ type: 'heartbeat', seq: message.seq, stats }));
        return;
      case 'drain':
        this.#draining = true;
        if (this.running.size === 0) queueMicrotask(() => this.#exit({ kind: 'exited' }));
        return;
      case 'inspect-provider':
      case 'find-servers':
        return;
    }
  }

  #exit(exit: WorkerExit): void {
    if (this.#ended) return;
    this.#ended = true;
    // As with real processes: never inside the call that kills.
    setImmediate(() => this.#events.onExit(exit));
  }
}

export class ScriptedWorkers implements WorkerHost {
  /** All that were ever started, in order. */
  readonly all: ScriptedWorker[] = [];
  /** Attempts that nobody has taken with `nextRun`. */
  readonly #untaken: ScriptedRun[] = [];
  readonly #waiting: ((run: ScriptedRun) => void)[] = [];
  /** Answers every attempt by itself, instead of `nextRun`. */
  onRun: ((run: ScriptedRun) => void) | undefined;

  spawn(options: { id: string; slots: number }, events: WorkerEvents): WorkerProcess {
    const worker = new ScriptedWorker({ ...options, pid: 1_000 + this.all.length }, events, (run) =>
      this.#arrived(run),
    );
    this.all.push(worker);
    queueMicrotask(() => worker.say({ type: 'ready', pid: worker.pid, slots: worker.slots }));
    return worker;
  }

  /** The next attempt that a worker was given, in the order they were sent. */
  nextRun(): Promise<ScriptedRun> {
    const run = this.#untaken.shift();
    if (run !== undefined) return Promise.resolve(run);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get untaken(): readonly ScriptedRun[] {
    return this.#untaken;
  }

  #arrived(run: ScriptedRun): void {
    if (this.onRun !== undefined) {
      this.onRun(run);
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#untaken.push(run);
    else waiting(run);
  }
}
