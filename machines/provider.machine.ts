/**
 * One provider's circuit breaker: when it is down, its jobs wait together for one pause instead of each failing by
 * itself, and then a single job tries whether it is back.
 *
 * Persisted and event-only (DESIGN.md, "The actors", rule 4): no clock, no randomness, no timer. Events carry `at` and
 * `random`; the end of a pause is `coolingUntil`, and whoever keeps the time sends `DUE`.
 */
import { assign, setup } from 'xstate';
import type { JobId } from '../src/protocol/ids.ts';
import type { Failure, FailureCode } from '../src/protocol/job.ts';
import { providerPauseMs } from './policy/backoff.ts';

/** Plain JSON: it is stored in columns. */
export interface ProviderMachineContext {
  /** Failures in a row that speak against the provider, while it is healthy. */
  readonly failures: number;
  /** Pauses in a row; a probe that succeeds sets it back to 0. */
  readonly pauses: number;
  /** Epoch ms; set in `coolingDown` only. */
  readonly coolingUntil: number | null;
  /** Why it is not healthy, in words for people. */
  readonly reason: string | null;
  readonly failureCode: FailureCode | null;
  /** The one job that runs while `probing`; null: none has started yet. */
  readonly probe: JobId | null;
}

/** Times are epoch ms; `random` is uniform in [0, 1). */
export type ProviderMachineEvent =
  | { type: 'SUCCEEDED'; jobId: JobId; at: number }
  | { type: 'FAILED'; jobId: JobId; at: number; failure: Failure; random: number }
  /** The time has come to look at `coolingUntil`; too early does nothing. */
  | { type: 'DUE'; at: number }
  | { type: 'PROBE_STARTED'; jobId: JobId }
  /** The probe ended without an answer (cancelled, its worker lost): another job may probe. */
  | { type: 'PROBE_LOST'; jobId: JobId }
  | { type: 'SETTINGS_CHANGED'; at: number };

export type ProviderState = 'healthy' | 'coolingDown' | 'probing' | 'misconfigured';

/** A single server error is the job's affair; three in a row are the provider's. */
const failuresUntilPause = 3;

/** Of one that nothing has happened to yet. */
export const healthyContext: ProviderMachineContext = {
  failures: 0,
  pauses: 0,
  coolingUntil: null,
  reason: null,
  failureCode: null,
  probe: null,
};

/** Retryable failures that come from the provider or the way to it, not from what the model answered. */
const serverErrors: ReadonlySet<FailureCode> = new Set([
  'rate-limited',
  'overloaded',
  'server-error',
  'connection',
  'interrupted',
  'first-content-timeout',
  'idle-timeout',
  'not-a-stream',
]);

/**
 * What a job's failure says about its provider. `down`: it takes nobody's jobs. `error`: it did not do its work.
 * `answered`: it works, the fault lies with the request. `nothing`: the job ended for reasons of its own.
 */
function verdictOf(failure: Failure): 'down' | 'error' | 'answered' | 'misconfigured' | 'nothing' {
  switch (failure.class) {
    case 'provider-down':
      return 'down';
    case 'misconfigured':
      return 'misconfigured';
    case 'retryable':
      return serverErrors.has(failure.code) ? 'error' : 'answered';
    case 'rejected':
      return 'answered';
    case 'cancelled':
    case 'bug':
      return 'nothing';
  }
}

/** How many jobs may start at the provider now. */
export function mayTakeJobs(state: ProviderState, probe: JobId | null): 'any' | 'one' | 'none' {
  switch (state) {
    case 'healthy':
      return 'any';
    case 'probing':
      return probe === null ? 'one' : 'none';
    case 'coolingDown':
    case 'misconfigured':
      return 'none';
  }
}

