/**
 * Playing an actor's steps: it plays those that have been, and behind the last one follows the live actor. Steps are
 * numbered from 0 in the order in which they arrived.
 */
import { assign, setup } from 'xstate';

export type PlayerEvent =
  /** So many steps are known now. */
  | { type: 'STEPS'; count: number }
  /** The steps begin anew: what was known is old. */
  | { type: 'RESTART'; count: number }
  | { type: 'PLAY' }
  | { type: 'PAUSE' }
  | { type: 'NEXT' }
  | { type: 'BACK' }
  | { type: 'SEEK'; index: number }
  /** To the present, and on with it. */
  | { type: 'FOLLOW' };

interface PlayerContext {
  readonly count: number;
  /** The step that is shown; 0 also while there is none. */
  readonly index: number;
  /** Where the playing began: a long history is played faster. */
  readonly beganAt: number;
}

/** A history takes at most so long, and a step never longer than one can wait for, nor shorter than one can see. */
const wholeMs = 8_000;
const longestMs = 700;
const shortestMs = 40;

const machineSetup = setup({
  types: { context: {} as PlayerContext, events: {} as PlayerEvent },
  delays: {
    step: ({ context: { count, beganAt } }) =>
      Math.min(longestMs, Math.max(shortestMs, wholeMs / Math.max(1, count - 1 - beganAt))),
  },
  guards: {
    isLast: ({ context }) => context.index >= context.count - 1,
    leadsToLast: ({ context, event }) => event.type === 'SEEK' && event.index >= context.count - 1,
  },
  actions: {
    count: assign(({ event }) => (event.type === 'STEPS' ? { count: event.count } : {})),
    restart: assign(({ event }) => (event.type === 'RESTART' ? { count: event.count, index: 0, beganAt: 0 } : {})),
    toLast: assign(({ context, event }) => {
      const count = event.type === 'STEPS' ? event.count : context.count;
      return { count, index: Math.max(0, count - 1) };
    }),
    begin: assign(({ context }) =>
      context.index >= context.count - 1 ? { index: 0, beganAt: 0 } : { beganAt: context.index },
    ),
    forward: assign(({ context }) => ({ index: Math.min(context.index + 1, Math.max(0, context.count - 1)) })),
    back: assign(({ context }) => ({ index: Math.max(0, context.index - 1) })),
    seek: assign(({ context, event }) =>
      event.type === 'SEEK' ? { index: Math.min(Math.max(0, event.index), Math.max(0, context.count - 1)) } : {},
    ),
  },
});

export const playerMachine = machineSetup.createMachine({
  id: 'player',
  context: { count: 0, index: 0, beganAt: 0 },
  initial: 'empty',
  on: {
    STEPS: { actions: 'count' },
    RESTART: { target: '.following', actions: ['restart', 'toLast'] },
    FOLLOW: { target: '.following', actions: 'toLast' },
    NEXT: { target: '.paused', actions: 'forward' },
    BACK: { target: '.paused', actions: 'back' },
    SEEK: [
      { guard: 'leadsToLast', target: '.following', actions: 'toLast' },
      { target: '.paused', actions: 'seek' },
    ],
  },
  states: {
    empty: {
      description: 'Nothing is known yet. The first steps are played.',
      on: {
        STEPS: { target: 'playing', actions: 'count' },
        RESTART: { target: 'following', actions: ['restart', 'toLast'] },
      },
    },
    playing: {
      description: 'Shows one step after the other.',
      always: { guard: 'isLast', target: 'following' },
      after: { step: { target: 'playing', reenter: true, actions: 'forward' } },
      on: { PAUSE: 'paused' },
    },
    following: {
      description: 'Shows the last step, and each new one as it arrives.',
      on: {
        STEPS: { actions: 'toLast' },
        PLAY: { target: 'playing', actions: 'begin' },
        PAUSE: 'paused',
      },
    },
    paused: {
      description: 'Stands at a step.',
      on: { PLAY: { target: 'playing', actions: 'begin' } },
    },
  },
});
