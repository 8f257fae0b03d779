/** What all streaming providers have in common: waits, cancelling, and telling a whole answer from one that just ended. */
import type { Failure } from '../../protocol/job.ts';
import type { ProviderConnection, ProviderLimits } from '../../protocol/provider.ts';
import {
  brokenOff,
  thrownFailure,
  inBandFailure,
  idleTimeout,
  interrupted,
  firstContentTimeout,
  notAStream,
} from '../failures.ts';
import { rateLimitsOf } from '../rate-limit-headers.ts';
import { headersOf } from '../wire-error.ts';
import { watchContent } from './content-watch.ts';
import type { Outcome } from './provider.ts';
import { type Wire, wireOf } from './wire.ts';

/** What one event of a stream means. */
export type Step =
  | 'nothing'
  /** Text, thinking or part of a tool call: the model is at work. */
  | 'content'
  /** The answer is whole; figures may follow. */
  | 'whole'
  /** The last event of a whole answer. */
  | 'end'
  | { failure: Failure };

/** Understands one provider's events, and collects what they say. One reader for each answer. */
export interface AnswerReader {
  read(event: unknown): Step;
  /** The end of a whole answer: `answered`, or `failed` for one that is of no use although it is whole. */
  outcome(): Outcome;
}

export interface OpenStream {
  events: AsyncIterable<unknown>;
  response: Response;
}

/** How long a whole answer waits for its figures: a server may keep the connection open without sending any. */
const tailMs = 1_000;

/**
 * Opens a stream and reads it to its end. `open` may throw what the SDK throws, and so may the events: it is classified.
 * Resolves to `aborted` when `attempt` was aborted before the answer was whole.
 */
export async function streamAnswer(
  connection: ProviderConnection,
  attempt: AbortSignal,
  open: (signal: AbortSignal) => Promise<OpenStream>,
  reader: AnswerReader,
): Promise<Outcome> {
  let limits: ProviderLimits | undefined;
  const outcome = await readAnswer(connection, attempt, open, reader, (headers) => {
    limits = rateLimitsOf(headers, Date.now());
  });
  return limits === undefined ? outcome : { ...outcome, limits };
}

async function readAnswer(
  connection: ProviderConnection,
  attempt: AbortSignal,
  open: (signal: AbortSignal) => Promise<OpenStream>,
  reader: AnswerReader,
  seeHeaders: (headers: Headers) => void,
): Promise<Outcome> {
  const watch = watchContent(connection.timeouts, attempt);
  let wire: Wire | undefined;
  let events = 0;
  let whole = false;
  let begun = false;
  let reading = false;
  let thrown: unknown;
  try {
    const stream = await open(watch.signal);
    const opened = wireOf(stream.response);
    wire = opened;
    seeHeaders(stream.response.headers);
    for await (const event of stream.events) {
      events += 1;
      reading = true;
      const step = reader.read(event);
      reading = false;
      if (typeof step === 'object') return failed(asOf(step.failure));
      if (step === 'content' && !whole) {
        begun = true;
        watch.content();
      }
      if ((step === 'whole' || step === 'end') && !whole) {
        whole = true;
        watch.whole(tailMs, () => opened.finish());
      }
      // Not `break`: that would make the SDK cut a connection that can be used again.
      if (step === 'end') opened.finish();
    }
  } catch (error) {
    // A defect of ours is no failure of the provider.
    if (reading) throw error;
    thrown = error;
    const headers = headersOf(error);
    if (headers !== undefined) seeHeaders(headers);
  } finally {
    watch.stop();
  }
  if (whole) return reader.outcome();
  if (attempt.aborted) return { type: 'aborted' };
  if (watch.expired === 'first-content') return failed(firstContentTimeout(connection));
  if (watch.expired === 'idle') return failed(idleTimeout(connection));
  if (thrown instanceof SyntaxError && events === 0 && wire !== undefined) {
    return failed(notAStream(connection, wire.head));
  }
  if (thrown !== undefined) return failed(asOf(thrownFailure(thrown, connection, { answering: wire !== undefined })));
  if (wire?.done === true && events > 0) return reader.outcome();
  if (events === 0 && wire !== undefined && wire.head.trim() !== '') {
    return failed(inBandFailure(wire.head, connection) ?? notAStream(connection, wire.head));
  }
  return failed(interrupted(connection));

  function asOf(failure: Failure): Failure {
    return begun ? brokenOff(failure, connection) : failure;
  }
}

function failed(failure: Failure): Outcome {
  return { type: 'failed', failure };
}
