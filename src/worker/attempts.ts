/** The attempts that run in this worker: one request each, from `run` to exactly one `done` or `failed`. */
import type { JobResult } from '../protocol/job.ts';
import type { EngineToWorker } from '../protocol/worker.ts';
import type { DeltaStream, DeltaStreams } from './delta-stream.ts';
import { bugFailure, cancelledFailure, noSlotFailure } from './failures.ts';
import type { Outbox } from './outbox.ts';
import type { Emit, Outcome, Provider } from './providers/provider.ts';
import { providerOf } from './providers/registry.ts';
import { estimateUsage } from './usage.ts';

export type RunMessage = Extract<EngineToWorker, { type: 'run' }>;
type AttemptKey = Pick<RunMessage, 'jobId' | 'attempt'>;

export interface Attempts {
  readonly running: number;
  run(message: RunMessage): void;
  /** Nothing happens when the attempt has ended: its `done` or `failed` is on the way. */
  cancel(key: AttemptKey): void;
  /** Aborts all; for a worker that has nobody to report to. */
  abortAll(): void;
}

/** One attempt while it runs. */
interface Attempt {
  readonly message: RunMessage;
  readonly abort: AbortController;
  readonly deltas: DeltaStream;
  readonly receivedAt: number;
  sentAt: number;
  firstContentAt: number | undefined;
  text: string;
  thinking: string;
}

const keyOf = ({ jobId, attempt }: AttemptKey): string => `${jobId}:${attempt}`;

/** `ended` is called after each attempt, when its last message is in the outbox. */
export function createAttempts(options: {
  slots: number;
  outbox: Outbox;
  deltas: DeltaStreams;
  ended: () => void;
}): Attempts {
  const { slots, outbox, deltas, ended } = options;
  const running = new Map<string, Attempt>();

  const finish = (attempt: Attempt, outcome: Outcome): void => {
    const { jobId, attempt: number } = attempt.message;
    running.delete(keyOf(attempt.message));
    const limits = outcome.limits === undefined ? {} : { limits: outcome.limits };
    if (outcome.type === 'answered') {
      deltas.drop(attempt.deltas);
      outbox.push({ type: 'done', jobId, attempt: number, result: resultOf(attempt, outcome), ...limits });
    } else {
      deltas.flush(attempt.deltas);
      const failure = outcome.type === 'failed' ? outcome.failure : cancelledFailure;
      outbox.push({ type: 'failed', jobId, attempt: number, failure, ...limits });
    }
    ended();
  };

  const start = (attempt: Attempt): void => {
    const { provider: connection } = attempt.message;
    const crashed = (error: unknown): void =>
      finish(attempt, { type: 'failed', failure: bugFailure(connection, error) });
    let outcome: Outcome | Promise<Outcome>;
    try {
      const provider = providerOf(connection.kind);
      outcome =
        provider instanceof Promise
          ? provider.then((loaded) => ask(loaded, attempt, deltas))
          : ask(provider, attempt, deltas);
    } catch (error) {
      crashed(error);
      return;
    }
    if (outcome instanceof Promise) outcome.then((settled) => finish(attempt, settled), crashed);
    else finish(attempt, outcome);
  };

  return {
    get running() {
      return running.size;
    },

    run(message) {
      const { jobId, attempt: number } = message;
      const key = keyOf(message);
      if (running.has(key)) {
        const text = `attempt ${number} of ${jobId} was sent twice; the first one goes on`;
        outbox.push({ type: 'log', level: 'error', message: text });
        return;
      }
      if (running.size >= slots) {
        outbox.push({ type: 'failed', jobId, attempt: number, failure: noSlotFailure(slots) });
        return;
      }
      const now = Date.now();
      const attempt: Attempt = {
        message,
        abort: new AbortController(),
        deltas: deltas.open(jobId, number),
        receivedAt: now,
        sentAt: now,
        firstContentAt: undefined,
        text: '',
        thinking: '',
      };
      running.set(key, attempt);
      start(attempt);
    },

    cancel(key) {
      running.get(keyOf(key))?.abort.abort();
    },

    abortAll() {
      for (const attempt of running.values()) attempt.abort.abort();
    },
  };
}

function ask(provider: Provider, attempt: Attempt, deltas: DeltaStreams): Outcome | Promise<Outcome> {
  const { request, provider: connection } = attempt.message;
  const { signal } = attempt.abort;
  if (signal.aborted) return { type: 'aborted' };
  const emit: Emit = (kind, text) => {
    attempt.firstContentAt ??= Date.now();
    attempt[kind] += text;
    deltas.append(attempt.deltas, kind, text);
  };
  attempt.sentAt = Date.now();
  return provider.answer(request, connection, signal, emit);
}

function resultOf(attempt: Attempt, outcome: Extract<Outcome, { type: 'answered' }>): JobResult {
  const { text, thinking, receivedAt, sentAt, firstContentAt } = attempt;
  const result: JobResult = {
    text,
    finishReason: outcome.finishReason,
    usage: outcome.usage ?? estimateUsage(attempt.message.request, text, thinking),
    model: outcome.model,
    timings: { receivedAt, sentAt, endedAt: Date.now() },
  };
  if (thinking !== '') result.thinking = thinking;
  if (firstContentAt !== undefined) result.timings.firstContentAt = firstContentAt;
  return result;
}
