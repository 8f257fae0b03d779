/** The guards and actions of the goal machine, by name. */
import { assign, setup } from 'xstate';
import type { PauseReason } from '../src/protocol/goals.ts';
import { blankGoal, type GoalContext, type GoalEvent, type ResumableState } from './goal.context.ts';

/** A plan, or a deliverable, that cannot be used is asked for again so often, with what is wrong with it. */
export const maxRefusals = 2;

/** Time counts while something is done for it, not while it waits for a person. */
function activeUntil(
  { activeSince, activeMs }: GoalContext,
  at: number,
): Pick<GoalContext, 'activeSince' | 'activeMs'> {
  return { activeSince: null, activeMs: activeMs + (activeSince === null ? 0 : Math.max(0, at - activeSince)) };
}

export const goalSetup = setup({
  types: {
    context: {} as GoalContext,
    events: {} as GoalEvent,
    /** Context factories are run with `undefined` by XState's public stepping functions. */
    input: {} as GoalContext | undefined,
    tags: {} as 'underWay' | 'atRest',
  },
  guards: {
    isAutomatic: (_, params: { automatic: boolean }) => params.automatic,
    mayPlanAgain: ({ context }) => context.planTries < maxRefusals,
    mayDeliverAgain: ({ context }) => context.deliverTries < maxRefusals,
    resumesTo: ({ context }, params: { state: ResumableState }) => context.resumesTo === params.state,
    resumesToPlanningForGood: ({ context }) => context.resumesTo === 'planning' && context.planTries >= maxRefusals,
    resumesToDeliveringForGood: ({ context }) =>
      context.resumesTo === 'delivering' && context.deliverTries >= maxRefusals,
  },
  actions: {
    begin: assign(({ context }, params: { at: number }) => ({ activeSince: context.activeSince ?? params.at })),
    rest: assign(({ context }, params: { at: number }) => activeUntil(context, params.at)),
    notePlan: assign({ planTries: 0, problem: null }),
    notePlanRefused: assign(({ context }, params: { problems: string }) => ({
      planTries: context.planTries + 1,
      problem: params.problems,
    })),
    planAnew: assign(({ context }) => ({ ...blankGoal, activeMs: context.activeMs })),
    beginDelivery: assign({ deliverTries: 0, problem: null }),
    noteDeliveryRefused: assign(({ context }, params: { problem: string }) => ({
      deliverTries: context.deliverTries + 1,
      problem: params.problem,
    })),
    noteResume: assign((_, params: { state: ResumableState }) => ({ resumesTo: params.state })),
    pause: assign(({ context }, params: { at: number; reason: PauseReason; state: ResumableState }) => ({
      ...activeUntil(context, params.at),
      resumesTo: params.state,
      pauseReason: params.reason,
    })),
    resume: assign({ resumesTo: null, pauseReason: null }),
    /** What has failed of planning or delivery begins anew. */
    tryAgain: assign(({ context }) => ({ ...blankGoal, activeMs: context.activeMs })),
    fail: assign(({ context }, params: { at: number; reason: string; state: ResumableState | null }) => ({
      ...activeUntil(context, params.at),
      failure: params.reason,
      resumesTo: params.state,
      pauseReason: null,
      endedAt: params.at,
    })),
    finish: assign(({ context }, params: { at: number }) => ({
      ...blankGoal,
      ...activeUntil(context, params.at),
      endedAt: params.at,
    })),
    reopen: assign(({ context }, params: { at: number }) => ({
      ...blankGoal,
      activeMs: context.activeMs,
      activeSince: context.activeSince ?? params.at,
    })),
  },
});
