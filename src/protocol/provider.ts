/** Providers: endpoints that answer LLM requests. */
import { z } from 'zod';
import { ProviderId } from './ids.ts';

export const ProviderKind = z.enum(['openai', 'anthropic', 'openai-compatible', 'demo']);
export type ProviderKind = z.infer<typeof ProviderKind>;

/** All waits in milliseconds. The timers are reset by content, not by keep-alive bytes. */
export const ProviderTimeouts = z.object({
  firstContentMs: z.number().int().min(100).max(3_600_000),
  idleMs: z.number().int().min(100).max(3_600_000),
});
export type ProviderTimeouts = z.infer<typeof ProviderTimeouts>;
export const defaultTimeouts: ProviderTimeouts = { firstContentMs: 60_000, idleMs: 30_000 };

/** What a worker needs to talk to a provider. Carries the key: never stored, logged or sent to a page. */
export const ProviderConnection = z.object({
  id: ProviderId,
  kind: ProviderKind,
  /** Absent: the SDK's own default. */
  baseUrl: z.string().optional(),
  apiKey: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  timeouts: ProviderTimeouts,
});
export type ProviderConnection = z.infer<typeof ProviderConnection>;

/** What a provider says about one of its limits, in the headers of an answer. */
export const LimitReport = z.object({
  limit: z.number().int().positive().optional(),
  remaining: z.number().int().nonnegative().optional(),
  /** Until its count starts anew. */
  resetMs: z.number().nonnegative().optional(),
});
export type LimitReport = z.infer<typeof LimitReport>;
export const ProviderLimits = z.object({ requests: LimitReport.optional(), tokens: LimitReport.optional() });
export type ProviderLimits = z.infer<typeof ProviderLimits>;

export const ModelInfo = z.object({
  /** The name at the provider. */
  id: z.string(),
  /** Context window in tokens, where known. */
  contextTokens: z.number().int().positive().optional(),
  /** Prices in micro-dollars for a million tokens (US dollars for a million x 1e6), where known; 0: costs nothing. */
  inputPrice: z.number().int().nonnegative().optional(),
  outputPrice: z.number().int().nonnegative().optional(),
  /** For input that the provider had in its cache; absent: as other input. */
  cachedInputPrice: z.number().int().nonnegative().optional(),
  /** Takes images; absent: not known. */
  images: z.boolean().optional(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/**
 * What the user has set for one model, over what the provider lists. Absent: not set. Null: not known, whatever the provider
 * says. An edit of a model that the provider does not list adds it.
 */
export const ModelEdit = z.object({
  id: z.string().trim().min(1).max(200),
  contextTokens: z.number().int().min(100).max(100_000_000).nullable().optional(),
  inputPrice: z.number().int().nonnegative().max(1_000_000_000_000).nullable().optional(),
  outputPrice: z.number().int().nonnegative().max(1_000_000_000_000).nullable().optional(),
  cachedInputPrice: z.number().int().nonnegative().max(1_000_000_000_000).nullable().optional(),
  images: z.boolean().nullable().optional(),
});
export type ModelEdit = z.infer<typeof ModelEdit>;

/** What a model said to a short question, as a proof that it answers. */
export const TrialAnswer = z.object({
  text: z.string(),
  /** The model that the provider says answered. */
  model: z.string(),
  /** From the request to the end of the answer. */
  tookMs: z.number().nonnegative(),
});
export type TrialAnswer = z.infer<typeof TrialAnswer>;

export const LocalSoftware = z.enum(['ollama', 'lm-studio']);
export type LocalSoftware = z.infer<typeof LocalSoftware>;
/** Where a program that serves models may listen on this machine: `http://127.0.0.1:11434`. */
export const LocalAddress = z.object({ software: LocalSoftware, origin: z.string() });
export type LocalAddress = z.infer<typeof LocalAddress>;
export const LocalServer = z.object({
  software: LocalSoftware,
  /** What to give to an OpenAI-compatible provider: `http://127.0.0.1:11434/v1`. */
  baseUrl: z.string(),
  models: z.array(ModelInfo),
});
export type LocalServer = z.infer<typeof LocalServer>;
