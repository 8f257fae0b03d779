/** What is asked of a model, independent of any provider's wire format. */
import { z } from 'zod';

/** A picture, as both SDKs take it. */
export const ImagePart = z.object({
  type: z.literal('image'),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']),
  /** Base64. */
  data: z.string(),
});
export type ImagePart = z.infer<typeof ImagePart>;
export const ContentPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  ImagePart,
]);
export type ContentPart = z.infer<typeof ContentPart>;

/** One that is all text: what jobs outside conversations are made of. */
export const TextMessage = z.object({ role: z.enum(['user', 'assistant']), content: z.string() });
export type TextMessage = z.infer<typeof TextMessage>;

/** Pictures are the user's; a question with one is a list of parts. */
export const ChatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(ContentPart).min(1)]) }),
  z.object({ role: z.literal('assistant'), content: z.string() }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

/** What of a message is text. */
export function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

export function imagesOf({ content }: ChatMessage): readonly ImagePart[] {
  return typeof content === 'string' ? [] : content.filter((part) => part.type === 'image');
}

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

/** The answer is to be one JSON value of this shape (JSON Schema, all properties required, no others). */
export const AnswerFormat = z.object({
  /** Letters, digits, `_` and `-`: what providers take as a name. */
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  schema: z.record(z.string(), z.unknown()),
});
export type AnswerFormat = z.infer<typeof AnswerFormat>;

export const LlmRequest = z.object({
  /** The model's name at the provider, without the provider's prefix. */
  model: z.string(),
  system: z.string().optional(),
  messages: z.array(ChatMessage),
  params: ModelParams,
  format: AnswerFormat.optional(),
  demo: DemoOptions.optional(),
});
export type LlmRequest = z.infer<typeof LlmRequest>;
