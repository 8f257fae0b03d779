/**
 * What servers that speak OpenAI's protocol say of their models. OpenAI itself lists names alone; others add context size,
 * prices and what a model takes, each under names of its own:
 * - context: `context_length` (OpenRouter, Together, Fireworks), `context_window` (Groq), `max_context_length` (Mistral),
 *   `max_model_len` (vLLM);
 * - prices: `pricing.prompt`, `.completion`, `.input_cache_read` as text in dollars a token (OpenRouter), or `pricing.input`,
 *   `.output`, `.cached_input` as numbers in dollars a million (Together);
 * - images: `architecture.input_modalities` (OpenRouter), `capabilities.vision` (Mistral), `supports_image_input` (Fireworks).
 */
import { z } from 'zod';
import type { ModelInfo } from '../../protocol/provider.ts';

/** More than any server has; a list without an end is cut. */
const maxModels = 2_000;

const tokens = z.number().int().positive().optional().catch(undefined);
const dollars = z.union([z.string(), z.number()]).nullish().catch(undefined);
const Entry = z.object({
  id: z.string().min(1).max(200),
  context_length: tokens,
  context_window: tokens,
  max_context_length: tokens,
  max_model_len: tokens,
  pricing: z
    .object({
      prompt: dollars,
      completion: dollars,
      input_cache_read: dollars,
      input: dollars,
      output: dollars,
      cached_input: dollars,
    })
    .nullish()
    .catch(undefined),
  architecture: z
    .object({ input_modalities: z.array(z.string()).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  capabilities: z
    .object({ vision: z.boolean().nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  supports_image_input: z.boolean().nullish().catch(undefined),
});
type Entry = z.infer<typeof Entry>;
const List = z.union([z.object({ data: z.array(z.unknown()) }), z.array(z.unknown())]);

/** Undefined when `body` is no list of models. Entries that make no sense are left out. */
export function listedModels(body: unknown): ModelInfo[] | undefined {
  const list = List.safeParse(body);
  if (!list.success) return undefined;
  const entries = Array.isArray(list.data) ? list.data : list.data.data;
  return entries.slice(0, maxModels).flatMap((entry) => {
    const parsed = Entry.safeParse(entry);
    return parsed.success ? [modelOf(parsed.data)] : [];
  });
}

function modelOf(entry: Entry): ModelInfo {
  const { pricing, architecture } = entry;
  const figures = {
    contextTokens: entry.context_length ?? entry.context_window ?? entry.max_context_length ?? entry.max_model_len,
    inputPrice: aToken(pricing?.prompt) ?? aMillion(pricing?.input),
    outputPrice: aToken(pricing?.completion) ?? aMillion(pricing?.output),
    cachedInputPrice: aToken(pricing?.input_cache_read) ?? aMillion(pricing?.cached_input),
    images:
      architecture?.input_modalities?.includes('image') ?? entry.capabilities?.vision ?? entry.supports_image_input,
  };
  const known = Object.entries(figures).filter(([, value]) => value !== undefined && value !== null);
  return { id: entry.id, ...Object.fromEntries(known) };
}

/** Dollars a token to micro-dollars a million tokens. Negative: "it depends" (OpenRouter's router). */
function aToken(price: string | number | null | undefined): number | undefined {
  return scaled(price, 1e12);
}

/** Dollars a million tokens to micro-dollars. */
function aMillion(price: string | number | null | undefined): number | undefined {
  return scaled(price, 1e6);
}

function scaled(price: string | number | null | undefined, factor: number): number | undefined {
  if (price === undefined || price === null || price === '') return undefined;
  const value = Math.round(Number(price) * factor);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
