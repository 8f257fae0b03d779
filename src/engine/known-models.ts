/**
 * Context sizes and prices of well-known models, for providers whose own list does not say. Every price was read on a page of
 * the provider itself: its pages on models and prices. What is only in others' lists is left out, so nothing is guessed: a
 * figure that is not here is not known, and the user can set it. The provider's own list goes before this table, and what the
 * user has set before both.
 *
 * Prices are the standard ones for a request of ordinary length. Some models cost more above a length (OpenAI's GPT-5.4 and
 * later above 272,000 input tokens, Claude Haiku 5.5 above 100,000): a cost computed from this table is too low there. Where
 * the price of cached input is not known, it counts as other input: the cost is too high there.
 */
import type { ModelInfo, ProviderKind } from '../protocol/provider.ts';

export interface KnownModels {
  /** The page that the figures are from. */
  readonly source: string;
  /** When they were read there, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly models: Readonly<Record<string, Omit<ModelInfo, 'id'>>>;
}

/** Dollars for a million tokens to what `ModelInfo` counts in. */
const price = (input: number, output: number, cached?: number): Omit<ModelInfo, 'id'> => ({
  inputPrice: Math.round(input * 1_000_000),
  outputPrice: Math.round(output * 1_000_000),
  ...(cached === undefined ? {} : { cachedInputPrice: Math.round(cached * 1_000_000) }),
});
const million = { contextTokens: 1_000_000, images: true };
const gpt = { contextTokens: 1_050_000, images: true };
const gpt5 = { contextTokens: 400_000, images: true };
const gpt41 = { contextTokens: 1_047_576, images: true };
const gpt4o = { contextTokens: 128_000, images: true };

/** The page links to one for each model, where the figures of the older ones are. */
const openai: KnownModels = {
  source: 'https://developers.openai.com/api/docs/models',
  asOf: '2026-11-22',
  models: {
    'gpt-6.2-sol': gpt,
    'gpt-6.1-sol': gpt,
    'gpt-6.1-terra': gpt,
    'gpt-6-astra': { ...gpt, ...price(10, 50, 1) },
    'gpt-6-sol': gpt,
    'gpt-6-luna': gpt,
    'gpt-5.6-terra': { ...gpt, ...price(2, 12, 0.2) },
    'gpt-5.6-luna': gpt,
    'gpt-5.5': { ...gpt, ...price(5, 30) },
    'gpt-5.4': price(2.5, 15),
    'gpt-5.4-mini': { ...gpt5, ...price(0.75, 4.5) },
    'gpt-5.1': { ...gpt5, ...price(1.25, 10, 0.125) },
    'gpt-5': gpt5,
    'gpt-5-mini': { ...gpt5, ...price(0.25, 2, 0.025) },
    'gpt-5-nano': { ...gpt5, ...price(0.05, 0.4, 0.005) },
    'gpt-4.1': gpt41,
    'gpt-4.1-mini': gpt41,
    'gpt-4.1-nano': { ...gpt41, ...price(0.1, 0.4, 0.025) },
    'gpt-4o': gpt4o,
    'gpt-4o-mini': gpt4o,
  },
};

const anthropic: KnownModels = {
  source: 'https://platform.claude.com/docs/en/about-claude/pricing',
  asOf: '2026-11-22',
  models: {
    'claude-fable-5-1': { ...million, ...price(10, 50, 0.25) },
    'claude-mythos-5-1': { ...price(10, 50, 0.25), images: true },
    'claude-fable-5': { ...price(10, 50, 1), images: true },
    'claude-mythos-5': { ...price(10, 50, 1), images: true },
    'claude-opus-5-5': { ...million, ...price(4, 20, 0.2) },
    'claude-opus-5': { ...million, ...price(5, 25, 0.5) },
    'claude-opus-4-8': { ...price(5, 25, 0.5), images: true },
    'claude-opus-4-7': { ...million, ...price(5, 25, 0.5) },
    'claude-opus-4-6': { ...price(5, 25, 0.5), images: true },
    'claude-opus-4-5': { ...price(5, 25, 0.5), images: true },
    'claude-sonnet-5-5': { ...million, ...price(2, 10) },
    'claude-sonnet-5': { ...million, ...price(2, 10, 0.2) },
    'claude-sonnet-4-6': { ...million, ...price(3, 15, 0.3) },
    'claude-sonnet-4-5': { ...price(3, 15, 0.3), images: true },
    'claude-haiku-5-5': { ...million, ...price(0.1, 0.5) },
    'claude-haiku-4-5': { contextTokens: 200_000, images: true, ...price(1, 5, 0.1) },
  },
};

const byKind: { readonly [Kind in ProviderKind]?: KnownModels } = { openai, anthropic };

/** The table of a kind of provider. None for compatible servers: the same name may mean another price there. */
export function knownModels(kind: ProviderKind): KnownModels | undefined {
  return byKind[kind];
}

/** A dated snapshot is the model it is one of: `gpt-5-nano-2025-08-07`, `claude-haiku-4-5-20251001`. */
const snapshotDate = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

export function knownModel(kind: ProviderKind, id: string): Omit<ModelInfo, 'id'> | undefined {
  const models = byKind[kind]?.models;
  return models?.[id] ?? models?.[id.replace(snapshotDate, '')];
}
