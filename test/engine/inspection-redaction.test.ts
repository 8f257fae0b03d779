/** Nothing that a person, a model or a provider wrote gets through, wherever in an event or a context it stands. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, redactEvent } from '../../src/engine/redaction.ts';
import { EngineToWorker, WorkerToEngine } from '../../src/protocol/worker.ts';
import { anyContext, anyFailure } from '../support/job-arbitraries.ts';
import { fitting } from '../door/inputs.ts';

const secret = 'Planted: the secret of the moon';
const hasSecret = (value: unknown): boolean => JSON.stringify(value).includes('lanted');

/** Any JSON, with the secret for every text. */
const anywhere = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<unknown>(secret),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...knownKeys(), 'prompt', 'text', 'apiKey', 'authorization', secret), tie('value'), {
      maxKeys: 6,
    }),
  ),
})).value;

/** Those that machines and messages have: redaction must not trust a value for its key's sake. */
function knownKeys(): string[] {
  return [
    ...['failure', 'message', 'providerMessage', 'causes', 'reason', 'code', 'class', 'status', 'model', 'provider'],
    ...['workerId', 'jobId', 'probe', 'processedBy', 'lane', 'rank', 'at', 'attempt', 'timeouts', 'backoff', 'stats'],
    ...['exit', 'emitted', 'limits', 'restarts', 'timings', 'initial', 'workers', 'brokenAt', 'lastExit', 'killedFor'],
    ...['error', 'request', 'id', 'kind', 'signal', 'purpose', 'actorId', 'restartTimes', 'type', 'fallbackModel'],
  ];
}

test('a secret at any key, at any depth, is gone', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...knownKeys(), 'prompt'), anywhere), (value) => {
      expect(hasSecret(redact(value))).toBe(false);
      expect(hasSecret(redactEvent({ ...value, type: 'X' }))).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test('every message between engine and workers leaves its texts behind', () => {
  fc.assert(
    fc.property(fc.oneof(fitting(EngineToWorker, []), fitting(WorkerToEngine, [])), (message) => {
      const planted = replaceTexts(message);
      expect(hasSecret(redactEvent(planted))).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('a failure keeps what it is called, and only says that there were words', () => {
  fc.assert(
    fc.property(anyFailure, (failure) => {
      const shown = redact({ failure: { ...failure, message: secret, providerMessage: secret, causes: [secret] } });
      expect(hasSecret(shown)).toBe(false);
      expect(shown['failure']).toMatchObject({ class: failure.class, code: failure.code, message: '[withheld]' });
    }),
  );
});

test('of a job, all but the words of its failure passes, and twice is the same as once', () => {
  fc.assert(
    fc.property(anyContext, (context) => {
      const shown = redact(context);
      const { failure: _failure, ...rest } = context;
      expect(shown).toMatchObject(JSON.parse(JSON.stringify(rest)) as object);
      expect(Object.keys(shown).toSorted()).toEqual(Object.keys(context).toSorted());
      expect(redact(shown)).toEqual(shown);
    }),
  );
});

/** All texts but the discriminating ones. */
function replaceTexts(value: unknown, key = ''): object {
  return mapTexts(value, key) as object;
}
function mapTexts(value: unknown, key: string): unknown {
  if (typeof value === 'string') return key === 'type' || key === 'kind' ? value : secret;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mapTexts(part, name)]));
}
