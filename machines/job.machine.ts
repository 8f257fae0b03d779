/**
 * One LLM request with its whole life. Persisted and event-only: no `invoke`, no `after`, no clock, no dice. The call runs
 * in a worker and speaks to this machine in events; a timer is the `runAt` of the row; times, ranks and random numbers
 * arrive with the events. So one definition serves the live actor, the pure step, the tests and the diagram.
 *
 * Every event that a worker causes carries the attempt it belongs to: the fence that keeps a late worker of an older
 * attempt from writing.
 */
import type { SnapshotFrom } from 'xstate';
import { blankJob } from './job.context.ts';
import { expiry, queuedTooLong, ranTooLong, poison, jobSetup } from './job.rules.ts';

/** Kept in every row, so that a later version can tell what it reads. */
export const jobMachineVersion = 1;

/** What `failed` and `cancelled` have in common: the worker may still be stopping, and a user may want it again. */
const ended = jobSetup.createStateConfig({
  on: {
    STOPPED: {
      guard: { type: 'isBeingStopped', params: ({ event }) => event },
      actions: { type: 'noteStopped', params: ({ event }) => event },
    },
    RETRY: [
      {
        guard: { type: 'hasOpenDependencies', params: ({ event }) => event },
        target: 'blocked',
        actions: { type: 'startOver', params: ({ event }) => event },
      },
      {
        target: 'waiting',
        actions: [
          { type: 'startOver', params: ({ event }) => event },
          { type: 'enterQueue', params: ({ event }) => event },
        ],
      },
    ],
  },
});

export const jobMachine = jobSetup.createMachine({
  id: 'job',
  context: ({ input }) => input ?? blankJob,
  initial: 'blocked',
  states: {
    blocked: {
      description: 'Waits for other jobs.',
      tags: 'open',
      on: {
        DEPENDENCY_MET: [
          {
            guard: 'isLastDependencyAndNotDue',
            target: 'delayed',
            actions: { type: 'closeDependency', params: ({ event }) => event },
          },
          {
            guard: 'isLastDependency',
            target: 'waiting',
            actions: [
              { type: 'closeDependency', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
          { actions: { type: 'closeDependency', params: ({ event }) => event } },
        ],
        DEPENDENCY_FAILED: {
          target: 'failed',
          actions: [
            { type: 'noteFailure', params: ({ event }) => event },
            { type: 'finish', params: ({ event }) => event },
          ],
        },
        DEPENDENCY_ADDED: { actions: 'addDependency' },
        DEPENDENCY_HELD: { actions: 'holdDependency' },
        DEPENDENCY_RETRIED: { actions: 'releaseDependency' },
        SET_LANE: { actions: { type: 'changeLane', params: ({ event }) => event } },
        CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    delayed: {
      description: 'Waits for its time: enqueued with a delay, or backing off after a failure.',
      tags: 'open',
      on: {
        DUE: { guard: 'isDue', target: 'waiting', actions: { type: 'enterQueue', params: ({ event }) => event } },
        PROMOTE: { target: 'waiting', actions: { type: 'enterQueue', params: ({ event }) => event } },
        SET_LANE: { actions: { type: 'changeLane', params: ({ event }) => event } },
        EXPIRE: {
          guard: 'isExpired',
          target: 'failed',
          actions: [
            { type: 'noteFailure', params: { failure: expiry } },
            { type: 'finish', params: ({ event }) => event },
          ],
        },
        CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    waiting: {
      description: 'In the queue of its lane.',
      tags: 'open',
      on: {
        FALL_BACK: { actions: { type: 'changeProvider', params: ({ event }) => event } },
        CLAIM: { target: 'active', actions: { type: 'claim', params: ({ event }) => event } },
        SET_LANE: {
          actions: [
            { type: 'changeLane', params: ({ event }) => event },
            { type: 'changeRank', params: ({ event }) => event },
          ],
        },
        EXPIRE: [
          {
            guard: 'isExpired',
            target: 'failed',
            actions: [
              { type: 'noteFailure', params: { failure: expiry } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
          {
            guard: 'isQueuedTooLong',
            target: 'failed',
            actions: [
              { type: 'noteFailure', params: { failure: queuedTooLong } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
        ],
        CANCEL: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    active: {
      description: 'A worker has it.',
      tags: 'open',
      initial: 'starting',
      states: {
        starting: {
          on: {
            FIRST_CONTENT: {
              guard: { type: 'isThisAttempt', params: ({ event }) => event },
              target: 'streaming',
              actions: { type: 'noteFirstContent', params: ({ event }) => event },
            },
          },
        },
        streaming: {},
      },
      on: {
        COMPLETE: {
          guard: { type: 'isThisAttempt', params: ({ event }) => event },
          target: 'completed',
          actions: { type: 'finishWithAnswer', params: ({ event }) => event },
        },
        FAIL: [
          {
            guard: { type: 'isCancelled', params: ({ event }) => event },
            target: 'cancelled',
            actions: [
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isProvidersPause', params: ({ event }) => event },
            target: 'waiting',
            actions: [
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'mayTryAgain', params: ({ event }) => event },
            target: 'delayed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'backOff', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isThisAttempt', params: ({ event }) => event },
            target: 'failed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: ({ event }) => event },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
        ],
        LOST: [
          {
            guard: { type: 'isPoison', params: ({ event }) => event },
            target: 'failed',
            actions: [
              { type: 'countCrash', params: ({ event }) => event },
              { type: 'noteFailure', params: { failure: poison } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isLostInTime', params: ({ event }) => event },
            target: 'waiting',
            actions: [
              { type: 'countCrash', params: ({ event }) => event },
              { type: 'enterQueue', params: ({ event }) => event },
            ],
          },
          {
            guard: { type: 'isThisAttempt', params: ({ event }) => event },
            target: 'failed',
            actions: [
              { type: 'countCrash', params: ({ event }) => event },
              { type: 'noteFailure', params: { failure: expiry } },
              { type: 'finish', params: ({ event }) => event },
            ],
          },
        ],
        TIME_OUT: [
          {
            guard: { type: 'ranTooLongAndMayTryAgain', params: ({ event }) => event },
            target: 'delayed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: { failure: ranTooLong } },
              { type: 'backOff', params: ({ event }) => ({ ...event, failure: ranTooLong }) },
            ],
          },
          {
            guard: { type: 'ranTooLong', params: ({ event }) => event },
            target: 'failed',
            actions: [
              'countAttempt',
              { type: 'noteFailure', params: { failure: ranTooLong } },
              { type: 'stop', params: ({ event }) => event },
            ],
          },
        ],
        CANCEL: { target: 'cancelled', actions: { type: 'stop', params: ({ event }) => event } },
      },
    },
    completed: {
      description: 'Its result is delivered. Nothing changes it any more.',
      tags: 'atRest',
      type: 'final',
    },
    failed: {
      description:
        'Given up, with the reason. Can be retried by hand, or skipped so that what is held behind it goes on.',
      tags: 'atRest',
      on: {
        ...ended.on,
        SKIP: { target: 'cancelled', actions: { type: 'finish', params: ({ event }) => event } },
      },
    },
    cancelled: {
      description: 'Stopped by somebody; partial text is kept. Can be retried by hand.',
      tags: 'atRest',
      on: {
        ...ended.on,
      },
    },
  },
});

export type JobSnapshot = SnapshotFrom<typeof jobMachine>;
