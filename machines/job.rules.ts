/** The guards and actions of the job machine, by name: when a job may try again, and what each step writes. */
import { assign, setup } from 'xstate';
import type { ProviderId } from '../src/protocol/ids.ts';
import type { Failure, Lane, LostReason } from '../src/protocol/job.ts';
import { queueDeadline, type JobContext, type JobEvent, type JobInput } from './job.context.ts';
import { retryDelayMs } from './policy/backoff.ts';

/** A job that has begun gets this long for all its attempts and all the waiting between them (DESIGN.md, rule 8). */
export const jobDeadlineMs = 24 * 3_600_000;
/** Worker crashes that a job may be caught in before it runs in a worker of its own. */
export const crashesBeforeQuarantine = 2;
/** Deaths of a worker that ran nothing else: after this many the job is poison. */
export const maxQuarantineDeaths = 2;

function expired(context: JobContext, at: number): boolean {
  return context.deadlineAt !== null && at >= context.deadlineAt;
}

function isCrash(reason: LostReason): boolean {
  return reason === 'worker-crashed' || reason === 'worker-unresponsive';
}

/** What every end has in common. */
function atRest(at: number) {
  return {
    finishedOn: at,
    rank: 0,
    runAt: null,
    waitingSince: null,
    queueDeadlineAt: null,
    runDeadlineAt: null,
    processedBy: null,
  };
}

export const expiry: Failure = {
  class: 'retryable',
  code: 'expired',
  message: 'No answer within 24 hours of the first attempt, pauses included. Retry it when the provider is well again.',
};

export const queuedTooLong: Failure = {
  class: 'retryable',
  code: 'queued-too-long',
  message: 'It waited in the queue for longer than it was allowed to, and was not started. Retry it to queue it again.',
};

export const ranTooLong: Failure = {
  class: 'retryable',
  code: 'run-timeout',
  message:
    'The answer took longer than it was allowed to, and was stopped. What had arrived is kept; retry it to ask again.',
};

export const poison: Failure = {
  class: 'rejected',
  code: 'poison',
  message:
    `This job took down every worker that ran it, also a worker of its own (${maxQuarantineDeaths} times). ` +
    'The other jobs went on. Change the request, or retry it to give it another chance.',
};

