/** A small router for `describeCarrier`: one procedure for each thing that a carrier has to carry. */
import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { z } from 'zod';
import type { Flow } from '../../src/carrier/flow.ts';
import { flowOf, paced } from '../../src/api/carriers/flow.ts';
import { noServer, type Speak } from '../../src/api/carriers/serve-transport.ts';

/** What the server side of the suite has seen. Emits `change` whenever a number changes. */
export class Probe extends EventEmitter {
  /** Iterators of subscriptions that are not finished. */
  live = 0;
  /** Items that `flood` was asked for. */
  pulled = 0;
  /** Times that a subscription had to wait for room. */
  stalls = 0;

  add(what: 'live' | 'pulled' | 'stalls', by: number): void {
    this[what] += by;
    this.emit('change');
  }

  /** Resolves once `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this, 'change');
  }
}

/** Length of one item of `flood`, in characters. */
export const floodItem = 100_000;

const t = initTRPC.context<{ flow: Flow; probe: Probe }>().create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { code: shape.data.code, jobId: error.cause instanceof JobError ? error.cause.jobId : null },
  }),
});

class JobError extends Error {
  readonly jobId: string;
  constructor(message: string, jobId: string) {
    super(message);
    this.jobId = jobId;
  }
}

function refusal(): TRPCError {
  return new TRPCError({ code: 'CONFLICT', message: 'it runs already', cause: new JobError('inner words', 'job_1') });
}

const subscription = t.procedure.use(async ({ ctx, next }) => {
  const result = await next();
  if (!result.ok) return result;
  const source = result.data as AsyncIterable<unknown>;
  async function* counted() {
    ctx.probe.add('live', 1);
    try {
      yield* paced(source, ctx.flow);
    } finally {
      ctx.probe.add('live', -1);
    }
  }
  return { ...result, data: counted() };
});

export const carrierRouter = t.router({
  echo: t.procedure.input(z.string()).query(({ input }) => input),
  add: t.procedure.input(z.object({ a: z.number(), b: z.number() })).mutation(({ input }) => input.a + input.b),
  refuse: t.procedure.mutation((): string => {
    throw refusal();
  }),
  /** Never answers. */
  hang: t.procedure.mutation(() => Promise.withResolvers<string>().promise),
  /** 1, 2, 3, … `to`, each with its number as its id; goes on after `lastEventId`. */
  count: subscription
    .input(z.object({ to: z.number(), lastEventId: z.string().optional() }))
    .subscription(async function* ({ input, signal }) {
      for (let n = Number(input.lastEventId ?? 0) + 1; n <= input.to; n += 1) {
        if (n % 10 === 0) await nextTurn();
        if (signal?.aborted === true) return;
        yield tracked(String(n), n);
      }
    }),
  breaksAfterTwo: subscription.subscription(async function* () {
    yield 1;
    yield 2;
    throw refusal();
  }),
  /** As much as is asked for, without end. */
  flood: subscription.subscription(async function* ({ ctx, signal }) {
    while (signal?.aborted !== true) {
      ctx.probe.add('pulled', 1);
      yield 'x'.repeat(floodItem);
      await nextTurn();
    }
  }),
  /** Says hello, then waits for its end. */
  hold: subscription.subscription(async function* ({ signal }) {
    yield 'hello';
    if (signal !== undefined && !signal.aborted) await once(signal, 'abort');
  }),
});
export type CarrierRouter = typeof carrierRouter;

/** The router, ready for a carrier; `probe` sees what happens on the server's side. */
export function speakFor(probe: Probe): Speak {
  return getWSConnectionHandler({
    wss: noServer,
    router: carrierRouter,
    createContext: ({ res }) => {
      const flow = flowOf(res);
      return {
        probe,
        flow: {
          ready() {
            const ready = flow.ready();
            if (ready !== undefined) probe.add('stalls', 1);
            return ready;
          },
        },
      };
    },
  });
}
