/** The composer: no word is lost, and no message is sent under two names. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createActor, fromPromise, SimulatedClock, waitFor } from 'xstate';
import {
  composerMachine,
  maxChars,
  Refused,
  type Delivered,
  type KeptComposer,
  type Outgoing,
} from '../../src/renderer/composer/composer.machine.ts';

const empty: KeptComposer = { draft: '', outgoing: null };
const unsent: Outgoing = { requestId: 'request-1', text: 'Hello', agentId: null };

/** A composer whose deliveries the test settles by hand, and what it would keep over a reload. */
function setUp(kept: KeptComposer = empty) {
  const clock = new SimulatedClock();
  const attempts: { outgoing: Outgoing; settle: PromiseWithResolvers<Delivered> }[] = [];
  let stored = kept;
  const actor = createActor(
    composerMachine.provide({
      actors: {
        deliver: fromPromise(({ input }) => {
          const settle = Promise.withResolvers<Delivered>();
          attempts.push({ outgoing: input, settle });
          return settle.promise;
        }),
      },
      actions: {
        keep: ({ context: { draft, outgoing } }) => {
          stored = { draft, outgoing };
        },
      },
    }),
    { clock, input: kept },
  ).start();
  const last = () => {
    const attempt = attempts.at(-1);
    if (attempt === undefined) throw new Error('nothing was sent');
    return attempt;
  };
  return {
    actor,
    clock,
    attempts,
    stored: () => stored,
    write: (draft: string) => actor.send({ type: 'EDIT', draft }),
    send: (requestId: string, agentId: string | null = null) => actor.send({ type: 'SEND', requestId, agentId }),
    async acknowledge() {
      last().settle.resolve({ conversationId: 'conv' });
      await waitFor(actor, (snapshot) => !snapshot.hasTag('busy'));
    },
    async refuse(reason: string) {
      last().settle.reject(new Refused(reason));
      await waitFor(actor, (snapshot) => snapshot.matches({ editing: 'refused' }));
    },
    async cut() {
      last().settle.reject(new Error('WebSocket closed'));
      await waitFor(actor, (snapshot) => snapshot.matches({ unacknowledged: 'unsure' }));
    },
  };
}

