/** What is asked of a model, independent of any provider's wire format. */
import { z } from 'zod';

export const ChatMessage = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Sampling and length; whatever is absent is left to the provider. */
export const ModelParams = z.object({
  maxOutputTokens: z.number().int().min(1).max(1_000_000).optional(),
  temperature: z.number().min(0).max(2).optional(),
});
export type ModelParams = z.infer<typeof ModelParams>;

/** The built-in demo's pace and length; other providers ignore it. */
export const DemoOptions = z.object({
  /** Wait before the first content. */
  firstContentMs: z.number().int().min(0).max(600_000).optional(),
  /** Wait between two tokens; 0 sends the whole answer at once. */
  tokenMs: z.number().int().min(0).max(60_000).optional(),
  /** Length of the answer; absent: a useful answer of its own length. */
  tokens: z.number().int().min(0).max(100_000).optional(),
});
export type DemoOptions = z.infer<typeof DemoOptions>;

export const LlmRequest = z.object({
  /** The model's name at the provider, without the provider's prefix. */
  model: z.string(),
  system: z.string().optional(),
  messages: z.array(ChatMessage),
  params: ModelParams,
  demo: DemoOptions.optional(),
});
export type LlmRequest = z.infer<typeof LlmRequest>;