export const jobSetup = setup({
  types: {
    context: {} as JobContext,
    events: {} as JobEvent,
    input: {} as JobInput,
    tags: {} as 'open' | 'atRest',
  },
  guards: {
    isLastDependency: ({ context }) => context.openDependencies <= 1,
    isLastDependencyAndNotDue: ({ context, event }) =>
      context.openDependencies <= 1 && context.runAt !== null && context.runAt > event.at,
    isDue: ({ context, event }) => context.runAt === null || context.runAt <= event.at,
    hasOpenDependencies: (_, params: { openDependencies: number }) => params.openDependencies > 0,
    isThisAttempt: ({ context }, params: { attempt: number }) => params.attempt === context.attemptsStarted,
    /** The provider is at fault, not the job: wait for the provider, use up nothing. */
    isProvidersPause: ({ context, event }, params: { attempt: number; failure: Failure }) =>
      params.attempt === context.attemptsStarted &&
      params.failure.class === 'provider-down' &&
      !expired(context, event.at),
    mayTryAgain: ({ context, event }, params: { attempt: number; failure: Failure }) =>
      params.attempt === context.attemptsStarted &&
      params.failure.class === 'retryable' &&
      context.attemptsMade + 1 < context.maxAttempts &&
      !expired(context, event.at),
    isCancelled: ({ context }, params: { attempt: number; failure: Failure }) =>
      params.attempt === context.attemptsStarted && params.failure.class === 'cancelled',
    isPoison: ({ context }, params: { attempt: number; reason: LostReason }) =>
      params.attempt === context.attemptsStarted &&
      context.quarantined &&
      isCrash(params.reason) &&
      context.quarantineDeaths + 1 >= maxQuarantineDeaths,
    isLostInTime: ({ context, event }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted && !expired(context, event.at),
    isExpired: ({ context, event }) => expired(context, event.at),
    isQueuedTooLong: ({ context, event }) => context.queueDeadlineAt !== null && event.at >= context.queueDeadlineAt,
    ranTooLong: ({ context, event }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted && context.runDeadlineAt !== null && event.at >= context.runDeadlineAt,
    ranTooLongAndMayTryAgain: ({ context, event }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted &&
      context.runDeadlineAt !== null &&
      event.at >= context.runDeadlineAt &&
      context.attemptsMade + 1 < context.maxAttempts &&
      !expired(context, event.at),
    isBeingStopped: ({ context }, params: { attempt: number }) =>
      params.attempt === context.attemptsStarted && context.processedBy !== null,
  },
  actions: {
    closeDependency: assign({
      openDependencies: ({ context }) => Math.max(0, context.openDependencies - 1),
      heldDependencies: ({ context }, params: { wasHeld: boolean }) =>
        params.wasHeld ? Math.max(0, context.heldDependencies - 1) : context.heldDependencies,
    }),
    addDependency: assign({ openDependencies: ({ context }) => context.openDependencies + 1 }),
    holdDependency: assign({ heldDependencies: ({ context }) => context.heldDependencies + 1 }),
    releaseDependency: assign({ heldDependencies: ({ context }) => Math.max(0, context.heldDependencies - 1) }),
    enterQueue: assign(({ context }, params: { at: number; rank: number }) => ({
      rank: params.rank,
      waitingSince: params.at,
      queueDeadlineAt: queueDeadline(context.timeouts, params.at),
      runDeadlineAt: null,
      runAt: null,
      processedBy: null,
    })),
    changeLane: assign((_, params: { lane: Lane }) => ({ lane: params.lane })),
    changeProvider: assign((_, params: { provider: ProviderId; model: string | null }) => ({
      provider: params.provider,
      fallbackModel: params.model,
    })),
    changeRank: assign((_, params: { rank: number }) => ({ rank: params.rank })),
    claim: assign(({ context }, params: { at: number; workerId: string }) => ({
      attemptsStarted: context.attemptsStarted + 1,
      processedBy: params.workerId,
      processedOn: params.at,
      firstContentAt: null,
      waitingSince: null,
      queueDeadlineAt: null,
      runDeadlineAt: context.timeouts.runMs === undefined ? null : params.at + context.timeouts.runMs,
      stoppedOn: null,
      deadlineAt: context.deadlineAt ?? params.at + jobDeadlineMs,
    })),
    noteFirstContent: assign((_, params: { at: number }) => ({ firstContentAt: params.at })),
    noteFailure: assign((_, params: { failure: Failure }) => ({ failure: params.failure })),
    countAttempt: assign({ attemptsMade: ({ context }) => context.attemptsMade + 1 }),
    backOff: assign(({ context }, params: { at: number; failure: Failure; random: number }) => ({
      rank: 0,
      processedBy: null,
      runDeadlineAt: null,
      runAt:
        params.at +
        retryDelayMs({
          backoff: context.backoff,
          attemptsMade: context.attemptsMade,
          random: params.random,
          retryAfterMs: params.failure.retryAfterMs,
        }),
    })),
    countCrash: assign(({ context }, params: { reason: LostReason }) => {
      if (!isCrash(params.reason)) return {};
      const stalledCounter = context.stalledCounter + 1;
      return {
        stalledCounter,
        quarantined: context.quarantined || stalledCounter >= crashesBeforeQuarantine,
        quarantineDeaths: context.quarantineDeaths + (context.quarantined ? 1 : 0),
      };
    }),
    finish: assign((_, params: { at: number }) => atRest(params.at)),
    /** The worker that has it is told to stop, and keeps it until it has confirmed that. */
    stop: assign((_, params: { at: number }) => ({
      finishedOn: params.at,
      rank: 0,
      runAt: null,
      runDeadlineAt: null,
    })),
    noteStopped: assign((_, params: { at: number }) => ({ stoppedOn: params.at, processedBy: null })),
    /** One action, not two: each copies the snapshot, of every job there is. */
    finishWithAnswer: assign(({ context }, params: { at: number; firstContentAt?: number | undefined }) => ({
      ...atRest(params.at),
      failure: null,
      firstContentAt: context.firstContentAt ?? params.firstContentAt ?? null,
    })),
    startOver: assign((_, params: { openDependencies: number; heldDependencies: number }) => ({
      openDependencies: params.openDependencies,
      heldDependencies: params.heldDependencies,
      attemptsMade: 0,
      stalledCounter: 0,
      quarantined: false,
      quarantineDeaths: 0,
      deadlineAt: null,
      firstContentAt: null,
      finishedOn: null,
      stoppedOn: null,
      processedBy: null,
      failure: null,
    })),
  },
});
