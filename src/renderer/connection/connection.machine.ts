/**
 * The page's line to the service. tRPC's client opens sockets and sends subscriptions again; this machine decides *when*
 * it may try: an attempt waits at a gate that is open only in `connecting`. So the wait has a visible end, can be cut
 * short by hand, and does not go on at all while the service refuses us.
 */
import { assign, fromPromise, setup } from 'xstate';
import type { Reachability } from './transport.ts';

export type ConnectionEvent =
  | { type: 'OPENED' }
  /** The socket closed, or could not be opened. Repeats are harmless. */
  | { type: 'LOST' }
  /** The user asks, the tab comes to the front, or the system says that the network is back. */
  | { type: 'RETRY_NOW' };

export interface ConnectionContext {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Attempts since the connection was last open. */
  readonly attempt: number;
  /** It was open before: what the page shows is real, if old. */
  readonly hasBeenOnline: boolean;
  /** When the next attempt is made, epoch milliseconds; only in `lost`. */
  readonly retryAt: number | null;
}

/** At once after a cut, then 0.5 s doubling to 10 s: the service is usually on the same machine and back within one. */
export function reconnectDelayMs(attempt: number): number {
  return attempt <= 1 ? 100 : Math.min(10_000, 500 * 2 ** (attempt - 2));
}

export const connectionMachine = setup({
  types: {
    context: {} as ConnectionContext,
    events: {} as ConnectionEvent,
    input: {} as Pick<ConnectionContext, 'now'>,
  },
  actors: {
    probe: fromPromise<Reachability>(() => Promise.reject(new Error('the transport provides the probe'))),
  },
  actions: {
    openGate: () => {},
    closeGate: () => {},
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    settle: assign({ attempt: 0, hasBeenOnline: true }),
    planRetry: assign({ retryAt: ({ context }) => context.now() + reconnectDelayMs(context.attempt) }),
    forgetRetry: assign({ retryAt: null }),
  },
  guards: {
    isRefused: (_, params: { found: Reachability }) => params.found === 'refused',
  },
  delays: {
    untilRetry: ({ context }) => reconnectDelayMs(context.attempt),
  },
}).createMachine({
  id: 'connection',
  context: ({ input }) => ({ now: input.now, attempt: 0, hasBeenOnline: false, retryAt: null }),
  initial: 'connecting',
  states: {
    connecting: {
      entry: 'openGate',
      exit: 'closeGate',
      on: { OPENED: 'online', LOST: 'checking' },
    },
    online: {
      entry: 'settle',
      on: { LOST: 'checking' },
    },
    checking: {
      entry: 'countAttempt',
      invoke: {
        src: 'probe',
        onDone: [
          {
            guard: { type: 'isRefused', params: ({ event }) => ({ found: event.output }) },
            target: 'refused',
          },
          { target: 'lost' },
        ],
        onError: 'lost',
      },
    },
    lost: {
      entry: 'planRetry',
      exit: 'forgetRetry',
      after: { untilRetry: 'connecting' },
      on: { RETRY_NOW: 'connecting' },
    },
    refused: {
      on: { RETRY_NOW: 'connecting' },
    },
  },
});