describe('the composer', () => {
  test('is empty, then typing, and sends neither nothing nor too much', () => {
    const { actor, write, send, attempts } = setUp();
    expect(actor.getSnapshot().matches({ editing: 'empty' })).toBe(true);
    for (const draft of ['', '  \n ', 'x'.repeat(maxChars + 1)]) {
      write(draft);
      send('request-1');
    }
    expect(attempts).toHaveLength(0);
    expect(actor.getSnapshot().matches({ editing: 'typing' })).toBe(true);
    write('');
    expect(actor.getSnapshot().matches({ editing: 'empty' })).toBe(true);
  });

  test('empties the box when it sends, and keeps the message until it is acknowledged', async () => {
    const composer = setUp();
    composer.write('Hello');
    composer.send('request-1', 'agent-1');
    const outgoing = { requestId: 'request-1', text: 'Hello', agentId: 'agent-1', attachments: [] };
    expect(composer.attempts.map((attempt) => attempt.outgoing)).toEqual([outgoing]);
    expect(composer.stored()).toEqual({ draft: '', outgoing });
    await composer.acknowledge();
    expect(composer.stored()).toEqual(empty);
    expect(composer.actor.getSnapshot().matches({ editing: 'empty' })).toBe(true);
  });

  test('lets the next message be typed, but not overtake the one that is not acknowledged', async () => {
    const composer = setUp();
    composer.write('first');
    composer.send('request-1');
    composer.write('second');
    composer.send('request-2');
    expect(composer.attempts).toHaveLength(1);
    await composer.acknowledge();
    expect(composer.actor.getSnapshot().context.draft).toBe('second');
    composer.send('request-3');
    expect(composer.attempts.map(({ outgoing }) => outgoing.requestId)).toEqual(['request-1', 'request-3']);
  });

  test('sends what an earlier page could not get acknowledged, under the same requestId', async () => {
    const composer = setUp({ draft: 'half a sent', outgoing: unsent });
    expect(composer.attempts.map(({ outgoing }) => outgoing)).toEqual([unsent]);
    await composer.acknowledge();
    expect(composer.stored()).toEqual({ draft: 'half a sent', outgoing: null });
  });

  test('sends again under the same requestId when the line was cut, after a while or once it is back', async () => {
    const composer = setUp({ draft: '', outgoing: unsent });
    await composer.cut();
    composer.clock.increment(1_500);
    expect(composer.attempts).toHaveLength(2);
    await composer.cut();
    composer.actor.send({ type: 'CONNECTED' });
    expect(composer.attempts.map(({ outgoing }) => outgoing)).toEqual([unsent, unsent, unsent]);
    expect(composer.stored().outgoing).toEqual(unsent);
  });

  test('puts a refused text back before what was typed since, with the reason until the next change', async () => {
    const composer = setUp();
    composer.write('first');
    composer.send('request-1');
    composer.write('second');
    await composer.refuse('The disk is full.');
    expect(composer.actor.getSnapshot().context).toMatchObject({
      draft: 'first\n\nsecond',
      outgoing: null,
      refusal: { reason: 'The disk is full.' },
    });
    expect(composer.stored()).toEqual({ draft: 'first\n\nsecond', outgoing: null });
    composer.write('first');
    expect(composer.actor.getSnapshot().matches({ editing: 'typing' })).toBe(true);
  });

  test('sends a refused text under its old requestId while it is the same, under a new one when it is not', async () => {
    const composer = setUp();
    composer.write('Hello');
    composer.send('request-1');
    await composer.refuse('no');
    composer.send('request-2');
    await composer.refuse('no');
    composer.write('Hello again');
    composer.send('request-3');
    expect(composer.attempts.map(({ outgoing }) => outgoing.requestId)).toEqual([
      'request-1',
      'request-1',
      'request-3',
    ]);
  });

  test('whatever happens, a written text is in the box, on its way, or acknowledged, and is kept as it is', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('write' as const), text: fc.string({ minLength: 1, maxLength: 8 }) }),
      fc.record({ type: fc.constantFrom('send' as const, 'acknowledge' as const, 'refuse' as const, 'cut' as const) }),
      fc.record({ type: fc.constant('reconnect' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const composer = setUp();
        const acknowledged: string[] = [];
        const sending = () => composer.actor.getSnapshot().matches({ unacknowledged: 'sending' });
        let written = '';
        let count = 0;
        for (const current of steps) {
          const { draft } = composer.actor.getSnapshot().context;
          if (current.type === 'write') {
            // Appending is what a person who never deletes does: every character has to be somewhere at the end.
            written += current.text;
            composer.write(draft + current.text);
          } else if (current.type === 'send') composer.send(`request-${(count += 1)}`);
          else if (current.type === 'reconnect') composer.actor.send({ type: 'CONNECTED' });
          else if (sending()) {
            const { outgoing } = composer.actor.getSnapshot().context;
            if (current.type === 'acknowledge') {
              acknowledged.push(outgoing?.text ?? '');
              await composer.acknowledge();
            } else if (current.type === 'refuse') await composer.refuse('no');
            else await composer.cut();
          }
          const { draft: box, outgoing } = composer.actor.getSnapshot().context;
          expect(composer.stored()).toEqual({ draft: box, outgoing });
        }
        const { draft, outgoing } = composer.actor.getSnapshot().context;
        const all = [...acknowledged, outgoing?.text ?? '', draft].join('');
        // A refused text is joined to the next one by a blank line, and white space alone is not a text.
        const bare = (text: string) => text.replaceAll(/\s/g, '');
        expect(bare(all)).toBe(bare(written));
      }),
      { numRuns: 150 },
    );
  });
});
