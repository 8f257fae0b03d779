/**
 * One task of a goal, from waiting for what it depends on to an accepted result. Persisted and event-only, as the job
 * machine is: its work and its reviews are jobs of the queue, and what becomes of them comes as events.
 *
 * Only `accepted` and `skipped` open the way for what depends on it. Where a task stands without a job although it could
 * have one (`waiting` with nothing open, `sentBack`, `inReview`), its goal is paused, or is about to give it one.
 */
import type { SnapshotFrom } from 'xstate';
import { blankTask } from './task.context.ts';
import { taskSetup } from './task.rules.ts';

/** Kept in every row, so that a later version can tell what it reads. */
export const taskMachineVersion = 1;

/** As long as it is neither accepted nor given up. */
const open = taskSetup.createStateConfig({
  tags: 'open',
  on: {
    SKIP: { target: 'skipped', actions: { type: 'skip', params: ({ event }) => event } },
    CANCEL: { target: 'cancelled', actions: { type: 'end', params: ({ event }) => event } },
  },
});

/** From everywhere but `waiting`, where there is nothing to start again. */
const retriable = taskSetup.createStateConfig({
  on: { RETRY: { target: 'waiting', actions: { type: 'reset', params: ({ event }) => event } } },
});

export const taskMachine = taskSetup.createMachine({
  id: 'task',
  context: ({ input }) => input ?? blankTask,
  initial: 'waiting',
  states: {
    waiting: {
      description: 'For what it depends on, or for its turn.',
      tags: 'open',
      on: {
        ...open.on,
        DEPENDENCY_SETTLED: { actions: 'closeDependency' },
        DEPENDENCIES_SET: { actions: { type: 'setDependencies', params: ({ event }) => event } },
        START: { guard: 'isReady', target: 'working', actions: { type: 'start', params: ({ event }) => event } },
      },
    },
    working: {
      description: 'An agent has it: its job is in the queue or runs.',
      tags: 'open',
      on: {
        ...open.on,
        ...retriable.on,
        RESULT: [
          {
            guard: { type: 'isReviewed', params: ({ event }) => event },
            target: 'inReview',
            actions: 'noteUsable',
          },
          { target: 'accepted', actions: ['noteUsable', { type: 'end', params: ({ event }) => event }] },
        ],
        ASK: { target: 'needsInput', actions: { type: 'ask', params: ({ event }) => event } },
        SPLIT: { target: 'waiting', actions: { type: 'awaitChildren', params: ({ event }) => event } },
        UNUSABLE: [
          {
            guard: 'mayAnswerAgain',
            target: 'waiting',
            actions: { type: 'noteUnusable', params: ({ event }) => event },
          },
          { target: 'failed', actions: { type: 'fail', params: ({ event }) => event } },
        ],
        FAIL: [
          {
            guard: { type: 'mayTryAgain', params: ({ event }) => event },
            target: 'waiting',
            actions: 'countRetry',
          },
          { target: 'failed', actions: { type: 'fail', params: ({ event }) => event } },
        ],
        TAKE_BACK: { target: 'waiting' },
      },
    },
    inReview: {
      description: 'There is a result, and a reviewer looks at it.',
      tags: 'open',
      on: {
        ...open.on,
        ...retriable.on,
        ACCEPT: { target: 'accepted', actions: ['noteUsable', { type: 'end', params: ({ event }) => event }] },
        SEND_BACK: [
          {
            guard: { type: 'maySendBack', params: ({ event }) => event },
            target: 'sentBack',
            actions: { type: 'countSendBack', params: ({ event }) => event },
          },
          {
            guard: 'mayStartOver',
            target: 'waiting',
            actions: { type: 'startOver', params: ({ event }) => event },
          },
          {
            target: 'failed',
            actions: [
              { type: 'noteReasons', params: ({ event }) => event },
              { type: 'failBySendBacks', params: ({ event }) => event },
            ],
          },
        ],
        UNUSABLE: [
          { guard: 'mayAnswerAgain', actions: { type: 'noteUnusable', params: ({ event }) => event } },
          { target: 'failed', actions: { type: 'fail', params: ({ event }) => event } },
        ],
        FAIL: [
          { guard: { type: 'mayTryAgain', params: ({ event }) => event }, actions: 'countRetry' },
          { target: 'failed', actions: { type: 'fail', params: ({ event }) => event } },
        ],
      },
    },
    needsInput: {
      description: 'It has asked the user something.',
      tags: 'open',
      on: {
        ...open.on,
        ...retriable.on,
        ANSWER: { target: 'waiting', actions: 'forgetQuestion' },
      },
    },
    sentBack: {
      description: 'Its agent is to mend what the reviewer found.',
      tags: 'open',
      on: {
        ...open.on,
        ...retriable.on,
        START: { target: 'working', actions: { type: 'start', params: ({ event }) => event } },
      },
    },
    accepted: {
      description: 'Its result stands; what depends on it may start.',
      tags: 'settled',
      on: { ...retriable.on },
    },
    failed: {
      description:
        'Given up, with the reason. The user retries it, skips it, or has said beforehand what is to happen.',
      on: {
        ...retriable.on,
        SKIP: { target: 'skipped', actions: { type: 'skip', params: ({ event }) => event } },
      },
    },
    skipped: {
      description: 'Left out: what depends on it goes on without it.',
      tags: 'settled',
      on: { ...retriable.on },
    },
    cancelled: {
      description: 'Its goal has ended before it came to a result.',
      on: { ...retriable.on },
    },
  },
});

export type TaskSnapshot = SnapshotFrom<typeof taskMachine>;
