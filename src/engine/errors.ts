/** Why the engine refuses a call. The API turns these into tRPC errors; the message is for people. */
export type EngineErrorCode =
  /** No such thing, or no longer. */
  | 'NOT_FOUND'
  /** The call makes no sense in the present state, e.g. to retry a running job. */
  | 'CONFLICT'
  /** The input is well-formed but cannot be carried out, e.g. a dependency cycle. */
  | 'BAD_REQUEST'
  /** The engine is stopped, or the disk takes no writes; nothing was stored. */
  | 'UNAVAILABLE'
  /** A defect in Nightshift. */
  | 'INTERNAL';

export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly jobId: string | undefined;

  constructor(code: EngineErrorCode, message: string, options: { jobId?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EngineError';
    this.code = code;
    this.jobId = options.jobId;
  }
}
