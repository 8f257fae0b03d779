/**
 * What of an event or a context may leave the engine for an inspector: the one place that decides it. A list of what may
 * pass, not of what may not: numbers, flags and names whose form is known. A text that a person, a model or a provider wrote
 * has none, so whatever is added to a machine later stays inside until it is listed here.
 */
import { goalStates, PauseReason } from '../protocol/goals.ts';
import { FailureClass, FailureCode, lanes, LostReason } from '../protocol/job.ts';

/** In the place of a text that is known to be there. Keys that are not known at all are left out. */
export const withheld = '[withheld]';

const word = (words: readonly string[]): RegExp => new RegExp(`^(?:${words.join('|')})$`);
const workerId = /^worker:\d{1,9}$/;
const jobId = /^job_[0-9A-HJKMNP-TV-Z]{26}$/;
const model = /^[a-z0-9][a-z0-9-]{0,39}\/[\w.:@/+-]{1,120}$/;
const provider = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Keys whose numbers, flags and nulls pass. */
const plain = new Set(
  `activeMs activeSince at attempt attemptsMade attemptsStarted automatic beatAnswered beatSent children claimNumber claimed code coolingUntil
  cpuMs deadlineAt delayMs deliverTries endedAt eventLoopDelayMs failures final finishedOn firstContentAt firstContentMs heartbeatMs heldDependencies
  lastBeatAt lastTickAt max maxAttempts maxDelayMs maxRestarts maxSendBacks min missedBeats nextNumber open openDependencies pauses pid planTries
  processedOn quarantineDeaths quarantined queueDeadlineAt queuedMs random rank restartTimes restarts retiring retries retryAfterMs review
  rssBytes runAt runDeadlineAt runMs sendBacks seq slots slotsPerWorker slotsUsed stalledCounter startTimeoutMs startedAt status stoppedOn
  surplusSince tickMs tries used waitingSince wanted wasHeld windowMs`.split(/\s+/),
);

/** Keys whose strings pass when they have this form. */
const forms: ReadonlyMap<string, RegExp> = new Map([
  ['class', word(FailureClass.options)],
  ['code', word(FailureCode.options)],
  ['failureCode', word(FailureCode.options)],
  ['lane', word(lanes)],
  ['provider', provider],
  ['model', model],
  ['fallbackModel', model],
  ['reason', word([...LostReason.options, ...PauseReason.options])],
  ['pauseReason', word(PauseReason.options)],
  ['resumesTo', word(goalStates)],
  ['workerId', workerId],
  ['processedBy', new RegExp(`${workerId.source}|^none$`)],
  ['id', workerId],
  ['jobId', jobId],
  ['probe', jobId],
  ['actorId', workerId],
  ['purpose', word(['regular', 'quarantine'])],
  ['kind', word(['exited', 'crashed'])],
  ['signal', /^SIG[A-Z0-9]{1,12}$/],
  ['type', /^(?:ready|lost|broken|stopped|exponential|fixed)$/],
]);

/** Keys whose objects are looked into. */
const containers = new Set([
  'failure',
  'backoff',
  'timeouts',
  'stats',
  'exit',
  'emitted',
  'limits',
  'timings',
  'initial',
]);
containers.add('restarts');

/** Keys that hold, or may hold, somebody's words: it is said that there is something. */
const texts = new Set(
  `message providerMessage causes reason killedFor lastExit error request problem problems question reasons
  reviewReasons`.split(/\s+/),
);

/** An event's payload, without its type. */
export function redactEvent(event: object): Record<string, unknown> {
  const { type: _type, input: _input, output: _output, ...payload } = { type: '', input: 0, output: 0, ...event };
  return redact(payload);
}

/** A machine's context, or a part of one. Twice is the same as once. */
export function redact(context: unknown): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  if (typeof context !== 'object' || context === null) return shown;
  for (const [key, value] of Object.entries(context)) {
    const part = redactValue(key, value);
    if (part !== undefined) shown[key] = part;
  }
  return shown;
}

/** Undefined: left out. */
function redactValue(key: string, value: unknown): unknown {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return plain.has(key) ? value : undefined;
    case 'string':
      if (forms.get(key)?.test(value) === true) return value;
      return texts.has(key) || forms.has(key) ? withheld : undefined;
    case 'object':
      if (value === null)
        return plain.has(key) || forms.has(key) || texts.has(key) || containers.has(key) ? null : undefined;
      if (key === 'workers') return workerIds(value);
      if (key === 'brokenAt') return timesByWorker(value);
      if (Array.isArray(value)) return plain.has(key) ? value.filter((item) => typeof item === 'number') : textsOf(key);
      return containers.has(key) ? redact(value) : textsOf(key);
    default:
      return undefined;
  }
}

function textsOf(key: string): typeof withheld | undefined {
  return texts.has(key) || forms.has(key) ? withheld : undefined;
}

function workerIds(workers: object): string[] {
  const ids = Object.values(workers).map((worker: unknown) =>
    typeof worker === 'object' && worker !== null && 'id' in worker ? worker.id : worker,
  );
  return ids.filter((id): id is string => typeof id === 'string' && workerId.test(id));
}

function timesByWorker(times: object): Record<string, number> {
  const entries: [string, unknown][] = Object.entries(times);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => workerId.test(entry[0]) && typeof entry[1] === 'number'),
  );
}