const machineSetup = setup({
  types: {
    context: {} as ProviderMachineContext,
    events: {} as ProviderMachineEvent,
  },
  guards: {
    isDown: ({ event }) => event.type === 'FAILED' && verdictOf(event.failure) === 'down',
    isMisconfigured: ({ event }) => event.type === 'FAILED' && verdictOf(event.failure) === 'misconfigured',
    isLastStraw: ({ context, event }) =>
      event.type === 'FAILED' && verdictOf(event.failure) === 'error' && context.failures + 1 >= failuresUntilPause,
    isError: ({ event }) => event.type === 'FAILED' && verdictOf(event.failure) === 'error',
    hasAnswered: ({ event }) => event.type === 'FAILED' && verdictOf(event.failure) === 'answered',
    /** A job that was under way when the pause began, and that was told to wait even longer. */
    asksForLonger: ({ context, event }) => {
      if (event.type !== 'FAILED' || event.failure.retryAfterMs === undefined) return false;
      const verdict = verdictOf(event.failure);
      if (verdict !== 'down' && verdict !== 'error') return false;
      return event.at + event.failure.retryAfterMs > (context.coolingUntil ?? event.at);
    },
    isOver: ({ context, event }) => event.type === 'DUE' && event.at >= (context.coolingUntil ?? 0),
    hasNoProbe: ({ context }) => context.probe === null,
    isProbe: ({ context, event }) => 'jobId' in event && event.jobId === context.probe,
    probeAnswered: ({ context, event }) =>
      event.type === 'FAILED' && event.jobId === context.probe && verdictOf(event.failure) === 'answered',
    probeFailed: ({ context, event }) => {
      if (event.type !== 'FAILED' || event.jobId !== context.probe) return false;
      const verdict = verdictOf(event.failure);
      return verdict === 'down' || verdict === 'error';
    },
  },
  actions: {
    recover: assign(healthyContext),
    countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
    forgetFailures: assign({ failures: 0 }),
    pause: assign(({ context, event }) => {
      if (event.type !== 'FAILED') return {};
      const pauses = context.pauses + 1;
      const pauseMs = providerPauseMs({ pauses, random: event.random, retryAfterMs: event.failure.retryAfterMs });
      return { ...faultOf(event.failure), failures: 0, pauses, coolingUntil: event.at + pauseMs, probe: null };
    }),
    /** The same pause, only longer: nothing was tried in between, so it does not count as another one. */
    extendPause: assign(({ event }) => {
      if (event.type !== 'FAILED') return {};
      const until = event.at + Math.ceil(event.failure.retryAfterMs ?? 0);
      return { ...faultOf(event.failure), coolingUntil: until, probe: null };
    }),
    blameSettings: assign(({ event }) => {
      if (event.type !== 'FAILED') return {};
      return { ...healthyContext, ...faultOf(event.failure) };
    }),
    awaitProbe: assign({ coolingUntil: null, probe: null }),
    noteProbe: assign({ probe: ({ event }) => (event.type === 'PROBE_STARTED' ? event.jobId : null) }),
    loseProbe: assign({ probe: null }),
  },
});

function faultOf(failure: Failure): { reason: string; failureCode: FailureCode } {
  return { reason: failure.message, failureCode: failure.code };
}

export const providerMachine = machineSetup.createMachine({
  id: 'provider',
  context: healthyContext,
  initial: 'healthy',
  on: {
    SETTINGS_CHANGED: { target: '.healthy', actions: 'recover' },
  },
  states: {
    healthy: {
      description: 'Takes jobs.',
      on: {
        SUCCEEDED: { actions: 'forgetFailures' },
        FAILED: [
          { guard: 'isMisconfigured', target: 'misconfigured', actions: 'blameSettings' },
          { guard: 'isDown', target: 'coolingDown', actions: 'pause' },
          { guard: 'isLastStraw', target: 'coolingDown', actions: 'pause' },
          { guard: 'isError', actions: 'countFailure' },
          { guard: 'hasAnswered', actions: 'forgetFailures' },
        ],
      },
    },
    coolingDown: {
      description: 'Takes none until the pause is over. Jobs under way may still end; their successes are old news.',
      on: {
        FAILED: [
          { guard: 'isMisconfigured', target: 'misconfigured', actions: 'blameSettings' },
          { guard: 'asksForLonger', actions: 'extendPause' },
        ],
        DUE: { guard: 'isOver', target: 'probing', actions: 'awaitProbe' },
      },
    },
    probing: {
      description: 'Takes one job; what becomes of it decides.',
      on: {
        PROBE_STARTED: { guard: 'hasNoProbe', actions: 'noteProbe' },
        PROBE_LOST: { guard: 'isProbe', actions: 'loseProbe' },
        SUCCEEDED: { guard: 'isProbe', target: 'healthy', actions: 'recover' },
        FAILED: [
          { guard: 'isMisconfigured', target: 'misconfigured', actions: 'blameSettings' },
          { guard: 'probeFailed', target: 'coolingDown', actions: 'pause' },
          { guard: 'probeAnswered', target: 'healthy', actions: 'recover' },
          { guard: 'isProbe', actions: 'loseProbe' },
          { guard: 'asksForLonger', target: 'coolingDown', actions: 'extendPause' },
        ],
      },
    },
    misconfigured: {
      description: 'Takes none until the settings change: the same key and address would be refused again.',
    },
  },
});
