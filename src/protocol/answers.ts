/** What is kept of an answer beside its text. */
import { z } from 'zod';
import { attachmentLimits } from './attachments.ts';
import { FinishReason } from './job.ts';

/**
 * What an answer took, kept with the message: job rows go with time. A part is absent where it is not known, as the tokens
 * of an answer that broke off. Of an answer that was gone on with the tokens, times and costs of all its parts.
 */
export const AnswerMeta = z.object({
  /** The agent's name at that time: it may be removed since. */
  agentName: z.string().optional(),
  /** The model that the provider says answered; else the one that was asked. */
  model: z.string(),
  /** `provider/model` that was asked for, where another one answered in its place. */
  inPlaceOf: z.string().optional(),
  inputTokens: z.number().int().nonnegative().optional(),
  outputTokens: z.number().int().nonnegative().optional(),
  /** Part of `outputTokens`. */
  reasoningTokens: z.number().int().nonnegative().optional(),
  /** Part of `inputTokens`. */
  cachedTokens: z.number().int().nonnegative().optional(),
  /** The provider sent no figures: the tokens are estimates. */
  estimated: z.boolean().optional(),
  /** From the start of the attempt to its first text or thinking, in milliseconds. */
  firstTokenMs: z.number().int().nonnegative().optional(),
  /** From the start of the attempt to its end, in milliseconds. */
  durationMs: z.number().int().nonnegative().optional(),
  /** In millionths of a US dollar; absent where no price is known. */
  costMicros: z.number().int().nonnegative().optional(),
  /** The attempt that gave it: 1, unless earlier ones failed. */
  attempt: z.number().int().positive(),
  /** Absent of one that broke off or was stopped. */
  finishReason: FinishReason.optional(),
  /** Older messages that did not fit the model's context and were left out of the request. */
  omittedMessages: z.number().int().nonnegative(),
  /** The names of the question's files whose text did not fit the model's context whole: their ends were left out. */
  cutFiles: z.array(z.string().max(1_000)).max(attachmentLimits.perMessage).optional(),
});
export type AnswerMeta = z.infer<typeof AnswerMeta>;
