/** tRPC set-up: one context, one error format, one way for a subscription to reach its reader. */
import { initTRPC, TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';
import { z, ZodError } from 'zod';
import { EngineError, type EngineErrorCode } from '../engine/errors.ts';
import type { EngineService } from '../engine/service.ts';
import { maxSubscriptions, type CallSlots } from './carriers/call-slots.ts';
import type { Flow } from '../carrier/flow.ts';
import { paced } from './carriers/flow.ts';

export interface ApiContext {
  readonly engine: EngineService;
  /** The room on the connection that the call came over. */
  readonly flow: Flow;
  /** What that connection, or that HTTP request, has under way. */
  readonly slots: CallSlots;
}

/** What a procedure tells docs/API.md beyond its schemas. */
export interface ApiMeta {
  readonly summary: string;
  /** How the engine may refuse it, beyond bad input and what may always happen. */
  readonly refusals?: readonly EngineErrorCode[];
  /** What a subscription yields. */
  readonly yields?: z.ZodType;
}

const trpcCode: Record<EngineErrorCode, TRPC_ERROR_CODE_KEY> = {
  NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  BAD_REQUEST: 'BAD_REQUEST',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

const t = initTRPC
  .context<ApiContext>()
  .meta<ApiMeta>()
  .create({
    errorFormatter({ shape, error }) {
      const { stack: _neverSent, ...data } = shape.data;
      const cause = error.cause;
      return {
        ...shape,
        // Only what the caller sent is explained to him: an output that breaks its schema is a defect.
        message: error.code === 'BAD_REQUEST' && cause instanceof ZodError ? z.prettifyError(cause) : shape.message,
        data: { ...data, jobId: cause instanceof EngineError ? (cause.jobId ?? null) : null },
      };
    },
  });

/** An engine's refusal as a tRPC error with the same words; anything else is a defect, and its words stay here. */
function toTrpcError(error: unknown): TRPCError {
  if (error instanceof TRPCError) return error;
  if (error instanceof EngineError) {
    return new TRPCError({ code: trpcCode[error.code], message: error.message, cause: error });
  }
  if (isDatabaseError(error)) {
    return new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: `The database could not be read (${error.message}). /healthz says more; try again later.`,
      cause: error,
    });
  }
  return new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'Nightshift hit a defect of its own; the server log has the details.',
    cause: error,
  });
}

/** A read that the disk or a damaged file refused; a turn's refusal has become an `EngineError` before. */
function isDatabaseError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|BUSY|NOMEM)/u.test(String(error.code))
  );
}

/** Refusals thrown by a watch in mid-stream get the same treatment as those of a call. */
async function* relay<T>(source: AsyncIterable<T>, flow: Flow, ended: () => void): AsyncGenerator<T> {
  try {
    yield* paced(source, flow);
  } catch (error) {
    throw toTrpcError(error);
  } finally {
    ended();
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** A call waits for its turn, and for room for its answer. */
const inTurn = t.middleware(async ({ ctx: { slots, flow }, type, next }) => {
  if (type === 'subscription') return next();
  await slots.enter();
  try {
    await flow.ready();
    return await next();
  } finally {
    // Not now: first the answer goes to the connection, where it counts before the next call begins.
    setImmediate(() => slots.leave());
  }
});

/** A subscription is counted until its reader leaves, or it ends by itself. */
const counted = t.middleware(async ({ ctx, type, signal, next }) => {
  if (type !== 'subscription') return next();
  const ended = ctx.slots.subscribe();
  if (ended === undefined) {
    throw new TRPCError({
      code: 'TOO_MANY_REQUESTS',
      message: `This connection has ${maxSubscriptions} subscriptions, the most there may be. End one first.`,
    });
  }
  signal?.addEventListener('abort', ended, { once: true });
  const result = await next();
  if (!result.ok || !isAsyncIterable(result.data)) {
    ended();
    return result;
  }
  return { ...result, data: relay(result.data, ctx.flow, ended) };
});

const refusals = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.code === 'INTERNAL_SERVER_ERROR') throw toTrpcError(result.error.cause);
  return result;
});

export const router = t.router;
export const procedure = t.procedure.use(refusals).use(counted).use(inTurn);
