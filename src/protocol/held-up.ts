/** Why the provider of a waiting job takes none now, for whoever says it in words of their own. */
import { z } from 'zod';

/** The provider's name, as the user gave it. */
const provider = z.string();
/** What the provider, or the line to it, said; null: nothing is known. */
const reason = z.string().nullable();

/** Until when is `heldUpUntil`, where that is known. */
export const HeldUp = z.discriminatedUnion('kind', [
  /** Of a provider that is gone only its id is left. */
  z.object({ kind: z.literal('provider-removed'), provider }),
  z.object({ kind: z.literal('lane-paused') }),
  z.object({ kind: z.literal('provider-paused'), provider }),
  z.object({
    kind: z.literal('limit'),
    provider,
    of: z.enum(['requests', 'tokens']),
    /** A minute. */
    limit: z.number().int(),
    /** What is left of it is kept for more urgent jobs. */
    kept: z.boolean(),
  }),
  /** One request tries whether the provider is back. */
  z.object({ kind: z.literal('probing'), provider, reason }),
  /** It has asked for a pause, cannot be reached, or needs other settings. */
  z.object({ kind: z.literal('provider-state'), provider, reason }),
]);
export type HeldUp = z.infer<typeof HeldUp>;
