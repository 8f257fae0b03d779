/** What several routers use. */
import { z } from 'zod';

/** The answer of a procedure that has nothing to tell. */
export const Done = z.object({ ok: z.literal(true) });
export const done = { ok: true } as const;

/** A subscription always has a signal; the types do not know. */
export const never = new AbortController().signal;
