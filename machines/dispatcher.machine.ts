/**
 * When jobs are offered to free slots. Dispatch is pushed: what makes a job runnable or a slot free rings the BELL. A slow
 * tick behind it catches what no bell announced: timers that came due, a bell that was missed, a turn that failed.
 *
 * The machine claims nothing itself. It asks for a turn; the turn claims after it has handled all its inputs, so a bell
 * that rings while a turn has been asked for is answered by that turn, and reports with OFFERED once it has committed.
 */
import { assign, setup } from 'xstate';

export type DispatcherEvent =
  /** A job became runnable, or a slot became free. */
  | { type: 'BELL' }
  /** A turn has offered what there was: `claimed` jobs were started. */
  | { type: 'OFFERED'; claimed: number }
  /** The machine that this runs on goes to sleep: what was started now would be cut off. */
  | { type: 'SUSPEND' }
  | { type: 'RESUME' }
  | { type: 'STOP' };

export interface DispatcherInput {
  /** How long a bell that was missed may go unheard. Default 100 ms (DESIGN.md, "Who goes next"). */
  readonly tickMs?: number;
}

interface DispatcherContext {
  readonly tickMs: number;
  /** Claims made so far; the next one is `claimNumber + 1` for `offerOrder` (policy/patience.ts). */
  readonly claimNumber: number;
}

const machineSetup = setup({
  types: {
    context: {} as DispatcherContext,
    events: {} as DispatcherEvent,
    input: {} as DispatcherInput,
  },
  delays: { tick: ({ context }) => context.tickMs, wakeful: 60_000 },
  actions: {
    requestTurn: () => {
      throw new Error('the dispatcher cannot ask for a turn: provide the action "requestTurn"');
    },
    noteOffer: assign(({ context, event }) =>
      event.type === 'OFFERED' ? { claimNumber: context.claimNumber + event.claimed } : {},
    ),
  },
});

export const dispatcherMachine = machineSetup.createMachine({
  id: 'dispatcher',
  context: ({ input }) => ({ tickMs: input.tickMs ?? 100, claimNumber: 0 }),
  initial: 'running',
  states: {
    running: {
      description: 'Offers jobs to slots.',
      initial: 'resting',
      on: { SUSPEND: 'suspended', STOP: 'stopped' },
      states: {
        resting: {
          description: 'Nothing is known that could start.',
          after: { tick: 'offering' },
          on: {
            BELL: 'offering',
            // A turn that came for other reasons has offered as well.
            OFFERED: { actions: 'noteOffer' },
          },
        },
        offering: {
          description: 'A turn has been asked for. One that failed never answers: the tick asks again.',
          entry: 'requestTurn',
          after: { tick: { target: 'offering', reenter: true } },
          on: { OFFERED: { target: 'resting', actions: 'noteOffer' } },
        },
      },
    },
    suspended: {
      description: 'Offers nothing until it is resumed; what runs goes on.',
      // A turn that came for other reasons reports what it has done before it was suspended.
      on: { OFFERED: { actions: 'noteOffer' }, RESUME: 'running.offering', STOP: 'stopped' },
      // Timers stand still while the machine sleeps: this one runs out where it did not, or its awakening was not told.
      after: { wakeful: 'running.offering' },
    },
    stopped: { description: 'Asks for nothing any more.', type: 'final' },
  },
});
