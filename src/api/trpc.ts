/** tRPC set-up: one context, one error format. */
import { initTRPC, TRPCError, type TRPC_ERROR_CODE_KEY } from '@trpc/server';
import { z, ZodError } from 'zod';
import { EngineError, type EngineErrorCode } from '../engine/errors.ts';
import type { EngineService } from '../engine/service.ts';

export interface ApiContext {
  readonly engine: EngineService;
}

/** What a procedure tells docs/API.md beyond its schemas. */
export interface ApiMeta {
  readonly summary: string;
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
        message: cause instanceof ZodError ? z.prettifyError(cause) : shape.message,
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
  return new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'Nightshift hit a defect of its own; the server log has the details.',
    cause: error,
  });
}

export const router = t.router;
export const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.code === 'INTERNAL_SERVER_ERROR') throw toTrpcError(result.error.cause);
  return result;
});

/** Carries an engine watch to a subscription: refusals thrown in mid-stream get the same treatment. */
export async function* relay<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    throw toTrpcError(error);
  }
}
