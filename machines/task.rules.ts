/** The guards and actions of the task machine, by name. */
import { assign, setup } from 'xstate';
import { blankTask, type TaskContext, type TaskEvent } from './task.context.ts';

/** An answer that cannot be used is asked for again so often, with what is wrong with it. */
export const maxUnusableAnswers = 2;
/** A task that failed is tried again by itself so often, before the goal's policy decides. */
export const maxAutomaticRetries = 1;

export const taskSetup = setup({
  types: {
    context: {} as TaskContext,
    events: {} as TaskEvent,
    /** Context factories are run with `undefined` by XState's public stepping functions. */
    input: {} as TaskContext | undefined,
    tags: {} as 'open' | 'settled',
  },
  guards: {
    isReady: ({ context }) => context.openDependencies === 0,
    isReviewed: (_, params: { review: boolean }) => params.review,
    mayAnswerAgain: ({ context }) => context.tries < maxUnusableAnswers,
    maySendBack: ({ context }, params: { maxSendBacks: number }) => context.sendBacks < params.maxSendBacks,
    mayStartOver: ({ context }) => context.retries < maxAutomaticRetries,
    mayTryAgain: ({ context }, params: { final: boolean }) => !params.final && context.retries < maxAutomaticRetries,
  },
  actions: {
    closeDependency: assign({ openDependencies: ({ context }) => Math.max(0, context.openDependencies - 1) }),
    setDependencies: assign((_, params: { open: number }) => ({ openDependencies: params.open })),
    start: assign(({ context }, params: { at: number }) => ({ startedAt: context.startedAt ?? params.at })),
    noteUsable: assign({ tries: 0, problem: null }),
    ask: assign((_, params: { question: string }) => ({ question: params.question, tries: 0, problem: null })),
    forgetQuestion: assign({ question: null }),
    awaitChildren: assign((_, params: { children: number }) => ({
      openDependencies: params.children,
      tries: 0,
      problem: null,
    })),
    noteUnusable: assign(({ context }, params: { reason: string }) => ({
      tries: context.tries + 1,
      problem: params.reason,
    })),
    countSendBack: assign(({ context }, params: { reasons: string[] }) => ({
      sendBacks: context.sendBacks + 1,
      tries: 0,
      problem: null,
      reviewReasons: [...context.reviewReasons, params.reasons],
    })),
    /** What the reviewers said of the first try is told to the second. */
    startOver: assign(({ context }, params: { reasons: string[] }) => ({
      sendBacks: 0,
      tries: 0,
      problem: null,
      retries: context.retries + 1,
      reviewReasons: [...context.reviewReasons, params.reasons],
    })),
    countRetry: assign({ retries: ({ context }) => context.retries + 1, tries: 0, problem: null }),
    noteReasons: assign(({ context }, params: { reasons: string[] }) => ({
      reviewReasons: [...context.reviewReasons, params.reasons],
    })),
    fail: assign((_, params: { at: number; reason: string }) => ({ failure: params.reason, endedAt: params.at })),
    failBySendBacks: assign((_, params: { at: number; reasons: string[] }) => ({
      failure: `The reviewer sent it back too often. The last time: ${params.reasons.join(' ')}`,
      endedAt: params.at,
    })),
    /** What it asked stays known: it is an open question of the deliverable. */
    skip: assign((_, params: { at: number; reason: string }) => ({
      failure: params.reason === '' ? null : params.reason,
      endedAt: params.at,
    })),
    end: assign((_, params: { at: number }) => ({ endedAt: params.at, question: null })),
    reset: assign((_, params: { open: number }) => ({ ...blankTask, openDependencies: params.open })),
  },
});
