/**
 * One conversation's composer. What was sent stays `unacknowledged`, with its requestId, until the service says that it
 * is on disk; the page keeps it over a reload and sends the same requestId again, so it arrives once. Typing goes on
 * meanwhile; the next message waits for the acknowledgement, which keeps their order.
 */
import { assign, fromPromise, not, setup } from 'xstate';
import type { GoalStart } from '../goals/goal-options.ts';

export interface Outgoing {
  readonly requestId: string;
  readonly text: string;
  /** For a conversation that this message begins: whom it is with; null there is the default agent. */
  readonly agentId: string | null;
  /** The ids of the files that go with it. */
  readonly attachments?: readonly string[];
  /** It hands over a goal: how that is started. */
  readonly goal?: GoalStart;
}

/** What an acknowledgement says. */
export interface Delivered {
  readonly conversationId: string;
}

/** What outlives the page. */
export interface KeptComposer {
  readonly draft: string;
  readonly outgoing: Outgoing | null;
}

export type ComposerEvent =
  | { type: 'EDIT'; draft: string }
  /** `requestId` is new for each press; it is not used when the same text was refused before under another. */
  | { type: 'SEND'; requestId: string; agentId: string | null; goal?: GoalStart | null }
  /** The files that would go with a message now; `busy`: some are still being handed over. */
  | { type: 'FILES'; ids: readonly string[]; busy: boolean }
  | { type: 'CONNECTED' };

export interface ComposerContext extends KeptComposer {
  /** The last refusal: its words, and what was refused, to send under the same requestId while it stays the same. */
  /** Files that are whole, and whether others are on their way. */
  readonly files: readonly string[];
  readonly filesBusy: boolean;
  readonly refusal: { readonly reason: string; readonly outgoing: Outgoing } | null;
}

/** The protocol's limit (`maxMessageChars`); a longer one might not even pass the carrier. */
export const maxChars = 200_000;
const retryMs = 1_500;

/** The service said no; nothing was stored. Any other error means that we do not know. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

function isSendable({ draft, files, filesBusy }: ComposerContext): boolean {
  return (draft.trim() !== '' || files.length > 0) && !filesBusy && draft.length <= maxChars;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}

function outgoingOf({ outgoing }: ComposerContext): Outgoing {
  if (outgoing === null) throw new Error('a composer that sends has something to send');
  return outgoing;
}

/** The text of a refused message goes back before what was typed since. */
function joined(text: string, draft: string): string {
  return draft.trim() === '' ? text : `${text}\n\n${draft}`;
}

export const composerMachine = setup({
  types: {
    context: {} as ComposerContext,
    events: {} as ComposerEvent,
    input: {} as KeptComposer,
    tags: {} as 'busy',
  },
  actors: {
    deliver: fromPromise<Delivered, Outgoing>(() => Promise.reject(new Error('the page provides the delivery'))),
  },
  actions: {
    setDraft: assign({ draft: (_, params: { draft: string }) => params.draft }),
    takeOutgoing: assign(({ context }, params: Pick<Outgoing, 'requestId' | 'agentId' | 'goal'>) => {
      const { draft, files, refusal } = context;
      const again =
        refusal?.outgoing.text === draft &&
        refusal.outgoing.agentId === params.agentId &&
        JSON.stringify(refusal.outgoing.goal ?? null) === JSON.stringify(params.goal ?? null) &&
        isSame(refusal.outgoing.attachments ?? [], files);
      const outgoing = again ? refusal.outgoing : { ...params, text: draft, attachments: files };
      return { outgoing, draft: '', files: [], refusal: null };
    }),
    setFiles: assign((_, { ids, busy }: { ids: readonly string[]; busy: boolean }) => ({
      files: ids,
      filesBusy: busy,
    })),
    acknowledge: assign({ outgoing: null }),
    putBack: assign(({ context }, params: { error: unknown }) => {
      const { outgoing, draft, files } = context;
      if (outgoing === null) return {};
      const reason = params.error instanceof Error ? params.error.message : String(params.error);
      return {
        outgoing: null,
        draft: joined(outgoing.text, draft),
        files: [...(outgoing.attachments ?? []), ...files],
        refusal: { reason, outgoing },
      };
    }),
    keep: () => {},
  },
  guards: {
    isEmpty: ({ context }) => context.draft === '',
    canSend: ({ context }) => isSendable(context),
    hasOutgoing: ({ context }) => context.outgoing !== null,
    wasRefused: (_, params: { error: unknown }) => params.error instanceof Refused,
  },
  delays: { untilRetry: retryMs },
}).createMachine({
  id: 'composer',
  context: ({ input }) => ({ ...input, files: [], filesBusy: false, refusal: null }),
  initial: 'opening',
  on: {
    EDIT: { actions: [{ type: 'setDraft', params: ({ event }) => ({ draft: event.draft }) }, 'keep'] },
    FILES: { actions: { type: 'setFiles', params: ({ event: { ids, busy } }) => ({ ids, busy }) } },
  },
  states: {
    opening: {
      always: [{ guard: 'hasOutgoing', target: 'unacknowledged' }, { target: 'editing' }],
    },
    editing: {
      initial: 'empty',
      on: {
        SEND: {
          guard: 'canSend',
          target: 'unacknowledged',
          actions: [
            {
              type: 'takeOutgoing',
              params: ({ event: { requestId, agentId, goal = null } }) => ({
                requestId,
                agentId,
                ...(goal === null ? {} : { goal }),
              }),
            },
            'keep',
          ],
        },
      },
      states: {
        empty: { always: { guard: not('isEmpty'), target: 'typing' } },
        typing: { always: { guard: 'isEmpty', target: 'empty' } },
        /** The text is back in the box, with the reason above it until it is changed or sent again. */
        refused: {
          on: {
            EDIT: {
              target: 'typing',
              actions: [{ type: 'setDraft', params: ({ event }) => ({ draft: event.draft }) }, 'keep'],
            },
          },
        },
      },
    },
    unacknowledged: {
      tags: 'busy',
      initial: 'sending',
      states: {
        sending: {
          invoke: {
            src: 'deliver',
            input: ({ context }) => outgoingOf(context),
            onDone: {
              target: '#composer.editing',
              actions: ['acknowledge', 'keep'],
            },
            onError: [
              {
                guard: { type: 'wasRefused', params: ({ event }) => ({ error: event.error }) },
                target: '#composer.editing.refused',
                actions: [{ type: 'putBack', params: ({ event }) => ({ error: event.error }) }, 'keep'],
              },
              { target: 'unsure' },
            ],
          },
        },
        /** Cut before the answer: it may be stored or not. The same requestId settles it. */
        unsure: {
          after: { untilRetry: 'sending' },
          on: { CONNECTED: 'sending' },
        },
      },
    },
  },
});
