/**
 * One goal: an intention becomes a plan, the plan is carried out by tasks, and their results become one deliverable.
 * Persisted and event-only, as the job machine is. Tasks are machines of their own; this one is told when all are settled.
 *
 * A pause keeps where it interrupts. Calls that were under way then go on to their end, so a plan or a deliverable can still
 * arrive while the goal is paused.
 */
import type { SnapshotFrom } from 'xstate';
import { blankGoal } from './goal.context.ts';
import { goalSetup } from './goal.rules.ts';

/** Kept in every row, so that a later version can tell what it reads. */
export const goalMachineVersion = 1;

const cancellable = goalSetup.createStateConfig({
  on: { CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } } },
});

const reopenable = goalSetup.createStateConfig({
  on: { REOPEN: { target: 'working', actions: { type: 'reopen', params: ({ event }) => event } } },
});

export const goalMachine = goalSetup.createMachine({
  id: 'goal',
  context: ({ input }) => input ?? blankGoal,
  initial: 'planning',
  states: {
    planning: {
      description: 'The planner is asked for a plan.',
      tags: 'underWay',
      on: {
        ...cancellable.on,
        PLANNED: [
          { guard: { type: 'isAutomatic', params: ({ event }) => event }, target: 'working', actions: 'notePlan' },
          { target: 'awaitingApproval', actions: ['notePlan', { type: 'rest', params: ({ event }) => event }] },
        ],
        PLAN_REFUSED: [
          { guard: 'mayPlanAgain', actions: { type: 'notePlanRefused', params: ({ event }) => event } },
          {
            target: 'failed',
            actions: {
              type: 'fail',
              params: ({ event }) => ({ at: event.at, reason: event.problems, state: 'planning' as const }),
            },
          },
        ],
        FAIL: {
          target: 'failed',
          actions: { type: 'fail', params: ({ event }) => ({ ...event, state: 'planning' as const }) },
        },
        PAUSE: {
          target: 'paused',
          actions: { type: 'pause', params: ({ event }) => ({ ...event, state: 'planning' as const }) },
        },
      },
    },
    awaitingApproval: {
      description: 'The user looks at the plan.',
      on: {
        ...cancellable.on,
        APPROVE: { target: 'working', actions: { type: 'begin', params: ({ event }) => event } },
        REPLAN: { target: 'planning', actions: ['planAnew', { type: 'begin', params: ({ event }) => event }] },
        PAUSE: {
          target: 'paused',
          actions: { type: 'pause', params: ({ event }) => ({ ...event, state: 'awaitingApproval' as const }) },
        },
      },
    },
    working: {
      description: 'Its tasks are carried out.',
      tags: 'underWay',
      on: {
        ...cancellable.on,
        WORK_DONE: { target: 'delivering', actions: 'beginDelivery' },
        FAIL: {
          target: 'failed',
          actions: { type: 'fail', params: ({ event }) => ({ ...event, state: null }) },
        },
        PAUSE: {
          target: 'paused',
          actions: { type: 'pause', params: ({ event }) => ({ ...event, state: 'working' as const }) },
        },
      },
    },
    delivering: {
      description: 'All tasks are settled; the deliverable is composed.',
      tags: 'underWay',
      on: {
        ...cancellable.on,
        ...reopenable.on,
        DELIVERED: { target: 'delivered', actions: { type: 'finish', params: ({ event }) => event } },
        DELIVERY_REFUSED: [
          { guard: 'mayDeliverAgain', actions: { type: 'noteDeliveryRefused', params: ({ event }) => event } },
          {
            target: 'failed',
            actions: {
              type: 'fail',
              params: ({ event }) => ({ at: event.at, reason: event.problem, state: 'delivering' as const }),
            },
          },
        ],
        FAIL: {
          target: 'failed',
          actions: { type: 'fail', params: ({ event }) => ({ ...event, state: 'delivering' as const }) },
        },
        PAUSE: {
          target: 'paused',
          actions: { type: 'pause', params: ({ event }) => ({ ...event, state: 'delivering' as const }) },
        },
      },
    },
    paused: {
      description: 'Nothing further starts: the user said so, or a cap of its budget is reached.',
      on: {
        ...cancellable.on,
        RESUME: [
          {
            guard: { type: 'resumesTo', params: { state: 'planning' } },
            target: 'planning',
            actions: ['resume', { type: 'begin', params: ({ event }) => event }],
          },
          {
            guard: { type: 'resumesTo', params: { state: 'awaitingApproval' } },
            target: 'awaitingApproval',
            actions: 'resume',
          },
          {
            guard: { type: 'resumesTo', params: { state: 'delivering' } },
            target: 'delivering',
            actions: ['resume', { type: 'begin', params: ({ event }) => event }],
          },
          { target: 'working', actions: ['resume', { type: 'begin', params: ({ event }) => event }] },
        ],
        PLANNED: [
          {
            guard: { type: 'isAutomatic', params: ({ event }) => event },
            actions: ['notePlan', { type: 'noteResume', params: { state: 'working' } }],
          },
          { actions: ['notePlan', { type: 'noteResume', params: { state: 'awaitingApproval' } }] },
        ],
        PLAN_REFUSED: [
          {
            guard: 'resumesToPlanningForGood',
            target: 'failed',
            actions: {
              type: 'fail',
              params: ({ event }) => ({ at: event.at, reason: event.problems, state: 'planning' as const }),
            },
          },
          { actions: { type: 'notePlanRefused', params: ({ event }) => event } },
        ],
        DELIVERED: { target: 'delivered', actions: { type: 'finish', params: ({ event }) => event } },
        DELIVERY_REFUSED: [
          {
            guard: 'resumesToDeliveringForGood',
            target: 'failed',
            actions: {
              type: 'fail',
              params: ({ event }) => ({ at: event.at, reason: event.problem, state: 'delivering' as const }),
            },
          },
          { actions: { type: 'noteDeliveryRefused', params: ({ event }) => event } },
        ],
        FAIL: [
          {
            guard: { type: 'resumesTo', params: { state: 'planning' } },
            target: 'failed',
            actions: { type: 'fail', params: ({ event }) => ({ ...event, state: 'planning' as const }) },
          },
          {
            guard: { type: 'resumesTo', params: { state: 'delivering' } },
            target: 'failed',
            actions: { type: 'fail', params: ({ event }) => ({ ...event, state: 'delivering' as const }) },
          },
          { target: 'failed', actions: { type: 'fail', params: ({ event }) => ({ ...event, state: null }) } },
        ],
        REOPEN: {
          guard: { type: 'resumesTo', params: { state: 'delivering' } },
          actions: { type: 'noteResume', params: { state: 'working' } },
        },
      },
    },
    delivered: {
      description: 'The deliverable is there.',
      tags: 'atRest',
      on: { ...reopenable.on },
    },
    failed: {
      description: 'It ended without a deliverable, with the reason. What its tasks came to is kept.',
      tags: 'atRest',
      on: {
        ...reopenable.on,
        RESUME: [
          {
            guard: { type: 'resumesTo', params: { state: 'planning' } },
            target: 'planning',
            actions: ['tryAgain', { type: 'begin', params: ({ event }) => event }],
          },
          {
            guard: { type: 'resumesTo', params: { state: 'delivering' } },
            target: 'delivering',
            actions: ['tryAgain', { type: 'begin', params: ({ event }) => event }],
          },
        ],
        REPLAN: {
          guard: { type: 'resumesTo', params: { state: 'planning' } },
          target: 'planning',
          actions: ['planAnew', { type: 'begin', params: ({ event }) => event }],
        },
      },
    },
    cancelled: {
      description: 'The user ended it. What its tasks came to is kept.',
      tags: 'atRest',
      on: { ...reopenable.on },
    },
  },
});

export type GoalSnapshot = SnapshotFrom<typeof goalMachine>;
